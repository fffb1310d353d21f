package pinfile

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/dst"

	"github.com/goweaver/weaver/internal/catalog"
)

// An editor changes the tree of a file.
type editor struct {
	*file
	tree  *dst.File
	node  map[ast.Node]dst.Node
	names map[string]string // of the packages of built-ins that are added, by path
}

// imports has the file know the packages of the built-ins by some name: one that it
// has already, the package's own, or that with weaver before it where the own is taken.
func (e *editor) imports(add []catalog.BuiltIn) {
	taken := map[string]bool{}
	dst.Inspect(e.tree, func(n dst.Node) bool {
		if id, ok := n.(*dst.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	var specs []*dst.ImportSpec
	for _, b := range add {
		if names, _ := e.knownAs(b.Path); len(names) > 0 {
			e.names[b.Path] = names[0]
			continue
		}
		name := b.Name
		for i := 1; taken[name]; i++ {
			name = "weaver" + b.Name
			if i > 1 {
				name += strconv.Itoa(i)
			}
		}
		e.names[b.Path] = name
		spec := &dst.ImportSpec{Path: &dst.BasicLit{Kind: token.STRING, Value: strconv.Quote(b.Path)}}
		if name != b.Name {
			spec.Name = dst.NewIdent(name)
		}
		specs = append(specs, spec)
	}
	slices.SortFunc(specs, func(x, y *dst.ImportSpec) int { return strings.Compare(importPath(x), importPath(y)) })
	e.addImports(specs)
}

// addImports adds the imports, which are sorted, beside that of package weaver: in its
// block, or as declarations of their own where there is no block.
func (e *editor) addImports(specs []*dst.ImportSpec) {
	for i, d := range e.tree.Decls {
		decl, ok := d.(*dst.GenDecl)
		if !ok || decl.Tok != token.IMPORT {
			continue
		}
		at := slices.IndexFunc(decl.Specs, func(s dst.Spec) bool { return importPath(s) == catalog.MainPackage })
		switch {
		case at < 0:
		case decl.Lparen:
			decl.Specs = insertSpecs(decl.Specs, at, specs)
			return
		default:
			for _, spec := range specs {
				if e.addImportDecl(i, spec) <= i {
					i++
				}
			}
			return
		}
	}
}

func importPath(s dst.Spec) string {
	p, _ := strconv.Unquote(s.(*dst.ImportSpec).Path.Value)
	return p
}

// insertSpecs puts each import into the paragraph that the one at index i is in,
// sorted. Those that would come between the paragraph and the comment above it get a
// paragraph of their own: gofmt would sort them into the other one.
func insertSpecs(specs []dst.Spec, i int, add []*dst.ImportSpec) []dst.Spec {
	first, end := i, i+1
	for first > 0 && !startsParagraph(specs[first]) {
		first--
	}
	for end < len(specs) && !startsParagraph(specs[end]) {
		end++
	}
	apart := 0 // how many have a paragraph of their own
	for _, spec := range add {
		spec.Decs.Before, spec.Decs.After = dst.NewLine, dst.NewLine
		at := first
		for at < end && importPath(specs[at]) < importPath(spec) {
			at++
		}
		if at == first && len(specs[first].Decorations().Start) > 0 {
			at = end + apart
			if apart++; apart == 1 {
				spec.Decs.Before = dst.EmptyLine
			}
			if at < len(specs) {
				specs[at].Decorations().Before = dst.EmptyLine
			}
		} else {
			if at == first {
				next := specs[at].Decorations()
				spec.Decs.Before, next.Before = max(next.Before, dst.NewLine), dst.NewLine
			} else {
				last := specs[at-1].Decorations()
				spec.Decs.After, last.After = max(last.After, dst.NewLine), dst.NewLine
			}
			end++
		}
		specs = slices.Insert(specs, at, dst.Spec(spec))
	}
	return specs
}

// startsParagraph reports whether gofmt sorts the imports from here on by themselves.
func startsParagraph(s dst.Spec) bool {
	d := s.Decorations()
	return d.Before == dst.EmptyLine || len(d.Start) > 0
}

// addImportDecl puts a declaration of the import before or behind that at index i, and
// returns its index.
func (e *editor) addImportDecl(i int, spec *dst.ImportSpec) int {
	decl := &dst.GenDecl{Tok: token.IMPORT, Specs: []dst.Spec{spec}}
	at := i
	if next := e.tree.Decls[i].Decorations(); importPath(spec) < catalog.MainPackage && len(next.Start) == 0 {
		decl.Decs.Before, decl.Decs.After, next.Before = next.Before, dst.NewLine, dst.NewLine
	} else {
		for at++; at < len(e.tree.Decls) && isAddedImport(e.tree.Decls[at]); at++ {
		}
		last := e.tree.Decls[at-1].Decorations()
		decl.Decs.Before, decl.Decs.After, last.After = dst.NewLine, last.After, dst.NewLine
	}
	e.tree.Decls = slices.Insert(e.tree.Decls, at, dst.Decl(decl))
	return at
}

// isAddedImport reports whether the declaration is an import of a built-in.
func isAddedImport(d dst.Decl) bool {
	decl, ok := d.(*dst.GenDecl)
	return ok && decl.Tok == token.IMPORT && !decl.Lparen && strings.HasPrefix(importPath(decl.Specs[0]), catalog.Module+"/builtin/")
}

// list adds the built-ins to the list: each behind the nearest one that the order of
// wanted has before it, or else before the nearest one behind it. A list without any
// starts with them.
func (e *editor) list(add, wanted []catalog.BuiltIn) {
	ranks := make([]int, len(e.elems)) // places in wanted; -1 for what is the user's
	for i, elem := range e.elems {
		ranks[i] = slices.IndexFunc(wanted, func(b catalog.BuiltIn) bool {
			names, _ := e.knownAs(b.Path)
			return mentions(elem, names) || refersTo(elem, names, b.Var)
		})
	}
	elts := e.elements()
	multi := lines(*elts)
	for _, b := range add {
		rank := slices.IndexFunc(wanted, func(w catalog.BuiltIn) bool { return w.Path == b.Path })
		at, behind := place(ranks, rank)
		elem := &dst.SelectorExpr{X: dst.NewIdent(e.names[b.Path]), Sel: dst.NewIdent(b.Var)}
		if multi || len(*elts) == 0 && e.literalList() {
			multi = true
			elem.Decs.Before, elem.Decs.After = dst.NewLine, dst.NewLine
			// It joins the paragraph of the one that it goes by.
			if behind {
				(*elts)[at-1].Decorations().After = dst.NewLine
			} else if at < len(*elts) && ranks[at] >= 0 {
				(*elts)[at].Decorations().Before = dst.NewLine
			}
		}
		*elts = slices.Insert(*elts, at, dst.Expr(elem))
		ranks = slices.Insert(ranks, at, rank)
	}
}

// elements returns what the call or literal lists.
func (e *editor) elements() *[]dst.Expr {
	if e.literalList() {
		return &e.node[e.holder].(*dst.CompositeLit).Elts
	}
	return &e.node[e.holder].(*dst.CallExpr).Args
}

func (e *editor) literalList() bool {
	_, ok := e.holder.(*ast.CompositeLit)
	return ok
}

// lines reports whether the list has its elements on lines of their own.
func lines(list []dst.Expr) bool {
	return len(list) > 0 && (list[0].Decorations().Before != dst.None || list[len(list)-1].Decorations().After != dst.None)
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

// directive adds the names to the directive, or the directive to the owner's comment.
func (e *editor) directive(names []string) {
	start := &e.node[e.owner].Decorations().Start
	for i, c := range *start {
		if isDirective(c) {
			(*start)[i] = catalog.Directive + " " + strings.Join(append(slices.Clone(e.offered), names...), " ")
			return
		}
	}
	// A blank comment line before directives is how gofmt prints a doc comment.
	if n := len(*start); n > 0 && (*start)[n-1] != "\n" && strings.HasPrefix((*start)[n-1], "// ") {
		start.Append("//")
	}
	start.Append(catalog.Directive + " " + strings.Join(names, " "))
	if d := e.node[e.owner].Decorations(); d.Before == dst.None {
		d.Before = dst.NewLine
	}
}
