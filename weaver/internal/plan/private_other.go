//go:build !unix

package plan

import "io/fs"

// Who may write where is not in a file's mode here. The user's cache folder is private by
// what it inherits, and so is one below the user's own.

func isOwn(fs.FileInfo) bool { return true }

func othersMayWrite(fs.FileInfo) bool { return false }
