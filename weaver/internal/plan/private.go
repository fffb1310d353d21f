package plan

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// What is in weaver's cache folder goes into programs, and some of it is run by every
// build: whoever can write there can have a user's builds do what he likes. So weaver
// makes its folders for the user alone, and takes nothing from one that others could have
// written to.

// Private makes the folder for this user alone if it is not there. The error is that the
// folder, or the link that stands for it, belongs to somebody else or can be written to by
// others.
func Private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return checkPrivate(dir)
}

// PrivateAll is Private for the folder and all that are in it.
func PrivateAll(dir string) error {
	if err := Private(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			continue
		}
		if err := checkPrivate(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func checkPrivate(dir string) error {
	link, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if link.Mode()&os.ModeSymlink != 0 && !isOwn(link) {
		return fmt.Errorf("%s is a link that another user made, and what is in weaver's cache folder is run by builds; remove it, or set WEAVER_CACHE to a folder of your own", dir)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s is no folder; remove it, or set WEAVER_CACHE to a folder of your own", dir)
	case !isOwn(info):
		return fmt.Errorf("%s belongs to another user, and what is in weaver's cache folder is run by builds; set WEAVER_CACHE to a folder of your own", dir)
	case othersMayWrite(info):
		return fmt.Errorf("%s can be written to by others, and what is in weaver's cache folder is run by builds; remove it if that could have happened, else chmod go-w %[1]s, or set WEAVER_CACHE to a folder of your own", dir)
	}
	return nil
}

// Lock waits until no other process holds the lock file, which is made in a private
// folder if need be, and returns what gives it up. A process that ends gives it up,
// however it ends.
func Lock(file string) (unlock func(), err error) {
	if err := Private(filepath.Dir(file)); err != nil {
		return nil, err
	}
	// The lock would be made with all the rights that umask allows.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return lockedfile.MutexAt(file).Lock()
}
