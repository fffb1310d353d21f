package main_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// serveModule lays the checkout's root module out under dir as a module proxy
// does, and returns the version it has there.
//
// The version is made from the content, so that caches which outlive the test
// never hold another state under the same name. Tests and documents are left out:
// they change nothing that is built, and an edited script need not make every
// cache cold. The error is that of a file which could not be in a module zip, of
// the whole checkout, or an I/O error.
func serveModule(dir, checkout string) (version string, err error) {
	files, err := moduleFiles(checkout)
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	for _, f := range files {
		data, err := os.ReadFile(f.disk)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(digest, "%s %d\n%s", f.path, len(data), data)
	}
	version = fmt.Sprintf("v0.0.0-e2e.h%x", digest.Sum(nil)[:8])

	zipped := make([]zip.File, len(files))
	for i, f := range files {
		zipped[i] = f
	}
	var archive bytes.Buffer
	if err := zip.Create(&archive, module.Version{Path: modulePath, Version: version}, zipped); err != nil {
		return "", err
	}
	goMod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		return "", err
	}
	at := filepath.Join(dir, filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(at, 0o777); err != nil {
		return "", err
	}
	for name, data := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".info": fmt.Appendf(nil, `{"Version":%q,"Time":%q}`, version, time.Unix(0, 0).UTC().Format(time.RFC3339)),
		version + ".mod":  goMod,
		version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(at, name), data, 0o666); err != nil {
			return "", err
		}
	}
	return version, nil
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
		path := filepath.ToSlash(rel)
		if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".md") || strings.HasPrefix(path, ".") ||
			strings.Contains("/"+path, "/testdata/") {
			continue
		}
		files = append(files, moduleFile{path: path, disk: disk})
	}
	return files, nil
}

// A moduleFile is a file of the checkout as package zip wants it.
type moduleFile struct{ path, disk string }

func (f moduleFile) Path() string                 { return f.path }
func (f moduleFile) Lstat() (os.FileInfo, error)  { return os.Lstat(f.disk) }
func (f moduleFile) Open() (io.ReadCloser, error) { return os.Open(f.disk) }
