package resolve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// Profiles. With -pgo=auto, the default, the go command compiles a program and all that it
// imports with default.pgo, the profile beside its main package, and several programs of
// one build each with their own. For the hook packages it has to be named.
//
// The archive of main says which profile that was, for the link. It may be used again in
// another folder, and later, when the file has changed. So what it has is the digest of
// the profile, and weaver's cache folder a copy under that name. The go command's keys
// follow the content of profiles, not their names.

// KeepProfile keeps the profile of the main package of that import path, which lies in
// dir, and returns its digest. A dir of "" is found by the import path.
func (r *Resolver) KeepProfile(importPath, dir string) (digest string, err error) {
	if dir == "" {
		if dir, err = r.dirOf(importPath); err != nil {
			return "", err
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "default.pgo"))
	if err != nil {
		return "", fmt.Errorf("the profile of %s: %w", importPath, err)
	}
	sum := sha256.Sum256(data)
	digest = hex.EncodeToString(sum[:])
	if old, err := os.ReadFile(r.profileFile(digest)); err == nil && bytes.Equal(old, data) {
		return digest, nil
	}
	return digest, plan.WriteFile(r.profileFile(digest), data)
}

func (r *Resolver) profileFile(digest string) string {
	return filepath.Join(r.Plan.Build.Cache, "profile", digest+".pgo")
}

// findProfile makes sure that the profile is kept. Where weaver's cache was emptied and
// the go command's was not, main's archive is older than what is kept.
func (r *Resolver) findProfile(importPath, digest string) error {
	if digest == "" {
		return nil
	}
	if _, err := os.Stat(r.profileFile(digest)); err == nil {
		return nil
	}
	if now, err := r.KeepProfile(importPath, ""); err != nil || now != digest {
		return fmt.Errorf("the profile that %s was compiled with is no longer known; build again with go build -a", importPath)
	}
	return nil
}

// dirOf returns the folder of the package, or of the one that a test program tests.
func (r *Resolver) dirOf(importPath string) (dir string, err error) {
	path, _ := strings.CutSuffix(importPath, ".test")
	err = r.list([]string{"-find", "-json=Dir"}, []string{path}, func(p *listed) error { dir = p.Dir; return nil })
	if err == nil && dir == "" {
		err = fmt.Errorf("go list does not know the folder of %s", path)
	}
	return dir, err
}

// digestNamed writes to the key what is in the files that flags name, since what is
// compiled depends on that and not on their names.
func digestNamed(key io.Writer, b *plan.Build) error {
	if name := b.Flag("pgo"); name != "" && name != "auto" && name != "off" {
		data, err := os.ReadFile(b.Abs(name))
		if err != nil {
			return fmt.Errorf("the profile: %w", err)
		}
		fmt.Fprintf(key, "profile %x\n", sha256.Sum256(data))
	}
	overlay, err := b.Overlay()
	if err != nil {
		return err
	}
	return overlay.Digest(key, "")
}
