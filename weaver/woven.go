package weaver

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// What became of a package, in the terms of those who look at it: an [inspection] has it
// woven, and looms and the commands that show what weaving does are what it is for.

// A Woven is what weaving makes of one package.
type Woven struct {
	ImportPath string
	Dir        string
	Library    bool        // no pattern names it; it is of the standard library or another module
	Files      []WovenFile // those that changed, and then those that are new
	Sites      []Site      // where a rule was woven, in source order
	Findings   []Finding

	pkg *register.Package
	c   *compilation
	src sources
}

// A WovenFile is a file of a woven package.
type WovenFile struct {
	Name  string // on disk; where it would be, for one that is new
	Woven []byte
	Added bool // it is new: the generated one, or what a rule adds

	compiled string         // the name of what the compiler is given
	of       string         // the file on disk that was woven, "" for one that is new
	made     bool           // that one is of the go command's making, from what Name says
	src      []byte         // what was woven
	splices  []weave.Splice // of src
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

	rule *rule.Rule
	of   string // the file that was woven
	at   int    // the line in there
}

// A Finding says what could not be woven.
type Finding struct {
	File   string // on disk; "" for the package as a whole
	Line   int
	Aspect string
	Text   string // what; what to do
}

// report puts what became of the package into the terms of this package's users.
func (w *Woven) report() error {
	c := w.c
	for _, f := range c.rec.Found {
		w.Findings = append(w.Findings, c.finding(f))
	}
	for _, file := range c.files {
		if slices.Contains(c.cmd.Files, file) {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		f := WovenFile{Woven: data, compiled: filepath.Base(file)}
		if name, ok := c.names[file]; ok {
			i := slices.Index(c.cmd.Files, name)
			f.Name, f.of, f.made = w.src[i].users, name, w.src[i].made
			f.src, f.splices = c.pkg.Files[i].Src, c.result.Splices(c.pkg.Files[i])
		} else {
			f.Name, f.Added = filepath.Join(w.Dir, f.compiled), true
		}
		w.Files = append(w.Files, f)
	}
	slices.SortStableFunc(w.Files, func(a, b WovenFile) int { return cmp.Compare(added(a), added(b)) })
	if c.result == nil {
		return nil
	}
	for _, s := range c.result.Woven {
		site := Site{Func: enclosing(s), Rule: label(s.Rule), Aspect: s.Rule.Aspect, rule: s.Rule}
		w.locate(&site, place(s))
		if s.Rule.Point == rule.Package { // the file only stands for it
			site.of = ""
		}
		w.Sites = append(w.Sites, site)
	}
	slices.SortStableFunc(w.Sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return nil
}

func added(f WovenFile) int {
	if f.Added {
		return 1
	}
	return 0
}

// locate gives the site its place on disk. What the go command made of a file says by line
// directives where that is from; any others are the user's own, and say nothing of the disk.
func (w *Woven) locate(s *Site, pos token.Pos) {
	if !pos.IsValid() {
		return
	}
	at := w.c.pkg.Fset.PositionFor(pos, false)
	s.of, s.at = at.Filename, at.Line
	s.File, s.Line = s.of, s.at
	if i := slices.Index(w.c.cmd.Files, s.of); i >= 0 {
		s.File = w.src[i].users
		if w.src[i].made {
			s.Line = w.c.pkg.Position(pos).Line
		}
	}
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
		if rest, std := strings.CutPrefix(name, "$GOROOT"); std {
			name = filepath.FromSlash(toolcmd.Root(c.cmd.Tool) + rest)
		}
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
