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

// goMod works out what go.mod lacks for the registration file, which imports that: the
// tool, the modules of integrations, and the marks of requirements that something in the
// module imports. It is what go mod tidy would have made of these lines; the others are
// left alone.
func (p *pinning) goMod(imported []string) error {
	file := p.env["GOMOD"]
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f, err := modfile.Parse(p.shown(file), old, nil)
	if err != nil {
		return err
	}
	if slices.Contains(p.mods.paths(), catalog.Module) {
		// weaver itself is one of the modules that are worked on, and has no version.
		if !hasTool(f) {
			p.change(p.shown(file), adding(), "the tool %s", catalog.Tool)
			if err := f.AddTool(catalog.Tool); err != nil {
				return err
			}
		}
	} else if data, err := p.goGets(f, old, imported); err != nil {
		return err
	} else if f, err = modfile.Parse(p.shown(file), data, nil); err != nil {
		return err
	}
	p.markDirect(f, imported)
	if p.changed(p.shown(file)) {
		f.SortBlocks()
		f.Cleanup()
		data, err := f.Format()
		if err != nil {
			return err
		}
		p.files = slices.Insert(p.files, 0, pinnedFile{name: file, old: old, content: data})
	}
	return nil
}

func hasTool(f *modfile.File) bool {
	return slices.ContainsFunc(f.Tool, func(t *modfile.Tool) bool { return t.Path == catalog.Tool })
}

// markDirect marks the requirements of weaver's modules that the registration file
// imports.
func (p *pinning) markDirect(f *modfile.File, imported []string) {
	var marked []*modfile.Require
	some := false
	for _, r := range f.Require {
		ours := r.Mod.Path == catalog.Module || slices.Contains(imported, r.Mod.Path) && strings.HasPrefix(r.Mod.Path, catalog.Module+"/")
		if ours && r.Indirect {
			some = true
			p.change(p.shown(p.env["GOMOD"]), marking(), "the requirement of %s as direct, since %s imports it", r.Mod.Path, FileName)
		}
		marked = append(marked, &modfile.Require{Mod: r.Mod, Indirect: r.Indirect && !ours})
	}
	if some {
		f.SetRequireSeparateIndirect(marked)
	}
}

func (p *pinning) changed(file string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return c.File == file })
}

// requirement returns that of the module, nil if there is none.
func requirement(f *modfile.File, path string) *modfile.Require {
	for _, r := range f.Require {
		if r.Mod.Path == path {
			return r
		}
	}
	return nil
}

// goGets returns go.mod as go get leaves it, and takes note of go.sum. The go command
// works on copies of both, so that -check can ask it too. What is required already stays
// at its version; else weaver's is that of the weaver that runs, and an integration's that
// of the weaver that is required: they are released together.
func (p *pinning) goGets(f *modfile.File, old []byte, imported []string) ([]byte, error) {
	var missing []string
	for _, b := range p.BuiltIns {
		if b.Library != "" && slices.Contains(imported, b.Path) && requirement(f, b.Path) == nil && !slices.Contains(p.mods.paths(), b.Path) {
			missing = append(missing, b.Packages()...)
		}
	}
	required := requirement(f, catalog.Module)
	noTool := !hasTool(f) || required == nil
	if !noTool && len(missing) == 0 {
		return old, nil
	}
	version := p.Version
	if required != nil {
		version = required.Mod.Version
	}
	if version == "" {
		return nil, fmt.Errorf("%s has no tool %s, and this weaver was not built from a version of it; run go get -tool %s@latest, then pin again", p.shown(p.env["GOMOD"]), catalog.Tool, catalog.Tool)
	}
	c, err := p.copies(old)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(c.dir)
	if noTool {
		p.toolNew = true
		if err := c.get("-tool", catalog.Tool+"@"+version); err != nil {
			return nil, err
		}
	}
	if len(missing) > 0 {
		for i := range missing {
			missing[i] += "@" + version
		}
		if err := c.get(missing...); err != nil {
			return nil, err
		}
	}
	return c.take()
}

// A modCopies is a go.mod and a go.sum that go get may change.
type modCopies struct {
	*pinning
	dir    string
	oldSum []byte
	noSum  bool
}

func (p *pinning) copies(mod []byte) (*modCopies, error) {
	c := &modCopies{pinning: p}
	var err error
	c.oldSum, err = os.ReadFile(filepath.Join(p.root, "go.sum"))
	if c.noSum = errors.Is(err, fs.ErrNotExist); err != nil && !c.noSum {
		return nil, err
	}
	if c.dir, err = os.MkdirTemp("", "weaver-pin-*"); err != nil {
		return nil, err
	}
	return c, errors.Join(os.WriteFile(c.file("go.mod"), mod, 0o600), os.WriteFile(c.file("go.sum"), c.oldSum, 0o600))
}

func (c *modCopies) file(name string) string { return filepath.Join(c.dir, name) }

// get runs go get with the arguments.
func (c *modCopies) get(args ...string) error {
	g := &Go{Program: c.Go.Program, Dir: c.root, Env: append(slices.Clone(c.host.Env), "GOWORK=off", "GOFLAGS="+c.cacheFlag())}
	what := "go get " + strings.Join(args, " ")
	if _, err := g.output(append([]string{"get", "-modfile=" + c.file("go.mod")}, args...)...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	c.change(c.shown(c.env["GOMOD"]), adding(), "what %s does", what)
	return nil
}

// take returns go.mod as it has become, and has go.sum written.
func (c *modCopies) take() ([]byte, error) {
	data, err := os.ReadFile(c.file("go.mod"))
	if err != nil {
		return nil, err
	}
	sum, err := os.ReadFile(c.file("go.sum"))
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(sum, c.oldSum) {
		user := filepath.Join(c.root, "go.sum")
		c.change(c.shown(user), adding(), "the sums for it")
		c.files = append(c.files, pinnedFile{name: user, old: c.oldSum, content: sum, isNew: c.noSum})
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
