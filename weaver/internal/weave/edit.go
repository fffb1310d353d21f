package weave

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/source"
)

// Weaving is splicing. The user's bytes are never reprinted: an edit inserts text at
// an offset, or takes out a token, and never adds or removes a line end. So every token of
// the user's keeps its line, and -trimpath gives the file its own name; no line directive is
// needed for either. Columns behind an edit are others, on that line: to restore them would
// take a directive, from which on all positions in the file are written in another way, to
// what the package exports, too. All that imports the package would be compiled anew.

// An edit replaces the bytes from offset to end, of which there are none for an
// insertion, by text.
type edit struct {
	offset, end int
	text        string
	suffix      bool // belongs to what ends here, not to what starts here
	seq         int

	from, to token.Pos // of the place that is woven by it
}

// edits are those of one file.
type edits struct {
	pkg  *source.Package
	file *source.File
	all  []edit
	node ast.Node // the place that is woven
}

func (e *edits) add(offset, end int, text string, suffix bool) {
	e.all = append(e.all, edit{offset, end, text, suffix, len(e.all), e.node.Pos(), e.node.End()})
}

// insert puts text in front of what starts at pos. Of several at one place that of
// the enclosing place of weaving comes first, and of one place the first that was inserted.
func (e *edits) insert(pos token.Pos, text string) {
	off := e.pkg.Offset(pos)
	e.add(off, off, text, false)
}

// attach puts text behind what ends at pos. Of several at one place that of the
// enclosing place of weaving comes last, and of one place the first that was attached.
func (e *edits) attach(pos token.Pos, text string) {
	off := e.pkg.Offset(pos)
	e.add(off, off, text, true)
}

// replace puts text in the place of the n bytes at pos.
func (e *edits) replace(pos token.Pos, n int, text string) {
	off := e.pkg.Offset(pos)
	e.add(off, off+n, text, false)
}

// sameLine returns the comment that gives what follows it the line of pos, "" if it is on
// that line already.
func (e *edits) sameLine(as, pos token.Pos) string {
	if p := e.pkg.Position(pos); p.Line != e.pkg.Position(as).Line {
		return fmt.Sprintf("/*line :%d:%d*/", p.Line, max(p.Column, 1))
	}
	return ""
}

// compare orders edits as their texts come.
func (x edit) compare(y edit) int {
	if c := cmp.Compare(x.offset, y.offset); c != 0 {
		return c
	}
	outer := cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(y.to, x.to), cmp.Compare(x.seq, y.seq))
	switch {
	case x.suffix && y.suffix:
		return -outer
	case x.suffix:
		return -1
	case y.suffix:
		return 1
	}
	return outer
}

// apply returns the file with the edits made.
func (e *edits) apply() []byte {
	slices.SortFunc(e.all, edit.compare)
	src := e.file.Src
	var b bytes.Buffer
	at := 0
	for _, ed := range e.all {
		if ed.offset < at {
			panic(fmt.Sprintf("weave: edits overlap at offset %d of %s: %q", ed.offset, e.file.Name, ed.text))
		}
		b.Write(src[at:ed.offset])
		b.WriteString(ed.text)
		at = ed.end
	}
	b.Write(src[at:])
	return b.Bytes()
}

// A Splice says that the bytes from Offset to End of a user's file, of which there may be
// none, were replaced by Text. No line end is among them.
type Splice struct {
	Offset, End int
	Text        string
}

// Splices returns what was changed in the file, in order.
func (r *Result) Splices(f *source.File) []Splice {
	if r.Files[f] == nil {
		return nil
	}
	var out []Splice
	for _, e := range r.edits[f].all {
		out = append(out, Splice{e.offset, e.end, e.text})
	}
	return out
}
