// Package register makes the plan of a build from the registration file: it has the
// go command compile the file, asks the binary for its aspects, reads the
// signatures of hooks that are given by name, and works out the identity. It runs
// in the wrapper, before the outer go command.
package register

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// FileName is the name of the registration file.
const FileName = "orchestrion.tool.go"

// ErrNoModule is returned where there is no module whose aspects could be woven.
var ErrNoModule = errors.New("not inside a module")

// A DeclarationError holds the mistakes in the aspects' declarations, one a line.
type DeclarationError struct{ Lines string }

func (e *DeclarationError) Error() string { return e.Lines }

// A BuildError is a registration file that the go command does not compile. What it
// says stands as it is.
type BuildError struct{ File, Message string }

func (e *BuildError) Error() string { return e.Message }

// A Registration is what a build is woven with.
type Registration struct {
	Binary string // the -toolexec program
	Plan   *plan.Plan
	// PlanFile is where the plan is kept.
	PlanFile string
	File     string // the registration file
	Default  bool   // there is none in the module; the default list is used
	GOROOT   string
	Kept     bool // it is that of an earlier build
	// Unmarked says why the plan has no marks, where it has none.
	Unmarked string

	// Aspects are what the file registers; their rules are those of the plan.
	Aspects []rule.Aspect

	goCommand *Go
	byPath    map[string]*pkg // the hooks' import closure
	linked    []string        // import paths of all that a program may be linked with for the rules, sorted
	mods      *modules
	root      string // the module's folder
	work      string // go.work, "" for none
	host      *Go    // as the registration file is compiled, with these flags
	hostFlags []string
	tool      *preparation // what Binary was or will be built by
}

// Wanted returns where the module's own registration file is, or would be.
func (r *Registration) Wanted() string { return filepath.Join(r.root, FileName) }

// OnDisk returns the file that a compiler which was told -trimpath recorded under
// that name, as one on disk. Other names stay as they are.
func (r *Registration) OnDisk(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return r.mods.onDisk(file, r.File)
}

// Options is what [Prepare] works from.
type Options struct {
	Go      *Go
	Line    *CommandLine
	Cache   string // weaver's cache folder
	Default []byte // the registration file that is used where there is none
	Given   *Given // set where there is none to look for
	Marks   bool   // the packages of the build shall have marks
	Anew    bool   // what an earlier build left is not looked at, and nothing left

	// Compiling, unless it is nil, is called before the go command looks whether the
	// registration file is to be compiled. First is set where there is no binary yet. What it
	// returns is called afterwards.
	Compiling func(first bool) (done func())
}

// Prepare makes the registration of one build. Nothing is written but to weaver's
// cache folder and the go command's cache.
func Prepare(o Options) (*Registration, error) {
	if o.Marks && !o.Anew { // what is listed or printed needs more than is kept
		return o.keptOrNew()
	}
	p, err := prepare(o)
	if err != nil {
		return nil, err
	}
	return p.reg, nil
}

// prepare is Prepare where nothing is kept.
func prepare(o Options) (*preparation, error) {
	env, err := o.Go.Environment()
	if err != nil {
		return nil, err
	}
	if err := checkFlags(env["GOFLAGS"]); err != nil {
		return nil, err
	}
	env["GOFLAGS"] = plan.WithoutToolexec(env["GOFLAGS"])
	inModule := env["GOMOD"] != "" && env["GOMOD"] != os.DevNull
	inWork := env["GOWORK"] != "" && env["GOWORK"] != "off"
	if !inModule && !inWork || env["GO111MODULE"] == "off" {
		return nil, ErrNoModule
	}
	root := filepath.Dir(env["GOWORK"])
	if inModule {
		root = filepath.Dir(env["GOMOD"])
	}
	mods, err := readModules(env)
	if err != nil {
		return nil, err
	}
	reg := &Registration{
		File: filepath.Join(root, FileName), GOROOT: env["GOROOT"],
		goCommand: o.Go, byPath: map[string]*pkg{}, mods: mods, root: root,
		hostFlags: absolute(o.Line.Host, o.Go.Dir),
	}
	if inWork {
		reg.work = env["GOWORK"]
	}
	if o.Given != nil {
		mods.only = o.Given.Main
		if reg.File, err = writeDefault(o.Cache, []byte(toolFile)); err != nil {
			return nil, err
		}
	} else if _, err := os.Stat(reg.File); errors.Is(err, os.ErrNotExist) {
		reg.Default = true
		if reg.File, err = writeDefault(o.Cache, o.Default); err != nil {
			return nil, err
		}
	}
	p := &preparation{Options: o, env: env, mods: mods, root: root, reg: reg}
	reg.host, reg.tool = p.host(), p
	if reg.Unmarked = o.Line.unmarked(); o.Marks && reg.Unmarked == "" {
		p.graph = p.listGraph()
	}
	if reg.Aspects, err = p.aspects(); err != nil {
		return nil, err
	}
	if reg.Plan, err = p.plan(reg.Aspects); err != nil {
		return nil, err
	}
	next := 0
	for i := range reg.Aspects { // with the signatures of hooks that are given by name
		a := &reg.Aspects[i]
		a.Rules, next = reg.Plan.Rules[next:next+len(a.Rules)], next+len(a.Rules)
	}
	return p, nil
}

func writeDefault(cache string, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	file := filepath.Join(cache, "default", hex.EncodeToString(sum[:8]), FileName)
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, content) {
		return file, nil
	}
	return file, plan.WriteFile(file, content)
}

type preparation struct {
	Options
	env  map[string]string
	mods *modules
	root string
	reg  *Registration

	graph      <-chan graph // nil where the packages have no marks
	described  string       // the digest of what the registration binary said
	all        []*pkg       // what the hooks are compiled from, and the tool
	registered []*pkg       // what the registration file is compiled from
	sourceDirs []string     // the folders of mutable packages of the build
	goMods     []string     // the go.mod files of their modules
}

func (p *preparation) host() *Go {
	g := p.Go.hostGo(p.env)
	g.Dir = p.root
	return g
}

// aspects returns what is registered. A registration file is built for that.
func (p *preparation) aspects() (_ []rule.Aspect, err error) {
	if p.Given != nil {
		return p.given()
	}
	if p.reg.Binary, err = p.build(); err != nil {
		return nil, err
	}
	return p.describe()
}

// plan makes the plan of the build.
func (p *preparation) plan(aspects []rule.Aspect) (*plan.Plan, error) {
	out := &plan.Plan{MainModules: p.mods.dirs(), MainPaths: p.mods.paths(), Build: plan.Build{
		Dir: p.Go.Dir, Flags: p.Line.Archive, Given: p.Line.Given,
		Env: digestEnv(p.env), Target: target(p.env), GoFlags: p.env["GOFLAGS"], Cache: p.Cache,
		Files: p.Line.Files(p.Go.Dir),
	}}
	for _, a := range aspects {
		out.Rules = append(out.Rules, a.Rules...)
	}
	for _, r := range out.Rules {
		out.Hooks = append(out.Hooks, r.Packages()...)
	}
	slices.Sort(out.Hooks)
	out.Hooks = slices.Compact(out.Hooks)
	all, err := p.closure(append(slices.Clone(out.Hooks), toolName))
	if err != nil {
		return nil, err
	}
	if err := p.readHooks(out, all); err != nil {
		return nil, err
	}
	out.Closure = closureOf(all, called(out.Rules))
	p.reg.linked = closureOf(all, out.Hooks)
	out.Beside = slices.DeleteFunc(slices.Clone(p.reg.linked), func(path string) bool {
		_, in := slices.BinarySearch(out.Closure, path)
		return in
	})
	out.Linked = &plan.Program{Modules: modulesOf(all, p.reg.linked)}
	p.all = all
	if out.Identity, err = p.identity(out, all); err != nil || p.graph == nil {
		return out, err
	}
	return out, p.mark(out)
}

// mark gives the plan marks.
func (p *preparation) mark(out *plan.Plan) (err error) {
	if out.Tool, err = p.toolDigest(out, p.all); err != nil {
		return err
	}
	return p.setMarks(out, p.all)
}

// closure lists what the roots import, with themselves, and takes down what the registration
// file is compiled from.
func (p *preparation) closure(roots []string) ([]*pkg, error) {
	if p.Given != nil {
		return listClosure(p.Go, p.Line.Archive, roots)
	}
	if p.env["GOOS"] != p.env["GOHOSTOS"] || p.env["GOARCH"] != p.env["GOHOSTARCH"] {
		var err error
		if p.registered, err = listClosure(p.reg.host, p.reg.hostFlags, []string{p.reg.File}); err != nil {
			return nil, err
		}
		return listClosure(p.Go, p.Line.Archive, roots)
	}
	f, err := parser.ParseFile(token.NewFileSet(), p.reg.File, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var registered []string
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && path != "C" && path != "unsafe" {
			registered = append(registered, path)
		}
	}
	all, err := listClosure(p.Go, p.Line.Archive, slices.Concat(roots, registered))
	p.registered = only(all, closureOf(all, registered))
	return only(all, closureOf(all, roots)), err
}

// only returns those of the packages that have these import paths, which are sorted.
func only(all []*pkg, paths []string) []*pkg {
	return slices.DeleteFunc(slices.Clone(all), func(q *pkg) bool {
		_, found := slices.BinarySearch(paths, q.ImportPath)
		return !found
	})
}

// toolName is the package that stands for the tool itself, whose sources an identity covers
// too.
const toolName = "github.com/goweaver/weaver/weaver"

// toolDigest returns a digest of what weaving is done by.
func (p *preparation) toolDigest(out *plan.Plan, all []*pkg) (string, error) {
	overlay, err := out.Build.Overlay()
	if err != nil {
		return "", err
	}
	return digestClosure(only(all, closureOf(all, []string{toolName})), overlay)
}

// identity gives the rules their IDs and returns what the go command's cache keys are
// to follow: what decides how a package is woven, and what decides how the hook packages
// are compiled. Main is linked with these and does not import them, as far as the go
// command knows, so its keys follow them by the identity alone.
func (p *preparation) identity(out *plan.Plan, all []*pkg) (string, error) {
	h := sha256.New()
	for i := range out.Rules {
		r := out.Rules[i]
		r.Pos = ""
		data, err := json.Marshal(r)
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(data)
		out.Rules[i].ID = hex.EncodeToString(sum[:6])
		fmt.Fprintf(h, "rule %s\n", data)
	}
	fmt.Fprintf(h, "main %q without %q\n", p.mods.paths(), p.mods.nested())
	overlay, err := out.Build.Overlay()
	if err != nil {
		return "", err
	}
	digest, err := digestClosure(all, overlay)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "closure %s\n", digest)
	for _, line := range p.conditions() {
		fmt.Fprintln(h, line)
	}
	return hex.EncodeToString(h.Sum(nil)[:20]), nil
}

// readHooks checks the hook packages and reads the signatures that are not known.
// The error has a line for each mistake.
func (p *preparation) readHooks(out *plan.Plan, all []*pkg) error {
	reader := &funcReader{byPath: p.reg.byPath, parsed: map[string]*funcPkg{}}
	for _, q := range all {
		reader.byPath[q.ImportPath] = q
	}
	var lines []string
	for i := range out.Rules {
		r := &out.Rules[i]
		err := checkLinks(r, reader)
		if err == nil && r.Hook.Pkg != "" {
			err = checkHook(r, reader)
		}
		if err != nil {
			lines = append(lines, fmt.Sprintf("%s: %s: %v", r.Pos, r.Aspect, err))
		}
	}
	if len(lines) > 0 {
		return &DeclarationError{strings.Join(lines, "\n")}
	}
	return nil
}

func checkHook(r *rule.Rule, reader *funcReader) error {
	q := reader.byPath[r.Hook.Pkg]
	if why := unusable(q); why != "" {
		return fmt.Errorf("the hook package %s can not be used: %s; add it with go get, or correct the name", r.Hook.Pkg, why)
	}
	switch {
	case q.Standard:
		return fmt.Errorf("%s is in the standard library, which woven code can not reach by name; call it from a hook of your own", r.Hook.Short())
	case q.Name == "main":
		return fmt.Errorf("%s is in a command, which can not be imported; move it to a package of its own", r.Hook.Short())
	case r.HookSig != nil:
		return nil
	}
	sig, err := reader.signature(r.Hook, r.Advice)
	if err != nil {
		return err
	}
	r.HookSig = sig
	if err := r.Fits(); err != nil {
		return err
	}
	return r.CaptureFits()
}
