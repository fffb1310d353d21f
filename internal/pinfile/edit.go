package pinfile

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// Every edit here is text that is put in at one place, with the line breaks that keep
// it apart from what is there. gofmt indents it, and sorts the imports, afterwards.

// insert returns the file's text with some more at the offset.
func (f *file) insert(at int, text string) []byte {
	return slices.Concat(f.src[:at], []byte(text), f.src[at:])
}

// An importSpec is an import of a built-in that is added.
type importSpec struct{ path, text string }

// withImports returns the text with imports of the built-ins that the file does not
// know yet, beside that of package weaver: in its block, or as declarations of their own
// where there is no block.
func (f *file) withImports(add []catalog.BuiltIn) []byte {
	specs := f.importSpecs(add)
	if len(specs) == 0 {
		return f.src
	}
	for _, d := range f.ast.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.IMPORT {
			continue
		}
		at := slices.IndexFunc(decl.Specs, func(s ast.Spec) bool { return importPath(s) == catalog.MainPackage })
		switch {
		case at < 0:
		case decl.Lparen.IsValid():
			return f.withSpecs(decl, at, specs)
		default:
			return f.withImportDecls(decl, specs)
		}
	}
	return f.src
}

// importSpecs returns the imports that the file lacks, by path. Each is under the
// package's own name, or that with weaver before it where the own is taken.
func (f *file) importSpecs(add []catalog.BuiltIn) []importSpec {
	taken := map[string]bool{}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	var specs []importSpec
	for _, b := range add {
		if names, _ := f.knownAs(b.Path); len(names) > 0 {
			continue
		}
		name := b.Name
		for i := 1; taken[name]; i++ {
			name = "weaver" + b.Name
			if i > 1 {
				name += strconv.Itoa(i)
			}
		}
		text := strconv.Quote(b.Path)
		if name != b.Name {
			text = name + " " + text
		}
		specs = append(specs, importSpec{b.Path, text})
	}
	slices.SortFunc(specs, func(x, y importSpec) int { return strings.Compare(x.path, y.path) })
	return specs
}

func importPath(s ast.Spec) string {
	p, _ := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
	return p
}

// withSpecs returns the text with the imports in the paragraph that the one at index i
// of the block is in, where gofmt sorts them. Those that it would put between the
// paragraph and the comment above that get a paragraph of their own.
func (f *file) withSpecs(block *ast.GenDecl, i int, specs []importSpec) []byte {
	first, end := i, i+1
	for first > 0 && f.sameParagraph(block.Specs[first-1], block.Specs[first]) {
		first--
	}
	for end < len(block.Specs) && f.sameParagraph(block.Specs[end-1], block.Specs[end]) {
		end++
	}
	var in, apart string
	head := block.Specs[first]
	for _, spec := range specs {
		if spec.path <= importPath(head) && f.headed(head) {
			apart += spec.text + "\n"
		} else {
			in += spec.text + "\n"
		}
	}
	out := *f
	if apart != "" {
		at := f.lineStart(f.offset(block.Rparen))
		if end < len(block.Specs) {
			at = f.lead(f.offset(block.Specs[end].Pos()))
		}
		out.src = f.insert(at, "\n"+apart+"\n")
	}
	return out.insert(f.lineStart(f.offset(block.Specs[i].Pos())), in)
}

// sameParagraph reports whether gofmt sorts the two neighbours together, and takes no
// comment from the one below.
func (f *file) sameParagraph(x, y ast.Spec) bool {
	return f.line(y.Pos()) <= f.line(x.End())+1 && !f.headed(y)
}

// withImportDecls returns the text with a declaration for each import, before that of
// package weaver, or behind it where it has a comment above.
func (f *file) withImportDecls(decl *ast.GenDecl, specs []importSpec) []byte {
	var text string
	for _, spec := range specs {
		text += "import " + spec.text + "\n"
	}
	if f.headed(decl) {
		return f.insert(f.skip(f.offset(decl.End()), " \t"), "\n\n"+text)
	}
	return f.insert(f.lineStart(f.offset(decl.Pos())), text)
}

// withElement returns the text with the built-in in the list: behind the nearest one
// that the order of wanted has before it, or else before the nearest one behind it. A
// list without any starts with it.
func (f *file) withElement(b catalog.BuiltIn, wanted []catalog.BuiltIn) []byte {
	ranks := make([]int, len(f.elems)) // places in wanted; -1 for what is the user's
	for i, elem := range f.elems {
		ranks[i] = slices.IndexFunc(wanted, func(b catalog.BuiltIn) bool {
			names, _ := f.knownAs(b.Path)
			return mentions(elem, names) || refersTo(elem, names, b.Var)
		})
	}
	rank := slices.IndexFunc(wanted, func(w catalog.BuiltIn) bool { return w.Path == b.Path })
	names, _ := f.knownAs(b.Path)
	elem := names[0] + "." + b.Var
	at, behind := place(ranks, rank)
	switch {
	case behind:
		return f.elementBehind(f.elems[at-1], elem)
	case len(f.elems) > 0:
		return f.elementBefore(f.elems[at], elem)
	}
	return f.firstElement(elem)
}

// place returns the index at which what has that rank goes, and whether that is behind
// another built-in.
func place(ranks []int, rank int) (at int, behind bool) {
	best := -1
	for i, r := range ranks {
		if r > best && r < rank {
			at, best = i+1, r
		}
	}
	if best >= 0 {
		return at, true
	}
	for i, r := range ranks {
		if r > rank && (best < 0 || r < best) {
			at, best = i, r
		}
	}
	return at, false
}

// elementBehind returns the text with the element behind another one, in its paragraph.
func (f *file) elementBehind(x ast.Expr, elem string) []byte {
	comma := f.skip(f.offset(x.End()), " \t\n") // or the bracket behind the last
	if !f.inLines() {
		return f.insert(comma, ", "+elem)
	}
	if f.src[comma] != ',' {
		return f.insert(comma, ",\n"+elem+",\n")
	}
	if end := f.skip(comma+1, " \t"); f.src[end] == '\n' {
		return f.insert(end, "\n"+elem+",")
	}
	return f.insert(comma+1, "\n"+elem+",\n")
}

// elementBefore returns the text with the element before another one, in its paragraph,
// and before the comment above that.
func (f *file) elementBefore(x ast.Expr, elem string) []byte {
	at := f.offset(x.Pos())
	if !f.inLines() {
		return f.insert(at, elem+", ")
	}
	open, _ := f.brackets()
	before := f.offset(open)
	if i := slices.Index(f.elems, x); i > 0 {
		before = f.skip(f.offset(f.elems[i-1].End()), " \t\n")
	}
	return f.insertLine(max(f.lead(at), before+1), elem)
}

// firstElement returns the text with the element in a list that has none.
func (f *file) firstElement(elem string) []byte {
	open, end := f.brackets()
	if _, ok := f.holder.(*ast.CallExpr); ok {
		return f.insert(f.offset(end), elem)
	}
	return f.insertLine(max(f.lineStart(f.offset(end)), f.offset(open)+1), elem)
}

// insertLine returns the text with a line of the element at the offset, which need not
// be at the start of one.
func (f *file) insertLine(at int, elem string) []byte {
	if f.src[at-1] == '\n' {
		return f.insert(at, elem+",\n")
	}
	return f.insert(at, "\n"+elem+",\n")
}

// brackets returns the places of those around the list.
func (f *file) brackets() (open, end token.Pos) {
	if lit, ok := f.holder.(*ast.CompositeLit); ok {
		return lit.Lbrace, lit.Rbrace
	}
	call := f.holder.(*ast.CallExpr)
	return call.Lparen, call.Rparen
}

// inLines reports whether the list, which is not empty, has its elements on lines of
// their own.
func (f *file) inLines() bool {
	open, _ := f.brackets()
	last := f.elems[len(f.elems)-1]
	return f.src[f.skip(f.offset(open)+1, " \t")] == '\n' || f.src[f.skip(f.offset(last.End()), " \t,")] == '\n'
}

// withDirective returns the text with the names added to the directive, or the directive
// to the owner's comment.
func (f *file) withDirective(names []string) []byte {
	text := catalog.Directive + " " + strings.Join(slices.Concat(f.offered, names), " ")
	if c := f.directive; c != nil {
		return slices.Concat(f.src[:f.offset(c.Pos())], []byte(text), f.src[f.offset(c.End()):])
	}
	// A blank comment line before directives is how gofmt prints most doc comments.
	if f.doc != nil && strings.HasPrefix(f.doc.List[len(f.doc.List)-1].Text, "// ") {
		text = "//\n" + text
	}
	return f.insert(f.lineStart(f.offset(f.owner.Pos())), text+"\n")
}
