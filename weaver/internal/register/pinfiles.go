package register

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A pinnedFile is a file of the user's module that pin writes.
type pinnedFile struct {
	name         string
	old, content []byte
	isNew        bool // there is no old one
}

// write puts the content into the file, unless somebody else has changed it.
func (f pinnedFile) write() error {
	now, err := os.ReadFile(f.name)
	if f.isNew && !errors.Is(err, fs.ErrNotExist) || !f.isNew && (err != nil || !bytes.Equal(now, f.old)) {
		return fmt.Errorf("%s was changed while pin ran; run it again", f.name)
	}
	return ReplaceFile(f.name, f.content)
}

// undo puts back what was written, and returns the error that made it necessary.
func undo(done []pinnedFile, because error) error {
	for _, f := range done {
		var err error
		if f.isNew {
			err = os.Remove(f.name)
		} else {
			err = ReplaceFile(f.name, f.old)
		}
		if err != nil {
			because = errors.Join(because, fmt.Errorf("%s could not be put back: %w", f.name, err))
		}
	}
	return because
}

// ReplaceFile writes the file so that a reader sees the old content or the new one. The
// mode stays, and so does a link: what it leads to is written. A new file gets the mode
// that any file of the user gets.
func ReplaceFile(name string, content []byte) error {
	mode := fs.FileMode(0)
	target, err := filepath.EvalSymlinks(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		target = name
	case err != nil:
		return err
	default:
		info, err := os.Stat(target)
		if err != nil {
			return err
		}
		mode = info.Mode().Perm()
	}
	dir, base := filepath.Split(target)
	// The go command does not look at files whose name starts with a dot.
	tmp := filepath.Join(dir, fmt.Sprintf(".%s.%d", base, os.Getpid()))
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	_, err = f.Write(content)
	if err == nil && mode != 0 {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(tmp, target)
}
