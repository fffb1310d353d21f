//go:build unix

package plan

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Whatever umask says, what weaver makes is for the user alone, and a folder that others
// can write to, or that is not the user's, is an error that says what to do.
func TestPrivate(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	dir := filepath.Join(t.TempDir(), "cache")
	if err := PrivateAll(dir); err != nil {
		t.Fatal(err)
	}
	unlock, err := Lock(filepath.Join(dir, "bin", "lock"))
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if err := WriteFile(filepath.Join(dir, "plan", "x.json"), nil); err != nil {
		t.Fatal(err)
	}
	if err := WriteProgram(filepath.Join(dir, "bin", "x"), nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{
		"": 0o700, "bin": 0o700, "plan": 0o700, "bin/lock": 0o600, "plan/x.json": 0o600, "bin/x": 0o700,
	} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%q has mode %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
	// The user's own link is as good as the folder.
	link := filepath.Join(filepath.Dir(dir), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := PrivateAll(link); err != nil {
		t.Errorf("a link of the user's own: %v", err)
	}
	for _, mode := range []os.FileMode{0o770, 0o707, 0o777} {
		if err := os.Chmod(filepath.Join(dir, "bin"), mode); err != nil {
			t.Fatal(err)
		}
		if err := PrivateAll(dir); err == nil || !strings.Contains(err.Error(), "bin can be written to by others") || !strings.Contains(err.Error(), "WEAVER_CACHE") {
			t.Errorf("a folder of mode %v: %v", mode, err)
		}
		if _, err := Lock(filepath.Join(dir, "bin", "lock")); err == nil {
			t.Errorf("a folder of mode %v is locked", mode)
		}
	}
	file := filepath.Join(dir, "plan", "x.json")
	if err := Private(file); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func TestPrivateOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	dir := filepath.Join(t.TempDir(), "cache")
	sub := filepath.Join(dir, "bin")
	if err := os.MkdirAll(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(sub, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if err := PrivateAll(dir); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
		t.Errorf("another user's folder: %v", err)
	}
	link := filepath.Join(filepath.Dir(dir), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(link, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if err := PrivateAll(link); err == nil || !strings.Contains(err.Error(), "link that another user made") {
		t.Errorf("another user's link: %v", err)
	}
}
