//go:build unix

package plan

import (
	"io/fs"
	"os"
	"syscall"
)

// isOwn reports whether the file belongs to the user that this process acts for.
func isOwn(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

func othersMayWrite(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }
