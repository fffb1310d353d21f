package match

// What comments say about the code below them: which function a directive is about, and
// what //weaver:ignore leaves out.
//
// Lines are those of the file, whatever line directives say. A comment is about what
// starts on the line after its last one: a function declaration, or else the first
// function literal on that line, which no other one encloses that starts there too.

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/source"
)

// notes are the directives of one file.
type notes struct {
	of      map[ast.Node][]*directive // by function declaration or literal
	placed  []*directive              // all that are about something
	loose   []*directive              // that are about nothing
	ignored []ignored
}

// An ignored part of a file is left alone by the aspects, or by all if it names none.
type ignored struct {
	from, to token.Pos
	at       token.Pos // of the directive
	aspects  []string
}

func (i *ignored) by(aspect string) bool {
	return len(i.aspects) == 0 || slices.Contains(i.aspects, aspect)
}

// readNotes returns the notes of a file that is parsed: weaver's own directives, and
// those that are asked for.
func readNotes(p *source.Package, f *source.File, asked []string) *notes {
	n := &notes{of: map[ast.Node][]*directive{}}
	if !bytes.Contains(f.Src, []byte(directivePrefix)) &&
		!slices.ContainsFunc(asked, func(name string) bool { return bytes.Contains(f.Src, []byte(written(name))) }) {
		return n
	}
	r := &noteReader{notes: n, pkg: p, file: f, asked: asked, above: map[int][]*directive{}}
	r.comments()
	if len(r.above) > 0 {
		r.below()
	}
	for _, ds := range r.above {
		for _, d := range ds {
			if !slices.Contains(n.placed, d) {
				n.loose = append(n.loose, d)
			}
		}
	}
	return n
}

type noteReader struct {
	*notes
	pkg   *source.Package
	file  *source.File
	asked []string
	above map[int][]*directive // by the line after the comment, as long as nothing is there
}

func (r *noteReader) line(pos token.Pos) int { return r.pkg.Fset.PositionFor(pos, false).Line }

// comments collects the directives.
func (r *noteReader) comments() {
	for _, group := range r.file.AST.Comments {
		for _, c := range group.List {
			d := parseDirective(c.Text)
			if d == nil || d.name == "pin" || !isOwn(d.name) && !slices.Contains(r.asked, d.name) {
				continue
			}
			d.pos, d.from = c.Pos(), group.Pos()
			below := r.line(group.End()) + 1
			switch {
			case !r.alone(c), r.closes(below):
				r.loose = append(r.loose, d)
			case d.name == "ignore" && c.Pos() < r.file.AST.Package:
				r.ignore(d, r.file.AST.FileStart, r.file.AST.FileEnd)
			default:
				r.above[below] = append(r.above[below], d)
			}
		}
	}
}

// alone reports whether nothing else stands on the line of the comment.
func (r *noteReader) alone(c *ast.Comment) bool {
	at := r.pkg.Offset(c.Pos())
	start := bytes.LastIndexByte(r.file.Src[:at], '\n') + 1
	return len(bytes.TrimSpace(bytes.TrimPrefix(r.file.Src[start:at], []byte("\uFEFF")))) == 0
}

// closes reports whether the line starts with a closing bracket: what stands above it is
// in what ends there, and not about what begins behind.
func (r *noteReader) closes(line int) bool {
	f := r.pkg.Fset.File(r.file.AST.FileStart)
	if line > f.LineCount() {
		return false
	}
	rest := bytes.TrimLeft(r.file.Src[f.Offset(f.LineStart(line)):], " \t")
	return len(rest) > 0 && bytes.IndexByte([]byte(")]}"), rest[0]) >= 0
}

// below finds what the comments are about. What encloses comes before what it encloses.
func (r *noteReader) below() {
	taken := map[int]bool{} // lines whose directives have their function
	ast.Inspect(r.file.AST, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		ds := r.above[r.line(n.Pos())]
		if len(ds) == 0 {
			return true
		}
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			r.function(n, ds, taken)
		case *ast.GenDecl:
			if n.Tok != token.IMPORT {
				r.ignoreBy(ds, n)
			}
		case *ast.ValueSpec, *ast.TypeSpec:
			r.ignoreBy(ds, n)
		}
		return true
	})
	for line := range taken {
		delete(r.above, line)
	}
}

// function gives the directives to the function that starts on their line, if none has
// them yet.
func (r *noteReader) function(n ast.Node, ds []*directive, taken map[int]bool) {
	line := r.line(n.Pos())
	if taken[line] {
		return
	}
	taken[line] = true
	r.ignoreBy(ds, n)
	for _, d := range ds {
		if d.name != "ignore" {
			_, d.literal = n.(*ast.FuncLit)
			r.of[n] = append(r.of[n], d)
			r.placed = append(r.placed, d)
		}
	}
}

// ignoreBy has what they are about ignored, with the directives in the same comment.
func (r *noteReader) ignoreBy(ds []*directive, n ast.Node) {
	for _, d := range ds {
		if d.name == "ignore" {
			r.ignore(d, d.from, n.End())
		}
	}
}

func (r *noteReader) ignore(d *directive, from, to token.Pos) {
	r.ignored = append(r.ignored, ignored{from, to, d.pos, d.args})
	if !slices.Contains(r.placed, d) {
		r.placed = append(r.placed, d)
	}
}

// ignores reports whether the source opts out of the aspect at that place. Of what has no
// place it does not.
func (m *matcher) ignores(aspect string, pos token.Pos) bool {
	if !pos.IsValid() {
		return false
	}
	for _, f := range m.pkg.Files {
		if pos < f.AST.FileStart || pos > f.AST.FileEnd {
			continue
		}
		return slices.ContainsFunc(m.notesOf(f).ignored, func(i ignored) bool { return i.from <= pos && pos < i.to && i.by(aspect) })
	}
	return false
}

func (m *matcher) notesOf(f *source.File) *notes {
	if m.notes == nil {
		m.notes = map[*source.File]*notes{}
	}
	n, ok := m.notes[f]
	if !ok {
		n = readNotes(m.pkg, f, m.asked)
		m.notes[f] = n
	}
	return n
}
