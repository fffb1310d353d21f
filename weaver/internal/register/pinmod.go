package register

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/goweaver/weaver/internal/catalog"
)

// goMod works out what go.mod lacks for the registration file: the tool, and the mark of
// a requirement that something in the module imports. It is what go mod tidy would have
// made of these lines; the others are left alone.
func (p *pinning) goMod() error {
	file := p.env["GOMOD"]
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	data := old
	f, err := modfile.Parse(p.shown(file), data, nil)
	if err != nil {
		return err
	}
	isTool := slices.ContainsFunc(f.Tool, func(t *modfile.Tool) bool { return t.Path == catalog.Tool })
	switch {
	case slices.Contains(p.mods.paths(), catalog.Module):
		// weaver itself is one of the modules that are worked on, and has no version.
		if !isTool {
			p.change(p.shown(file), adding(), "the tool %s", catalog.Tool)
			if err := f.AddTool(catalog.Tool); err != nil {
				return err
			}
		}
	case !isTool || requirement(f) == nil:
		if data, err = p.goGet(f, old); err != nil {
			return err
		}
		if f, err = modfile.Parse(p.shown(file), data, nil); err != nil {
			return err
		}
		p.toolNew = true
	}
	if r := requirement(f); r != nil && r.Indirect {
		p.change(p.shown(file), marking(), "the requirement of %s as direct, since %s imports it", catalog.Module, FileName)
		f.SetRequireSeparateIndirect(direct(f))
	}
	if p.changed(p.shown(file)) {
		f.SortBlocks()
		f.Cleanup()
		if data, err = f.Format(); err != nil {
			return err
		}
		p.files = slices.Insert(p.files, 0, pinnedFile{name: file, old: old, content: data})
	}
	return nil
}

func (p *pinning) changed(file string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return c.File == file })
}

// requirement returns that of weaver's module, nil if there is none.
func requirement(f *modfile.File) *modfile.Require {
	for _, r := range f.Require {
		if r.Mod.Path == catalog.Module {
			return r
		}
	}
	return nil
}

// direct returns the requirements with that of weaver's module marked direct.
func direct(f *modfile.File) []*modfile.Require {
	var out []*modfile.Require
	for _, r := range f.Require {
		out = append(out, &modfile.Require{Mod: r.Mod, Indirect: r.Indirect && r.Mod.Path != catalog.Module})
	}
	return out
}

// goGet returns go.mod as go get -tool leaves it, and takes note of go.sum. The go
// command works on copies of both, so that -check can ask it too. What is required
// already stays at its version; else it is that of the weaver that runs.
func (p *pinning) goGet(f *modfile.File, old []byte) ([]byte, error) {
	version := p.Version
	if r := requirement(f); r != nil {
		version = r.Mod.Version
	}
	if version == "" {
		return nil, fmt.Errorf("%s has no tool %s, and this weaver was not built from a version of it; run go get -tool %s@latest, then pin again", p.shown(p.env["GOMOD"]), catalog.Tool, catalog.Tool)
	}
	dir, err := os.MkdirTemp("", "weaver-pin-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	mod, sum := filepath.Join(dir, "go.mod"), filepath.Join(dir, "go.sum")
	userSum := filepath.Join(p.root, "go.sum")
	oldSum, err := os.ReadFile(userSum)
	noSum := errors.Is(err, fs.ErrNotExist)
	if err != nil && !noSum {
		return nil, err
	}
	if err := errors.Join(os.WriteFile(mod, old, 0o600), os.WriteFile(sum, oldSum, 0o600)); err != nil {
		return nil, err
	}
	get := &Go{Program: p.Go.Program, Dir: p.root, Env: append(slices.Clone(p.host.Env), "GOWORK=off", "GOFLAGS="+p.cacheFlag())}
	tool := catalog.Tool + "@" + version
	if _, err := get.output("get", "-modfile="+mod, "-tool", tool); err != nil {
		return nil, fmt.Errorf("go get -tool %s: %w", tool, err)
	}
	data, err := os.ReadFile(mod)
	if err != nil {
		return nil, err
	}
	newSum, err := os.ReadFile(sum)
	if err != nil {
		return nil, err
	}
	p.change(p.shown(p.env["GOMOD"]), adding(), "what go get -tool %s does", tool)
	if !bytes.Equal(newSum, oldSum) {
		p.change(p.shown(userSum), adding(), "the sums for it")
		p.files = append(p.files, pinnedFile{name: userSum, old: oldSum, content: newSum, isNew: noSum})
	}
	return data, nil
}

// cacheFlag returns the flag of GOFLAGS that go get has a use for, "" if it is not there.
func (p *pinning) cacheFlag() string {
	for _, f := range strings.Fields(p.env["GOFLAGS"]) {
		if name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); name == "modcacherw" {
			return f
		}
	}
	return ""
}
