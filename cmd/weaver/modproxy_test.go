package main_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// serveModules lays the checkout's modules out under dir as a module proxy does: the root
// module, and the integrations, which are modules of their own below builtin. It returns
// the version that all of them have there.
//
// The version is made from the content, so that caches which outlive the test
// never hold another state under the same name. Tests and documents are left out:
// they change nothing that is built, and an edited script need not make every
// cache cold. The error is that of a file which could not be in a module zip, of
// a whole module, or an I/O error.
func serveModules(dir, checkout string) (version string, err error) {
	mods, err := filepath.Glob(filepath.Join(checkout, "builtin", "*", "go.mod"))
	if err != nil {
		return "", err
	}
	roots := []string{checkout}
	for _, mod := range mods {
		roots = append(roots, filepath.Dir(mod))
	}
	digest := sha256.New()
	files := make([][]moduleFile, len(roots))
	for i, root := range roots {
		if files[i], err = moduleFiles(root); err != nil {
			return "", err
		}
		for _, f := range files[i] {
			data, err := f.content()
			if err != nil {
				return "", err
			}
			fmt.Fprintf(digest, "%s %d\n%s", f.path, len(data), data)
		}
	}
	version = fmt.Sprintf("v0.0.0-e2e.h%x", digest.Sum(nil)[:8])
	for i, root := range roots {
		rel, err := filepath.Rel(checkout, root)
		if err != nil {
			return "", err
		}
		m := module.Version{Path: path.Join(modulePath, filepath.ToSlash(rel)), Version: version}
		if err := serve(dir, m, files[i]); err != nil {
			return "", err
		}
	}
	return version, nil
}

// serve lays out one module. Its go.mod is what a release makes of it: what requires
// weaver requires this version.
func serve(dir string, m module.Version, files []moduleFile) error {
	var goMod []byte
	zipped := make([]zip.File, len(files))
	for i, f := range files {
		if f.path == "go.mod" {
			data, err := released(f, m.Version)
			if err != nil {
				return err
			}
			goMod, f.data = data, data
		}
		zipped[i] = f
	}
	var archive bytes.Buffer
	if err := zip.Create(&archive, m, zipped); err != nil {
		return err
	}
	at := filepath.Join(dir, filepath.FromSlash(m.Path), "@v")
	if err := os.MkdirAll(at, 0o777); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"list":              []byte(m.Version + "\n"),
		m.Version + ".info": fmt.Appendf(nil, `{"Version":%q,"Time":%q}`, m.Version, time.Unix(0, 0).UTC().Format(time.RFC3339)),
		m.Version + ".mod":  goMod,
		m.Version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(at, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// released returns the go.mod of a module that is released at the version together with
// weaver.
func released(goMod moduleFile, version string) ([]byte, error) {
	data, err := goMod.content()
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse(goMod.disk, data, nil)
	if err != nil || f.Module.Mod.Path == modulePath {
		return data, err
	}
	if err := f.DropReplace(modulePath, ""); err != nil {
		return nil, err
	}
	if err := f.AddRequire(modulePath, version); err != nil {
		return nil, err
	}
	f.Cleanup()
	return f.Format()
}

// moduleFiles returns the files of the checkout that its users compile, sorted.
func moduleFiles(checkout string) ([]moduleFile, error) {
	checked, err := zip.CheckDir(checkout)
	if err != nil {
		return nil, err
	}
	var files []moduleFile
	for _, disk := range checked.Valid {
		rel, err := filepath.Rel(checkout, disk)
		if err != nil {
			return nil, err
		}
		name := filepath.ToSlash(rel)
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".md") || strings.HasPrefix(name, ".") ||
			strings.Contains("/"+name, "/testdata/") {
			continue
		}
		files = append(files, moduleFile{path: name, disk: disk})
	}
	return files, nil
}

// A moduleFile is a file of the checkout as package zip wants it.
type moduleFile struct {
	path, disk string
	data       []byte // its content, where that is not the file's on disk
}

func (f moduleFile) Path() string { return f.path }

func (f moduleFile) Lstat() (os.FileInfo, error) {
	info, err := os.Lstat(f.disk)
	if err == nil && f.data != nil {
		info = sizedInfo{info, int64(len(f.data))}
	}
	return info, err
}

func (f moduleFile) Open() (io.ReadCloser, error) {
	if f.data != nil {
		return io.NopCloser(bytes.NewReader(f.data)), nil
	}
	return os.Open(f.disk)
}

func (f moduleFile) content() ([]byte, error) { return os.ReadFile(f.disk) }

// A sizedInfo is that of a file with another size.
type sizedInfo struct {
	os.FileInfo
	size int64
}

func (i sizedInfo) Size() int64 { return i.size }
