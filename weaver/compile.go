package weaver

import (
	"bytes"
	"errors"
	"fmt"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/report"
	"github.com/goweaver/weaver/weaver/internal/resolve"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// A compilation is one package on its way through the compiler.
type compilation struct {
	*tool
	cmd  *toolcmd.Compile
	unit *match.Unit

	files []string          // what the compiler is given
	cfg   string            // the import config, where it was extended
	names map[string]string // woven files, and those that they stand for
	deps  resolve.LinkDeps
	woven int // sites
	rec   report.Record
	hooks []string // the archives that a main package's hooks bring into the program

	pkg    *source.Package // what was looked at
	result *weave.Result   // what was woven of it; nil where nothing matched

	absent map[*rule.Rule]bool // rules whose target's name occurs nowhere in the package
}

func (t *tool) newCompilation(cmd *toolcmd.Compile, importPath string, imports *toolcmd.ImportConfig) *compilation {
	if importPath == "" {
		importPath = cmd.Package
	}
	return &compilation{
		tool: t, cmd: cmd, files: slices.Clone(cmd.Files), absent: map[*rule.Rule]bool{}, names: map[string]string{},
		unit: &match.Unit{Compile: cmd, Plan: t.plan, ImportPath: importPath, Imports: imports},
	}
}

// compile weaves a package and compiles it. Packages concern weaver in which a rule
// matches or that import such a one, hook packages, and commands; all others go to
// the compiler as they came.
func (t *tool) compile() (int, error) {
	t.mark, t.args = plan.CutMark(t.args)
	cmd, err := toolcmd.ParseCompile(t.path, t.args)
	if err != nil {
		return 1, err
	}
	if t.bare {
		if err := t.checkCompile(cmd); err != nil {
			return 1, err
		}
	}
	t.traceFile("import config", cmd.ImportCfg)
	imports, err := toolcmd.ReadImportConfig(cmd.ImportCfg)
	if err != nil {
		return 1, err
	}
	c := t.newCompilation(cmd, importPath(), imports)
	concerned, err := c.change()
	if err != nil {
		return 1, err
	}
	if !concerned {
		if err := c.tell(); err != nil {
			return 1, err
		}
		return t.exec(t.args), nil
	}
	return c.finish()
}

// change has files be what weaving makes of the package, and reports whether the compile
// concerns weaver at all.
func (c *compilation) change() (concerned bool, err error) {
	start := time.Now()
	if err := c.inherit(); err != nil {
		return false, err
	}
	cmd := c.cmd
	if c.isPlugin() {
		cmd.Package = "main"
	}
	rules, spared := c.unit.Candidates()
	// A package of the standard library can be among those that a program needs, but
	// nothing waits for it.
	isHook, isMain := slices.Contains(c.plan.Hooks, cmd.Package) && !cmd.Std, cmd.Package == "main"
	matching := len(rules)+len(spared) > 0
	if (matching || c.unit.InMain()) && len(cmd.Files) > 0 { // a main module's may have directives
		if err := c.weave(rules, spared); err != nil {
			return false, err
		}
	}
	c.logOutcomes()
	if !matching && len(c.deps.Needs)+len(c.deps.Covered) == 0 && !c.deps.HandsOn && !isHook && !isMain && c.rec.Empty() || len(cmd.Files) == 0 {
		return false, nil
	}
	c.logWoven(start)
	if isHook {
		err = c.markHook()
	} else if isMain {
		err = c.importHooks()
	}
	return true, err
}

// inherit takes over what imports hand on to the package, which hands it on, with whether
// it is itself covered.
func (c *compilation) inherit() (err error) {
	if c.deps, err = resolve.HandedOn(c.unit.Imports); err != nil {
		return err
	}
	isMain := c.cmd.Package == "main"
	c.deps.HandsOn = c.mark.HandsOn() && !isMain
	switch {
	case !c.marked:
		c.deps.Roots = nil
	case !c.deps.HandsOn && !isMain:
		c.deps = resolve.LinkDeps{} // the plan says it
	}
	if c.cmd.Coverage == "" || !c.plan.Links(c.cmd.Package) {
		return nil
	}
	mode, err := c.cmd.CoverMode()
	if err == nil {
		c.deps.Cover(c.cmd.Package, mode)
	}
	return err
}

// weave replaces the package's files by woven ones, where a rule matches. The error joins a
// [match.MismatchError] for each rule that can not be what its author has to have.
func (c *compilation) weave(rules, spared []*rule.Rule) error {
	if err := c.apply(rules, spared); err != nil {
		return err
	}
	var errs []error
	for _, f := range c.rec.Found {
		for _, r := range c.plan.Rules {
			if r.Strict && r.ID == f.Rule {
				errs = append(errs, &match.MismatchError{Finding: c.onDisk(f), Declared: r.Pos})
			}
		}
	}
	return errors.Join(errs...)
}

func (c *compilation) apply(rules, spared []*rule.Rule) error {
	p, err := source.Read(c.cmd)
	if err != nil {
		return err
	}
	p.Imports, c.pkg = c.unit.Imports, p
	rules, absent := match.Mentioned(slices.Concat(rules, spared), p)
	for _, r := range absent {
		c.absent[r] = true
	}
	c.find(match.Absent(c.unit, absent)...)
	directed := c.unit.Directed(p)
	if err := c.checkMark(rules, p); err != nil {
		return err
	}
	if len(rules) == 0 && !directed {
		return nil
	}
	if p.Parse() != nil {
		return nil // the compiler says it, of the user's own file
	}
	if directed {
		c.find(match.CheckDirectives(c.unit, p)...)
	}
	if len(rules) == 0 {
		return nil
	}
	if err := p.Check(c.goarch(), match.NeedBodies(rules)); err != nil {
		c.find(match.Finding{
			Pos: c.unit.ImportPath, Aspect: rules[0].Aspect, Rule: rules[0].ID,
			Text: fmt.Sprintf("the package is left as it is, since it does not type-check: %s; correct it", typeError(p, err)),
		})
		return nil
	}
	sites, found, mistakes := match.Sites(c.unit, rules, p)
	c.find(found...)
	for _, r := range c.unit.Ignored() {
		c.rec.Meet(r.ID)
	}
	if mistakes != nil && c.unit.Trace == nil {
		return mistakes
	}
	sites, found = match.Spared(c.unit, sites, spared)
	c.find(found...)
	if len(sites) == 0 {
		return mistakes
	}
	res, err := weave.Package(p, c.goarch(), sites)
	c.result = res
	if c.unit.Trace != nil {
		c.unit.Trace.Unwoven(p, sites, res.Woven, res.Findings)
	}
	if err != nil {
		return errors.Join(mistakes, err)
	}
	c.find(res.Findings...)
	c.woven = len(res.Woven)
	for _, s := range res.Woven {
		c.rec.Count(s.Rule.ID)
	}
	return errors.Join(mistakes, c.take(p, res, sites))
}

// checkMark returns an error if the package is not what it was when it got its mark: the key
// of the archive would not follow what is woven. That of a main package follows everything.
func (c *compilation) checkMark(rules []*rule.Rule, p *source.Package) error {
	if !c.marked || c.cmd.Package == "main" {
		return nil
	}
	unforeseen := c.unit.InMain() && !c.mark.Directed() && slices.ContainsFunc(p.Files, func(f *source.File) bool { return match.Directed(f.Src) })
	for _, r := range rules {
		unforeseen = unforeseen || !c.plan.May(c.mark, r)
	}
	if unforeseen {
		return c.plan.Stale("package %s is not what it was when the build began", c.unit.ImportPath)
	}
	return nil
}

// take writes the woven files and has the compiler read them.
func (c *compilation) take(p *source.Package, res *weave.Result, sites []match.Site) error {
	if len(res.Woven) == 0 {
		return nil
	}
	for i, f := range p.Files {
		data, changed := res.Files[f]
		if !changed {
			continue
		}
		file, err := stageFile(c.cmd.Stage(), filepath.Base(f.Name), data)
		if err != nil {
			return err
		}
		c.names[file] = c.files[i]
		c.files[i] = file
	}
	if res.Generated != nil {
		if err := c.add("weaver", res.Generated); err != nil {
			return err
		}
		// Its variables are initialised before those of the package, which would otherwise
		// have to wait for them, and so change places with each other.
		if last := len(c.files) - 1; res.First {
			c.files = slices.Insert(c.files[:last], 0, c.files[last])
		}
	}
	for _, f := range res.Added {
		if err := c.add(strings.TrimSuffix(f.Name, ".go"), []byte(f.Source)); err != nil {
			return err
		}
	}
	c.deps.Calls = map[string][]string{}
	for _, hook := range res.Hooks {
		for _, s := range sites {
			if a := s.Rule.Aspect; slices.Contains(s.Rule.Packages(), hook) && !slices.Contains(c.deps.Calls[hook], a) {
				c.deps.Calls[hook] = append(c.deps.Calls[hook], a)
			}
		}
	}
	c.deps.Needs = append(c.deps.Needs, res.Hooks...)
	slices.Sort(c.deps.Needs)
	c.deps.Needs = slices.Compact(c.deps.Needs)
	return nil
}

// add has the compiler read one more file, the last one.
func (c *compilation) add(name string, data []byte) error {
	// A woven file of the user's keeps its name.
	taken := func(f string) bool { return filepath.Base(f) == name+".go" }
	for slices.ContainsFunc(c.files, taken) {
		name += "_"
	}
	file, err := stageFile(c.cmd.Stage(), name+".go", data)
	c.files = append(c.files, file)
	return err
}

// markHook adds the variable to a hook package that says that it is initialised.
func (c *compilation) markHook() error {
	name, err := source.PackageName(c.cmd.Files)
	if err != nil {
		return nil //nolint:nilerr // the compiler says it, of the user's own file
	}
	return c.add("weaver_ready", weave.HookPackage(name, c.goarch()))
}

// finish runs the compiler. If it refuses what weaver made of the package it is
// asked about the user's own files: a mistake of the user's is told in the
// compiler's words about the user's code, and anything else is weaver's.
func (c *compilation) finish() (int, error) {
	var stdout, stderr bytes.Buffer
	args, _, err := toolcmd.Respond(c.path, c.cmd.Stage(), c.cmd.With(c.files, c.cfg, c.names))
	if err != nil {
		return 1, err
	}
	run := exec.Command(c.path, args...)
	run.Stdout, run.Stderr = &stdout, &stderr
	err = run.Run()
	code, failed := exitCode(err)
	switch {
	case failed && !run.ProcessState.Exited(): // it says nothing of the source
		return code, fmt.Errorf("%s of %s: %w", c.path, c.unit.ImportPath, err)
	case failed && (c.woven > 0 || len(c.files) > len(c.cmd.Files)):
		plain := exec.Command(c.path, c.args...)
		plain.Stdout, plain.Stderr = os.Stdout, os.Stderr
		if code, failed := exitCode(plain.Run()); failed {
			return code, nil
		}
		_ = os.Remove(c.cmd.Output) // the plain archive must not be taken for a woven one
		return code, fmt.Errorf("the compiler takes %s as it is but not as it was woven; %s:\n%s%s", c.unit.ImportPath, c.remedy(), stdout.Bytes(), stderr.Bytes())
	case failed, err == nil:
		_, _ = os.Stdout.Write(c.named(stdout.Bytes()))
		_, _ = os.Stderr.Write(c.named(stderr.Bytes()))
		if failed {
			return code, nil
		}
	default:
		return 1, err
	}
	if err := c.includeHooks(); err != nil {
		return 1, err
	}
	return 0, errors.Join(c.deps.Write(c.cmd.Output), c.rec.Keep(c.cmd.Output), c.tell())
}

// named returns what the compiler says with the user's names of files, as -gcflags=-m has it
// say what it makes of them.
func (c *compilation) named(text []byte) []byte {
	if len(text) == 0 {
		return text
	}
	for woven, file := range c.names {
		text = bytes.ReplaceAll(text, []byte(woven), []byte(file))
	}
	return text
}

// remedy says what to do about a woven package that does not compile.
func (c *compilation) remedy() string {
	var added []string
	if c.result != nil {
		for _, f := range c.result.Added {
			added = append(added, f.Name)
		}
	}
	if len(added) == 0 {
		return "please report this"
	}
	return "correct " + strings.Join(added, ", ") + " if that is where it is, of what rules add, or report this"
}

// find takes down what could not be woven.
func (c *compilation) find(found ...match.Finding) { c.rec.Found = append(c.rec.Found, found...) }

// typeError returns the message of a type error, with the place as an archive may
// hold it.
func typeError(p *source.Package, err error) string {
	var e types.Error
	if errors.As(err, &e) {
		return p.Place(e.Pos) + ": " + e.Msg
	}
	return err.Error()
}

// tell hands the record to the wrapper, an empty one too: what is not told is taken for
// a package that came from the go command's cache.
func (c *compilation) tell() error {
	if c.report == "-" {
		return nil
	}
	return report.Append(c.report, c.cmd.Action(), &c.rec)
}
