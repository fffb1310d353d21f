package register

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/stamp"
)

// What the wrapper asks the go command about packages, beside the hooks'.

// list runs go list with these arguments and calls each with every package.
func list[T any](g *Go, args []string, each func(*T)) error {
	out, err := g.output(append([]string{"list", "-e"}, args...)...)
	if err != nil {
		return err
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(T)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the output of go list: %w", err)
		}
		each(p)
	}
}

// Archives returns the archives of the packages and of all they import, by build ID,
// and those of commands by import path too: go run and go test have the commands that
// they run compiled for an executable without debug information, which go list never
// has, under another build ID and from the same sources.
func (g *Go) Archives(flags, patterns []string) (byID, commands map[string]string, err error) {
	type built struct{ ImportPath, Name, BuildID, Export string }
	byID, commands = map[string]string{}, map[string]string{}
	args := append([]string{"-export", "-deps", "-json=ImportPath,Name,BuildID,Export"}, flags...)
	err = list(g, append(append(args, "--"), patterns...), func(p *built) {
		if p.Export == "" {
			return
		}
		byID[p.BuildID] = p.Export
		if p.Name == "main" {
			commands[p.ImportPath] = p.Export
		}
	})
	return byID, commands, err
}

// A Mains is what there is in the main modules, by import paths.
type Mains struct {
	Commands []string `json:"commands"`
	// Tested are the commands that have tests. Their go test compiles them as libraries, under
	// their import paths, and not as package main.
	Tested []string `json:"tested"`
	Others []string `json:"others"` // what is no command
}

// MainPackages returns the packages in the folders of the main modules. They are kept beside the
// plan, with stamps of all that says so.
func (r *Registration) MainPackages(flags []string) (*Mains, error) {
	file := strings.TrimSuffix(r.PlanFile, ".json") + ".mains"
	var m struct {
		Mains
		Sources *stamp.Sources `json:"sources"`
	}
	if data, err := os.ReadFile(file); err == nil && json.Unmarshal(data, &m) == nil && !m.Sources.Changed(match.Directed) {
		return &m.Mains, nil
	}
	m.Mains = Mains{}
	var err error
	if m.Sources, err = stamp.Take(nil, r.Plan.MainModules, match.Directed, nil); err != nil {
		return nil, err
	}
	args := append([]string{"-find", "-json=ImportPath,Name,TestGoFiles,XTestGoFiles"}, flags...)
	args = append(args, "--")
	for _, dir := range r.Plan.MainModules {
		args = append(args, filepath.Join(dir, "..."))
	}
	err = list(r.goCommand, args, func(p *pkg) {
		switch p.Name {
		case "main":
			m.Commands = append(m.Commands, p.ImportPath)
			if len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 {
				m.Tested = append(m.Tested, p.ImportPath)
			}
		case "": // no Go files for this platform
		default:
			m.Others = append(m.Others, p.ImportPath)
		}
	})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return &m.Mains, plan.WriteFile(file, data)
}
