//go:build unix

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A copied is an app's copy for one tool, with caches of its own.
type copied struct {
	app app
	// root has the folder of the source and those of the caches.
	root, dir         string
	module            string
	mainDir           string
	leaf              string // import path
	leafDir, leafName string
	edits             map[string]edit
}

// An edit is a file that is written anew, with another number, to change what it stands for.
type edit struct{ file, format string }

// kept is what is written beside a copy once it is complete.
const kept = "copy.json"

// A stamp says what a copy was made of, and what was seen then.
type stamp struct {
	Source, Version                          string
	Module, MainDir, Leaf, LeafDir, LeafName string
}

// copyFor returns the app's copy for the tool, which is made unless it is there already, of the
// same source and with the same version of the tool.
func (b *bench) copyFor(t tool, version string, a app) (*copied, error) {
	source, state, err := b.source(a)
	if err != nil {
		return nil, err
	}
	root := filepath.Join(b.dir, a.name, t.name)
	c := &copied{app: a, root: root, dir: filepath.Join(root, "src")}
	if old, err := c.load(); err == nil && old.Source == state && old.Version == version {
		c.module, c.mainDir, c.leaf, c.leafDir, c.leafName = old.Module, old.MainDir, old.Leaf, old.LeafDir, old.LeafName
		c.setEdits(t)
		return c, nil
	}
	if err := os.RemoveAll(root); err != nil {
		return nil, err
	}
	if err := copyDir(c.dir, source); err != nil {
		return nil, err
	}
	if a.folder == "" {
		if err := b.complete(c); err != nil {
			return nil, err
		}
	} else if _, err := b.setup(c.dir, "go", "mod", "download"); err != nil {
		return nil, err
	}
	if err := b.look(c); err != nil {
		return nil, err
	}
	c.setEdits(t)
	for name := range c.edits {
		if err := c.change(name); err != nil {
			return nil, err
		}
	}
	if t.prepare != nil {
		if err := t.prepare(b, c); err != nil {
			return nil, err
		}
	}
	return c, c.save(stamp{state, version, c.module, c.mainDir, c.leaf, c.leafDir, c.leafName})
}

// setEdits gives a copy the edits that all copies have, and those of the tool.
func (c *copied) setEdits(t tool) {
	// A function that is called and not inlined: what its package exports stays what it is, as
	// with most edits.
	const format = "package %s\n\nfunc init() { benchEdited() }\n\n//go:noinline\nfunc benchEdited() int { return %%d }\n"
	c.edits = map[string]edit{
		"main": {filepath.Join(c.mainDir, "bench_edited.go"), fmt.Sprintf(format, "main")},
		"leaf": {filepath.Join(c.leafDir, "bench_edited.go"), fmt.Sprintf(format, c.leafName)},
	}
	if t.edits != nil {
		for name, e := range t.edits(c) {
			c.edits[name] = edit{filepath.Join(c.dir, e.file), e.format}
		}
	}
}

// change edits the file; no two edits write the same.
func (c *copied) change(name string) error {
	e := c.edits[name]
	if err := os.MkdirAll(filepath.Dir(e.file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(e.file, fmt.Appendf(nil, e.format, time.Now().UnixNano()), 0o666)
}

// flags returns the build flags that the app needs.
func (c *copied) flags() []string {
	if c.app.tags == "" {
		return nil
	}
	return []string{"-tags=" + c.app.tags}
}

// empty removes the caches of the kind, the program, and what the tool keeps beside the source.
func (c *copied) empty(t tool, kind string) error {
	var errs []error
	for _, dir := range append([]string{c.cache(kind), c.home(kind), c.program()}, t.stateIn(c.dir)...) {
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}

func (c *copied) cache(kind string) string { return filepath.Join(c.root, kind, "cache") }
func (c *copied) home(kind string) string  { return filepath.Join(c.root, kind, "home") }
func (c *copied) program() string          { return filepath.Join(c.root, "program") }

func (c *copied) load() (s stamp, err error) {
	data, err := os.ReadFile(filepath.Join(c.root, kept))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}

func (c *copied) save(s stamp) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.root, kept), data, 0o666)
}

// copyDir copies a folder whose files may be read-only, as those of the module cache are.
func copyDir(to, from string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.CopyFS(to, os.DirFS(from))
}

// digest returns what tells the content of the folder from any other.
func digest(dir string) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", path, len(data), bytes.TrimSpace(data))
		return err
	})
	return fmt.Sprintf("%x", sum.Sum(nil)[:8]), err
}
