//go:build unix

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// serveCheckout lays weaver's modules out below dir as a module proxy does: the root module and
// the integrations, so that the copies get weaver as its users do. The version, which all have,
// is made of their content: no cache takes one state of the checkout for another.
func serveCheckout(dir, checkout string) (version string, err error) {
	mods, err := filepath.Glob(filepath.Join(checkout, "builtin", "*", "go.mod"))
	if err != nil {
		return "", err
	}
	sources := map[string][]zip.File{}
	paths := []string{weaverModule}
	if sources[weaverModule], err = released(checkout); err != nil {
		return "", err
	}
	for _, mod := range mods {
		name := path.Join(weaverModule, "builtin", filepath.Base(filepath.Dir(mod)))
		paths = append(paths, name)
		if sources[name], err = released(filepath.Dir(mod)); err != nil {
			return "", err
		}
	}
	sum := sha256.New()
	for _, name := range paths {
		for _, f := range sources[name] {
			data, err := content(f)
			if err != nil {
				return "", err
			}
			_, _ = fmt.Fprintf(sum, "%s/%s %d\n%s", name, f.Path(), len(data), data)
		}
	}
	version = fmt.Sprintf("v0.0.0-bench.h%x", sum.Sum(nil)[:8])
	for _, name := range paths {
		if err := serveModule(dir, module.Version{Path: name, Version: version}, sources[name]); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	}
	return version, nil
}

// released returns the files of a module's folder that are compiled where it is required.
func released(dir string) ([]zip.File, error) {
	checked, err := zip.CheckDir(dir)
	if err != nil {
		return nil, err
	}
	var out []zip.File
	for _, disk := range checked.Valid {
		rel, err := filepath.Rel(dir, disk)
		if err != nil {
			return nil, err
		}
		name := filepath.ToSlash(rel)
		if strings.HasPrefix(name, ".") || strings.Contains("/"+name, "/testdata/") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".md") {
			continue
		}
		out = append(out, source{name, disk, nil})
	}
	return out, nil
}

// serveModule writes what a proxy has of a version. The go.mod of an integration requires the
// weaver of the same version, as one that is released does.
func serveModule(dir string, m module.Version, files []zip.File) error {
	var goMod []byte
	for i, f := range files {
		if f.Path() != "go.mod" {
			continue
		}
		data, err := content(f)
		if err != nil {
			return err
		}
		if goMod, err = requiring(m, data); err != nil {
			return err
		}
		files[i] = source{"go.mod", f.(source).disk, goMod}
	}
	var archive bytes.Buffer
	if err := zip.Create(&archive, m, files); err != nil {
		return err
	}
	at := filepath.Join(dir, filepath.FromSlash(m.Path), "@v")
	if err := os.MkdirAll(at, 0o777); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"list":              []byte(m.Version + "\n"),
		m.Version + ".info": fmt.Appendf(nil, `{"Version":%q,"Time":"2000-01-01T00:00:00Z"}`, m.Version),
		m.Version + ".mod":  goMod,
		m.Version + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(at, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func requiring(m module.Version, data []byte) ([]byte, error) {
	f, err := modfile.Parse(m.Path+"/go.mod", data, nil)
	if err != nil || m.Path == weaverModule {
		return data, err
	}
	if err := f.DropReplace(weaverModule, ""); err != nil {
		return nil, err
	}
	if err := f.AddRequire(weaverModule, m.Version); err != nil {
		return nil, err
	}
	f.Cleanup()
	return f.Format()
}

// A source is a file of a module: that on the disk, or other content in its place.
type source struct {
	name, disk string
	instead    []byte
}

func (s source) Path() string { return s.name }

func (s source) Lstat() (os.FileInfo, error) {
	info, err := os.Lstat(s.disk)
	if err == nil && s.instead != nil {
		return resized{info, int64(len(s.instead))}, nil
	}
	return info, err
}

func (s source) Open() (io.ReadCloser, error) {
	if s.instead != nil {
		return io.NopCloser(bytes.NewReader(s.instead)), nil
	}
	return os.Open(s.disk)
}

type resized struct {
	os.FileInfo
	size int64
}

func (r resized) Size() int64 { return r.size }

func content(f zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
