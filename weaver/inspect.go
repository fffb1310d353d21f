package weaver

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// Looking at what a build compiles, without compiling anything that the go command has. It
// is asked for the packages and their archives with the flags of a build, -toolexec and
// marks too, so what it does not have yet it compiles as that build would, and the build
// finds it later. From its answer the compiler's command lines follow, as far as weaving
// looks at them, and what weaving makes of one is worked out by the code of the toolexec
// process, in this process: see [compilation.change].
//
// Before it come package register, which prepares the build, and [command.inspect]; behind
// it the commands that show what weaving does. A [Loom] looks at packages that are compiled
// without weaver.

// An inspection is a look at the packages of a build.
type inspection struct {
	// packages are those that the patterns name and all that they import, imports first.
	packages []*register.Package

	byPath  map[string]*register.Package // with the variant in brackets
	session *session                     // nil where it is a loom's
	tool    *tool
	g       *register.Go
	dir     string // for what is woven
	stages  int    // folders in there
	overlay plan.Overlay
	lang    string // the language version of packages that are of no module

	// failed and found are what [inspection.each] could not look at, and what could not be woven.
	failed []error
	found  []match.Finding
}

func newInspection(t *tool, g *register.Go, goroot, dir string) (*inspection, error) {
	t.path = filepath.Join(goroot, "pkg", "tool", "any", "compile"+filepath.Ext(g.Program))
	overlay, err := t.plan.Build.Overlay()
	return &inspection{tool: t, g: g, dir: dir, overlay: overlay, lang: t.plan.Build.Target["GOVERSION"]}, err
}

// load has the go command list the packages that the patterns name and all they import,
// with these flags, and compile what it does not have. A package that does not compile has
// an Error, and no archive.
func (in *inspection) load(flags, patterns []string) (err error) {
	in.stages, in.byPath = 0, map[string]*register.Package{}
	in.packages, err = in.g.Packages(flags, patterns)
	for _, p := range in.packages {
		in.byPath[p.ImportPath] = p
	}
	return err
}

// compilation returns the compile of the package, before anything is done about it. The
// error may be that an import of the package does not compile.
func (in *inspection) compilation(p *register.Package) (*compilation, sources, error) {
	imports, err := in.imports(p)
	if err != nil {
		return nil, nil, err
	}
	stage := filepath.Join(in.dir, fmt.Sprintf("b%03d", in.stages))
	in.stages++
	src, err := in.sources(p, stage)
	if err != nil {
		return nil, nil, err
	}
	return in.tool.newCompilation(in.compileLine(p, src, stage), p.Path(), imports), src, nil
}

// weave does what the compile of the package in a build does, up to the compiler's own
// call. The error joins a [match.MismatchError] for each rule that stops the build.
func (in *inspection) weave(p *register.Package) (*Woven, error) {
	return in.woven(p, func(c *compilation) error {
		t := *in.tool
		t.mark = match.MarkOf(t.plan, p.Path(), p.ForTest)
		c.tool = &t
		if t.marked && t.mark == "" && c.cmd.Package != "main" {
			return nil // no process of weaver's sees it
		}
		if err := os.MkdirAll(c.cmd.Stage(), 0o777); err != nil {
			return err
		}
		_, err := c.change()
		return err
	})
}

// woven returns what one way of weaving makes of the package.
func (in *inspection) woven(p *register.Package, how func(*compilation) error) (*Woven, error) {
	c, src, err := in.compilation(p)
	if err != nil {
		return nil, err
	}
	w := &Woven{ImportPath: p.Path(), Dir: p.Dir, Library: p.DepOnly, pkg: p, c: c, src: src}
	if err := how(c); err != nil {
		return nil, err
	}
	return w, w.report()
}

// inspect looks at what a build of the command line compiles. It is nil, with a notice,
// where nothing is woven; else the caller closes it. The code is not 0 if there is nothing to
// look at.
func (c *command) inspect(line *register.CommandLine) (in *inspection, code int) {
	g, err := c.goCommand(line.Chdir)
	if err != nil {
		return nil, complain(err, 1)
	}
	reg, code := c.prepare(g, line, true)
	if code != 0 || reg == nil {
		return nil, code
	}
	s, err := c.newSession(g, line, reg)
	if err != nil {
		return nil, complain(err, 1)
	}
	t := &tool{
		plan: reg.Plan, planFile: s.planFile, report: s.report(), marked: reg.Plan.Marks != nil,
		binary: reg.Binary, env: g.Env, logging: c.logging, log: c.log,
	}
	if in, err = newInspection(t, g, reg.GOROOT, s.dir); err == nil {
		in.session = s
		stop := s.follow(s.report())
		err = in.load(s.listFlags(s.report()), line.Patterns)
		stop()
	}
	if err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, complain(err, 1)
	}
	return in, 0
}

func (in *inspection) close() { _ = os.RemoveAll(in.dir) }

// named returns the packages that the patterns name. Where their tests compile one anew, with
// the files of tests in it, it is that.
func (in *inspection) named() []*register.Package {
	return slices.DeleteFunc(slices.Clone(in.packages), func(p *register.Package) bool {
		return p.DepOnly || p.ForTest == "" && in.byPath[p.ImportPath+" ["+p.ImportPath+".test]"] != nil
	})
}

// each weaves the packages that the patterns name and calls do with each, and returns the exit
// code. What is wrong with sources, and what could not be woven, is said on stderr.
func (in *inspection) each(do func(*Woven)) (code int) {
	errs := sourceErrors(in.packages)
	if errs != nil {
		fmt.Fprintln(os.Stderr, errs)
		in.failed = append(in.failed, errs)
		code = 1
	}
	for _, p := range in.named() {
		if p.Error != nil {
			continue
		}
		w, err := in.weave(p)
		if err != nil {
			in.failed = append(in.failed, err)
		}
		text, mistaken := mismatches(err)
		switch {
		case mistaken:
			fmt.Fprintln(os.Stderr, text)
			code = 1
		case err == nil:
			in.found = append(in.found, w.c.rec.Found...)
			do(w)
		case errs == nil: // else it has been said what is wrong with an import
			code = complain(err, 1)
		}
	}
	in.session.locate(in.found)
	slices.SortFunc(in.found, match.Finding.Compare)
	return in.session.tell(in.found, code)
}
