package register

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// Pinning is worked out first and written last: NewPin reads, and asks the go command
// where it has to, with copies of go.mod and go.sum; Apply writes all files or none.

// PinOptions is what [NewPin] works from.
type PinOptions struct {
	Go       *Go
	Version  string // of the running weaver, "" if go get knows none
	BuiltIns []catalog.BuiltIn
	Refresh  catalog.Refresher
}

// A Pin is what there is to do for a module's registration file to list the built-ins
// that are wanted, and to build.
type Pin struct {
	File    string // the registration file, as the user would name it from where he is
	Changes []Change
	LeftOut []string // built-ins that the user has taken out

	files  []pinnedFile
	vendor []string // the go command that copies what is missing in the vendor folder
	host   *Go
}

// A Change is one thing that pin does to a file.
type Change struct {
	File, Object string
	verb         verb
}

// A verb is what pin does, or has done.
type verb struct{ do, did string }

// The verbs of pin.
func adding() verb { return verb{"add", "added"} }

func marking() verb { return verb{"mark", "marked"} }

func recording() verb { return verb{"record", "recorded"} }

func running() verb { return verb{"run", "ran"} }

func writing() verb { return verb{"write", "wrote"} }

// Did returns the line that says what was done.
func (c Change) Did() string { return c.File + ": " + c.verb.did + " " + c.Object }

// Would returns the line that says what is to be done.
func (c Change) Would() string { return c.File + ": would " + c.verb.do + " " + c.Object }

// NewPin returns what there is to do for the module of the working folder. It writes
// nothing to it. The error is the user's mistake in one of its files, [ErrNoModule],
// or what the go command says.
func NewPin(o PinOptions) (*Pin, error) {
	env, err := o.Go.Environment()
	if err != nil {
		return nil, err
	}
	if env["GOMOD"] == "" || env["GOMOD"] == os.DevNull {
		return nil, ErrNoModule
	}
	for _, f := range strings.Fields(env["GOFLAGS"]) {
		if name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); name == "modfile" {
			return nil, fmt.Errorf("GOFLAGS has -modfile=%s, and pin writes go.mod alone; run it without, and copy the changes over", value)
		}
	}
	mods, err := readModules(env)
	if err != nil {
		return nil, err
	}
	p := &pinning{PinOptions: o, env: env, mods: mods, root: filepath.Dir(env["GOMOD"])}
	if !slices.ContainsFunc(mods.dirs(), func(dir string) bool { return sameFile(dir, p.root) }) {
		return nil, fmt.Errorf("the module in %s is not one of the workspace %s; run go work use there, or set GOWORK=off", p.root, env["GOWORK"])
	}
	p.host = o.Go.hostGo(env)
	p.host.Dir = p.root
	content, err := p.registration()
	if err != nil {
		return nil, err
	}
	imported, err := p.imports(content)
	if err != nil {
		return nil, err
	}
	if err := p.goMod(imported); err != nil {
		return nil, err
	}
	return &p.Pin, p.vendorFolder(imported)
}

func sameFile(x, y string) bool {
	i, err1 := os.Stat(x)
	j, err2 := os.Stat(y)
	return err1 == nil && err2 == nil && os.SameFile(i, j)
}

// A pinning is a Pin that is being worked out.
type pinning struct {
	Pin
	PinOptions
	env     map[string]string
	mods    *modules
	root    string
	toolNew bool // the tool was not in go.mod
}

// change adds to what there is to do.
func (p *pinning) change(file string, v verb, format string, args ...any) {
	p.Changes = append(p.Changes, Change{File: file, verb: v, Object: fmt.Sprintf(format, args...)})
}

// shown returns the name of a file as the user would write it.
func (p *pinning) shown(file string) string {
	if rel, err := filepath.Rel(p.Go.Dir, file); err == nil {
		return rel
	}
	return file
}

// registration works out the registration file and returns its content.
func (p *pinning) registration() ([]byte, error) {
	file := filepath.Join(p.root, FileName)
	p.File = p.shown(file)
	packages, err := p.packages()
	if err != nil {
		return nil, err
	}
	wanted := catalog.Wanted(p.BuiltIns, packages)
	old, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(file); err == nil {
			return nil, fmt.Errorf("%s is a link to a file that is not there; remove the link, or make the file", p.File)
		}
		content := catalog.File(wanted)
		p.change(p.File, writing(), "the file, with %s", strings.Join(catalog.Names(wanted), ", "))
		p.files = append(p.files, pinnedFile{name: file, content: content, isNew: true})
		return content, nil
	}
	if err != nil {
		return nil, err
	}
	r, err := p.Refresh(p.File, old, wanted)
	if err != nil {
		return nil, err
	}
	p.LeftOut = r.LeftOut
	for _, name := range r.Added {
		p.change(p.File, adding(), "%s", name)
	}
	recorded := slices.DeleteFunc(r.Recorded, func(name string) bool { return slices.Contains(r.Added, name) })
	if len(recorded) > 0 {
		p.change(p.File, recording(), "%s in %s, so that what is deleted stays out", strings.Join(recorded, ", "), catalog.Directive)
	}
	if string(r.Content) != string(old) {
		p.files = append(p.files, pinnedFile{name: file, old: old, content: r.Content})
	}
	return r.Content, nil
}

// packages returns what the module is built with, tests left out: to be among the
// modules of the graph is not enough, since weaver's own requirements bring some there.
func (p *pinning) packages() (map[string]bool, error) {
	if !slices.ContainsFunc(p.BuiltIns, func(b catalog.BuiltIn) bool { return b.Library != "" }) {
		return nil, nil
	}
	g := &Go{Program: p.Go.Program, Dir: p.root, Env: p.Go.Env}
	out, err := g.output("list", "-e", "-deps", "-f", "{{.ImportPath}}", "./...")
	packages := map[string]bool{}
	for _, path := range strings.Fields(string(out)) {
		packages[path] = true
	}
	return packages, err
}

// Apply does what there is to do. After an error the module is as it was before, as
// far as that could be had.
func (p *Pin) Apply() error {
	var done []pinnedFile
	for _, f := range p.files {
		if err := f.write(); err != nil {
			return undo(done, err)
		}
		done = append(done, f)
	}
	if p.vendor != nil {
		if _, err := p.host.output(p.vendor...); err != nil {
			return undo(done, fmt.Errorf("go %s, for the vendor folder to have what %s imports: %w", strings.Join(p.vendor, " "), p.File, err))
		}
	}
	return nil
}

// Build makes the registration as a build does, which finds what is wrong with it. Compiling
// is as in [Options].
func (p *Pin) Build(cache string, compiling func(first bool) (done func())) error {
	_, err := Prepare(Options{Go: p.host, Line: &CommandLine{Verb: "build"}, Cache: cache, Compiling: compiling})
	return err
}
