//go:build unix

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Calls is how often programs of the Go distribution ran for a command. What go asks a tool
// for its version is no call.
type Calls struct {
	Tools    int // of compile, asm, link and the others
	Compiles int // those of compile
	Lists    int // go list
	Gos      int // all go commands, the first one too
}

// countingRoot makes a GOROOT that is the machine's own but for bin/go and the tools: each of
// these is command shim, which notes the call and becomes the program that was meant, which
// lies beside it. The go command takes its GOROOT from where its program is, so nothing else
// need be set, and whatever starts "go" counts. Files are linked, not copied, where they can be.
func (b *bench) countingRoot() (root string, err error) {
	root = filepath.Join(b.dir, "counting")
	complete := filepath.Join(root, "complete")
	if made, err := os.ReadFile(complete); err == nil && string(made) == b.machine.Go {
		return root, nil
	}
	if err := os.RemoveAll(root); err != nil {
		return "", err
	}
	shim := filepath.Join(b.dir, "tmp", "shim")
	if _, err := b.setup(filepath.Join(b.checkout, "bench"), "go", "build", "-o", shim, "./build/shim"); err != nil {
		return "", err
	}
	if err := linkDir(root, b.goroot); err != nil {
		return "", err
	}
	tools := filepath.Join(root, "pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH)
	programs := []string{filepath.Join(root, "bin", "go")}
	entries, err := os.ReadDir(tools)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		programs = append(programs, filepath.Join(tools, e.Name()))
	}
	// The tools' folder itself has tools only.
	if err := os.Mkdir(filepath.Join(root, "pkg", "tool", "real"), 0o777); err != nil {
		return "", err
	}
	for _, p := range programs {
		meant := filepath.Join(filepath.Dir(p), "..", "real", filepath.Base(p))
		if p == programs[0] {
			meant = p + ".real" // its folder has to be below the GOROOT
		}
		if err := errors.Join(os.Rename(p, meant), link(p, shim)); err != nil {
			return "", err
		}
	}
	return root, os.WriteFile(complete, []byte(b.machine.Go), 0o666)
}

// callsIn returns the file that the shims of the GOROOT write to.
func callsIn(root string) string { return filepath.Join(root, "calls") }

// readCalls adds up the lines of the shims: a program and the first word it was given.
func readCalls(file string) (*Calls, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c := &Calls{}
	for line := range strings.Lines(string(data)) {
		program, word, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok {
			return nil, fmt.Errorf("%s: %q", file, line)
		}
		switch {
		case program == "go":
			c.Gos++
			if word == "list" {
				c.Lists++
			}
		case strings.HasPrefix(word, "-V"):
		default:
			c.Tools++
			if program == "compile" {
				c.Compiles++
			}
		}
	}
	if c.Gos == 0 {
		return nil, errors.New("no go command was counted")
	}
	return c, nil
}

// linkDir makes a folder with the same files.
func linkDir(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == "test" { // Go's own tests, which no build reads
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		return link(filepath.Join(to, rel), path)
	})
}

// link gives the file another name, or copies it where that is not possible.
func link(to, from string) error {
	info, err := os.Stat(from)
	if err != nil || os.Link(from, to) == nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm())
}
