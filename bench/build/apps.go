//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An app is a program that is built. Two are below bench/apps, the others are the big
// programs that weaver is tested with, at the versions that are listed there.
type app struct {
	name   string
	folder string // its source, if it lies in the checkout
	module string // else its path@version
	main   string // the package of the command, from the module's root
	tags   string
}

func findApp(checkout, name string) (app, error) {
	folder := filepath.Join(checkout, "bench", "apps", name)
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
		return app{name: name, folder: folder, main: "."}, nil
	}
	list := filepath.Join(checkout, "cmd", "weaver", "testdata", "programs", "programs.txt")
	data, err := os.ReadFile(list)
	if err != nil {
		return app{}, err
	}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != name {
			continue
		}
		a := app{name: name, module: words[1], main: words[2]}
		for _, w := range words[3:] {
			tags, ok := strings.CutPrefix(w, "tags=")
			if !ok {
				return app{}, fmt.Errorf("%s: %s: unknown word %q", list, name, w)
			}
			a.tags = tags
		}
		return a, nil
	}
	return app{}, fmt.Errorf("-apps: %q is neither below %s nor in %s", name, filepath.Dir(folder), list)
}

// source returns the folder of the app's source and what tells its state from others.
func (b *bench) source(a app) (dir, state string, err error) {
	if a.folder != "" {
		state, err := digest(a.folder)
		return a.folder, state, err
	}
	out, err := b.setup(b.dir, "go", "mod", "download", "-json", a.module)
	if err != nil {
		return "", "", err
	}
	var downloaded struct{ Dir string }
	err = json.Unmarshal([]byte(out), &downloaded)
	return downloaded.Dir, a.module, err
}

// complete makes a copy of a module from the proxy one that builds by itself: what go.mod
// replaces by folders lies in the repository, beside the module, and its go.sum may lack
// what only tests need.
func (b *bench) complete(c *copied) error {
	out, err := b.setup(c.dir, "go", "mod", "edit", "-json")
	if err != nil {
		return err
	}
	var mod struct {
		Replace []struct {
			Old struct{ Path, Version string }
			New struct{ Version string }
		}
	}
	if err := json.Unmarshal([]byte(out), &mod); err != nil {
		return err
	}
	for _, r := range mod.Replace {
		if r.New.Version != "" {
			continue
		}
		old := strings.TrimSuffix(r.Old.Path+"@"+r.Old.Version, "@")
		if _, err := b.setup(c.dir, "go", "mod", "edit", "-dropreplace="+old); err != nil {
			return err
		}
	}
	return b.sums(c)
}

// sums adds to go.sum what lacks there.
func (b *bench) sums(c *copied) error {
	_, err := b.setup(c.dir, slices.Concat([]string{"go", "list", "-mod=mod", "-deps", "-test"}, c.flags(), []string{"./..."})...)
	return err
}

// A listed is what "go list" says of a package.
type listed struct {
	ImportPath, Name, Dir string
	Imports, TestGoFiles  []string
	Module                *struct {
		Path string
		Main bool
	}
}

// look fills in what the copy's packages are. The leaf is the first package below main that
// imports nothing of the module and has tests.
func (b *bench) look(c *copied) error {
	out, err := b.setup(c.dir, slices.Concat([]string{"go", "list", "-deps", "-json=ImportPath,Name,Dir,Imports,TestGoFiles,Module"}, c.flags(), []string{c.app.main})...)
	if err != nil {
		return err
	}
	var own []listed
	for dec := json.NewDecoder(strings.NewReader(out)); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			return err
		}
		if p.Module != nil && p.Module.Main {
			own = append(own, p)
		}
	}
	if len(own) == 0 {
		return fmt.Errorf("%s: no package of the module", c.app.name)
	}
	main := own[len(own)-1] // packages come behind what they import
	c.module, c.mainDir = main.Module.Path, main.Dir
	slices.SortFunc(own, func(x, y listed) int { return strings.Compare(x.ImportPath, y.ImportPath) })
	for _, p := range own {
		inModule := func(path string) bool { return strings.HasPrefix(path, c.module+"/") || path == c.module }
		if p.Name != "main" && len(p.TestGoFiles) > 0 && !slices.ContainsFunc(p.Imports, inModule) {
			c.leaf, c.leafDir, c.leafName = p.ImportPath, p.Dir, p.Name
			return nil
		}
	}
	return fmt.Errorf("%s: no leaf package with tests", c.app.name)
}
