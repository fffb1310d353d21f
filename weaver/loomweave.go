package weaver

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/weave"
	"github.com/goweaver/weaver/weaver/internal/weave/verify"
)

// A Woven is what weaving makes of one package.
type Woven struct {
	ImportPath string
	Dir        string
	Library    bool        // no pattern names it; it is of the standard library or another module
	Files      []WovenFile // those that changed, and then those that are new
	Sites      []Site      // where a rule was woven, in source order
	Findings   []Finding

	c *compilation
}

// A WovenFile is a file of a woven package.
type WovenFile struct {
	Name  string // on disk; where it would be, for one that is new
	Woven []byte
	Added bool // it is new: the generated one, or what a rule adds
}

// A Site is a place at which a rule was woven.
type Site struct {
	File string // on disk; "" for the package as a whole
	Line int    // whatever line directives say
	Func string // the declared function that it is in, "init" if it is in none
	// Rule is what was woven there: the advice, and the hook if it has one, such as
	// "around hooks.Span".
	Rule   string
	Aspect string
}

// A Finding says what could not be woven.
type Finding struct {
	File   string // on disk; "" for the package as a whole
	Line   int
	Aspect string
	Text   string // what; what to do
}

// Weave weaves the packages that the patterns name, and those that they import if
// libraries says so, and returns those with a site or a finding, imports first. Nothing is
// built but what the packages import, without weaver.
//
// The error is a [SourceError] for each package that does not compile as it is, or a
// [MistakeError] if a hook does not fit the target that it was declared for.
func (l *Loom) Weave(libraries bool, patterns ...string) ([]*Woven, error) {
	all, err := l.g.Packages(nil, patterns)
	if err = errors.Join(err, sourceErrors(all)); err != nil {
		return nil, err
	}
	byPath := map[string]*register.Package{}
	var out []*Woven
	var mistakes []string
	for i, p := range all {
		byPath[p.ImportPath] = p
		if p.DepOnly && !libraries {
			continue
		}
		w, err := l.weave(p, byPath, filepath.Join(l.dir, "woven", strconv.Itoa(i)))
		if text, ok := mismatches(err); ok {
			mistakes = append(mistakes, text)
		} else if err != nil {
			return nil, err
		} else if len(w.Sites)+len(w.Findings) > 0 {
			out = append(out, w)
		}
	}
	if len(mistakes) > 0 {
		return nil, &MistakeError{strings.Join(mistakes, "\n")}
	}
	return out, nil
}

// mismatches returns what the error says if it is about hooks that do not fit.
func mismatches(err error) (text string, ok bool) {
	var mismatch *match.MismatchError
	if !errors.As(err, &mismatch) {
		return "", false
	}
	return err.Error(), true
}

func (l *Loom) weave(p *register.Package, byPath map[string]*register.Package, stage string) (*Woven, error) {
	imports, err := importsOf(p, byPath)
	if err != nil {
		return nil, err
	}
	c := l.tool.newCompilation(l.compileLine(p, stage), p.ImportPath, imports)
	w := &Woven{ImportPath: p.ImportPath, Dir: p.Dir, Library: p.DepOnly, c: c}
	rules, spared := c.unit.Candidates()
	if len(rules)+len(spared) == 0 && !c.unit.InMain() {
		return w, nil
	}
	if len(p.CgoFiles) > 0 {
		if err := l.g.Compiled(nil, p); err != nil {
			return nil, err
		}
		c.cmd = l.compileLine(p, stage)
		c.unit.Compile, c.files = c.cmd, slices.Clone(c.cmd.Files)
	}
	if err := c.weave(rules, spared); err != nil {
		return nil, err
	}
	return w, w.report()
}

// report puts what became of the package into the terms of this package's users.
func (w *Woven) report() error {
	c := w.c
	for _, f := range c.rec.Found {
		w.Findings = append(w.Findings, c.finding(f))
	}
	if c.result == nil {
		return nil
	}
	for _, s := range c.result.Woven {
		at := c.pkg.Fset.PositionFor(place(s), false)
		w.Sites = append(w.Sites, Site{File: at.Filename, Line: at.Line, Func: enclosing(s), Rule: label(s.Rule), Aspect: s.Rule.Aspect})
	}
	slices.SortStableFunc(w.Sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	users := map[string]bool{} // names of woven files of the package's own
	for i, f := range c.pkg.Files {
		if data, ok := c.result.Files[f]; ok {
			w.Files = append(w.Files, WovenFile{Name: c.cmd.Files[i], Woven: data})
			users[filepath.Base(c.cmd.Files[i])] = true
		}
	}
	for _, file := range c.files {
		name := filepath.Base(file)
		if users[name] || slices.Contains(c.cmd.Files, file) {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		w.Files = append(w.Files, WovenFile{Name: filepath.Join(w.Dir, name), Woven: data, Added: true})
	}
	return nil
}

// place returns where a site is, as a reader of the source sees it: of a call that is
// where its arguments start, on which line a trace has it.
func place(s match.Site) token.Pos {
	switch {
	case s.Call != nil:
		return s.Call.Lparen
	case s.Node == nil:
		return token.NoPos
	}
	return s.Node.Pos()
}

func enclosing(s match.Site) string {
	if s.Decl == nil {
		return "init"
	}
	if s.Decl.Recv == nil || len(s.Decl.Recv.List) == 0 {
		return s.Decl.Name.Name
	}
	t, star := ast.Unparen(s.Decl.Recv.List[0].Type), ""
	if p, ok := t.(*ast.StarExpr); ok {
		t, star = ast.Unparen(p.X), "*"
	}
	switch g := t.(type) {
	case *ast.IndexExpr:
		t = g.X
	case *ast.IndexListExpr:
		t = g.X
	}
	if id, ok := t.(*ast.Ident); ok && star != "" {
		return "(*" + id.Name + ")." + s.Decl.Name.Name
	} else if ok {
		return id.Name + "." + s.Decl.Name.Name
	}
	return s.Decl.Name.Name
}

// label says what a rule does at its sites.
func label(r *rule.Rule) string {
	if r.Hook.Name == "" {
		return string(r.Advice)
	}
	return string(r.Advice) + " " + r.Hook.Short()
}

// finding gives a finding its place on disk.
func (c *compilation) finding(f match.Finding) Finding {
	out := Finding{Aspect: f.Aspect, Text: f.Text}
	if name, line, ok := cutLine(c.onDisk(f).Pos); ok {
		out.File, out.Line = name, line
	}
	return out
}

// onDisk returns the finding with its place on disk; it has that as the compiler records it.
func (c *compilation) onDisk(f match.Finding) match.Finding {
	name, line, ok := cutLine(f.Pos)
	for _, file := range c.cmd.Files {
		if ok && filepath.ToSlash(c.cmd.Trim(file)) == name {
			f.Pos = fmt.Sprintf("%s:%d", file, line)
		}
	}
	return f
}

// cutLine splits file:line.
func cutLine(pos string) (file string, line int, ok bool) {
	i := strings.LastIndexByte(pos, ':')
	if i < 0 {
		return "", 0, false
	}
	line, err := strconv.Atoi(pos[i+1:])
	return pos[:i], line, err == nil
}

// Verify holds the woven package against what must be true of every one: it
// type-checks, each token of the user's is in its file and line, a file
// without a site is as it was, weaving once more makes the same bytes, and without
// a rule nothing is made at all. A difference is a defect of weaver's.
func (w *Woven) Verify() error {
	c := w.c
	if c.result == nil {
		return nil
	}
	errs := []error{verify.Moved(c.pkg, c.result.Woven, c.result), verify.Untouched(c.result.Woven, c.result)}
	if len(c.result.Woven) > 0 {
		errs = append(errs, c.checkWoven())
	}
	again, err := c.again()
	if err == nil && !same(c.result, again) {
		err = errors.New("weaving the package twice makes two results")
	}
	errs = append(errs, err)
	if none, _ := weave.Package(c.pkg, goarch(), nil); len(none.Files)+len(none.Generated)+len(none.Added)+len(none.Hooks) > 0 {
		errs = append(errs, errors.New("the package is changed where no rule is woven"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: this is a defect of weaver; please report it: %w", w.ImportPath, err)
	}
	return nil
}

// checkWoven type-checks what the compiler would be given.
func (c *compilation) checkWoven() error {
	cmd := *c.cmd
	cmd.Files = c.files
	p, err := source.Read(&cmd)
	if err != nil {
		return err
	}
	if err := p.Parse(); err != nil {
		return err
	}
	p.Imports = c.unit.Imports
	return p.Check(goarch(), true)
}

// again weaves the package once more, from its files on.
func (c *compilation) again() (*weave.Result, error) {
	d := c.newCompilation(c.cmd, c.unit.ImportPath, c.unit.Imports)
	rules, spared := d.unit.Candidates()
	if err := d.weave(rules, spared); err != nil {
		return nil, err
	}
	return d.result, nil
}

// same reports whether two results of one package, read twice, are the same bytes.
func same(a, b *weave.Result) bool {
	files := func(r *weave.Result) map[string]string {
		out := map[string]string{}
		for f, data := range r.Files {
			out[f.Name] = string(data)
		}
		return out
	}
	return bytes.Equal(a.Generated, b.Generated) && slices.Equal(a.Added, b.Added) && maps.Equal(files(a), files(b))
}
