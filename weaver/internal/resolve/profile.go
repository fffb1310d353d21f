package resolve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

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

// MainProfile is the name of the profile beside the sources of a main package.
const MainProfile = "default.pgo"

// KeepProfile keeps the profile and returns its digest.
func (r *Resolver) KeepProfile(file string) (digest string, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("the profile: %w", err)
	}
	sum := sha256.Sum256(data)
	digest = hex.EncodeToString(sum[:])
	if err := plan.Private(filepath.Dir(r.profileFile(digest))); err != nil {
		return "", err
	}
	if old, err := os.ReadFile(r.profileFile(digest)); err == nil && bytes.Equal(old, data) {
		return digest, nil
	}
	return digest, plan.WriteFile(r.profileFile(digest), data)
}

// KeepMainProfile keeps the profile beside the main package of that import path, or beside
// the package that it tests.
func (r *Resolver) KeepMainProfile(importPath string) (digest string, err error) {
	file, err := r.BesideMain(importPath, MainProfile)
	if err != nil {
		return "", err
	}
	return r.KeepProfile(file)
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
	if now, err := r.KeepMainProfile(importPath); err != nil || now != digest {
		return fmt.Errorf("the profile that %s was compiled with is no longer known; build again with go build -a", importPath)
	}
	return nil
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
