package register

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
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

// MainPackages returns the import paths of the packages in the folders of the main
// modules: the commands, and the others.
func (g *Go) MainPackages(flags, dirs []string) (commands, others []string, err error) {
	args := append([]string{"-find", "-json=ImportPath,Name"}, flags...)
	args = append(args, "--")
	for _, dir := range dirs {
		args = append(args, filepath.Join(dir, "..."))
	}
	err = list(g, args, func(p *pkg) {
		switch p.Name {
		case "main":
			commands = append(commands, p.ImportPath)
		case "": // no Go files for this platform
		default:
			others = append(others, p.ImportPath)
		}
	})
	return commands, others, err
}
