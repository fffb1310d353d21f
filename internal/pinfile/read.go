package pinfile

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// A file is a registration file that pin understands.
type file struct {
	name string
	src  []byte
	fset *token.FileSet
	ast  *ast.File

	declared map[string]token.Pos // every name that the file declares, wherever
	elems    []ast.Expr           // what is listed
	holder   ast.Expr             // the call or composite literal that lists it
	owner    ast.Node             // the declaration whose comment has the directive
	doc      *ast.CommentGroup    // that comment, nil if there is none
	within   ast.Node             // where a comment takes something out of the list
	offered  []string             // what the directive names

	directive *ast.Comment // nil if there is none
}

const advice = "; write func main() { weaver.Main(aspects...) } and aspects as a variable of the package, with a slice literal"

// read parses the file and finds the list in it.
func read(name string, src []byte) (*file, error) {
	f := &file{name: name, src: src, fset: token.NewFileSet()}
	var err error
	if f.ast, err = parser.ParseFile(f.fset, "", src, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return nil, syntaxError(name, err)
	}
	if err := f.checkHeader(); err != nil {
		return nil, err
	}
	f.declared = declarations(f.ast)
	if err := f.findList(); err != nil {
		return nil, err
	}
	return f, f.readDirective()
}

// at returns the file and line of a position, for an error.
func (f *file) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", f.name, f.fset.PositionFor(p, false).Line)
}

// checkHeader looks at the build constraint and the package clause.
func (f *file) checkHeader() error {
	if f.ast.Name.Name != "main" {
		return fmt.Errorf("%s: package %s; a registration file is compiled as a program, so write package main", f.at(f.ast.Package), f.ast.Name.Name)
	}
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if c.Pos() > f.ast.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			if err != nil {
				return fmt.Errorf("%s: %w; write //go:build tools", f.at(c.Pos()), err)
			}
			if !expr.Eval(func(tag string) bool { return tag == "tools" }) || expr.Eval(func(string) bool { return false }) {
				return fmt.Errorf("%s: %s does not keep the file for the tag tools alone; write //go:build tools", f.at(c.Pos()), c.Text)
			}
			return nil
		}
	}
	return fmt.Errorf("%s: no //go:build tools before the package clause, so every go build ./... compiles this file; add the line", f.at(f.ast.Package))
}

// findList finds main's call of weaver.Main and where it has its aspects from.
func (f *file) findList() error {
	main, err := f.findMain()
	if err != nil {
		return err
	}
	call, err := f.findCall(main)
	if err != nil {
		return err
	}
	f.owner, f.within = main, main
	if !call.Ellipsis.IsValid() {
		f.holder, f.elems = call, call.Args
		return nil
	}
	last := ast.Unparen(call.Args[len(call.Args)-1])
	switch list := last.(type) {
	case *ast.CompositeLit:
		return f.literal(list)
	case *ast.Ident:
		return f.findVariable(list)
	}
	return fmt.Errorf("%s: pin does not understand where weaver.Main has its aspects from%s", f.at(last.Pos()), advice)
}

func (f *file) findMain() (*ast.FuncDecl, error) {
	for _, d := range f.ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "main" && fn.Recv == nil && fn.Body != nil {
			return fn, nil
		}
	}
	return nil, fmt.Errorf("%s: there is no func main in this file%s", f.at(f.ast.Package), advice)
}

// findCall returns the one call of weaver.Main in the file, which is in main.
func (f *file) findCall(main *ast.FuncDecl) (*ast.CallExpr, error) {
	names, err := f.knownAs(catalog.MainPackage)
	if err != nil {
		return nil, err
	}
	var calls []*ast.CallExpr
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && refersTo(call.Fun, names, "Main") {
			calls = append(calls, call)
		}
		return true
	})
	switch {
	case len(calls) == 0:
		return nil, fmt.Errorf("%s: main does not call Main of %s%s", f.at(main.Pos()), catalog.MainPackage, advice)
	case len(calls) > 1:
		return nil, fmt.Errorf("%s: weaver.Main is called a second time; leave one call of it", f.at(calls[1].Pos()))
	case calls[0].Pos() < main.Body.Lbrace || calls[0].End() > main.Body.Rbrace:
		return nil, fmt.Errorf("%s: weaver.Main is called outside main%s", f.at(calls[0].Pos()), advice)
	}
	return calls[0], nil
}

// refersTo reports whether the expression is the named thing of a package that is known
// by one of the names.
func refersTo(e ast.Expr, names []string, thing string) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name == thing && slices.Contains(names, ".")
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && e.Sel.Name == thing && slices.Contains(names, x.Name)
	}
	return false
}

// findVariable finds the slice literal of the variable that is handed to weaver.Main.
func (f *file) findVariable(use *ast.Ident) error {
	for _, d := range f.ast.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			i := slices.IndexFunc(spec.Names, func(id *ast.Ident) bool { return id.Name == use.Name })
			if i < 0 {
				continue
			}
			f.owner = decl
			if decl.Lparen.IsValid() {
				f.owner = spec
			}
			if len(spec.Values) == len(spec.Names) {
				if list, ok := ast.Unparen(spec.Values[i]).(*ast.CompositeLit); ok && f.declared[use.Name] == spec.Names[i].Pos() {
					f.within = list
					return f.literal(list)
				}
			}
			return fmt.Errorf("%s: pin does not understand how %s gets its aspects%s", f.at(spec.Pos()), use.Name, advice)
		}
	}
	return fmt.Errorf("%s: %s is not a variable of this package%s", f.at(use.Pos()), use.Name, advice)
}

func (f *file) literal(list *ast.CompositeLit) error {
	for _, e := range list.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			return fmt.Errorf("%s: the list has indices, which pin would have to change; leave them out", f.at(kv.Pos()))
		}
	}
	f.holder, f.elems = list, list.Elts
	return nil
}

// readDirective reads what the owner's comment has in the directive.
func (f *file) readDirective() error {
	switch n := f.owner.(type) {
	case *ast.FuncDecl:
		f.doc = n.Doc
	case *ast.GenDecl:
		f.doc = n.Doc
	case *ast.ValueSpec:
		f.doc = n.Doc
	}
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			switch {
			case !isDirective(c.Text):
			case group != f.doc:
				return fmt.Errorf("%s: %s does not stand in the comment of what lists the aspects, at line %d; move it there", f.at(c.Pos()), catalog.Directive, f.fset.PositionFor(f.owner.Pos(), false).Line)
			case f.directive != nil:
				return fmt.Errorf("%s: a second %s; make one line of them", f.at(c.Pos()), catalog.Directive)
			default:
				f.directive = c
				f.offered = strings.Fields(strings.TrimPrefix(c.Text, catalog.Directive))
			}
		}
	}
	return nil
}

// uses reports whether the file has the package in use, be it in the list or as part of
// what the list has. Of one that is there by a dot import that is all that can be said.
func (f *file) uses(path string) (bool, error) {
	names, err := f.knownAs(path)
	if err != nil || slices.Contains(names, ".") {
		return true, err
	}
	return mentions(f.ast, names), nil
}

// mentions reports whether the code below n selects from a package of one of the names.
func mentions(n ast.Node, names []string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			x, ok := sel.X.(*ast.Ident)
			found = found || ok && slices.Contains(names, x.Name)
		}
		return !found
	})
	return found
}

// knownAs returns the names under which the file imports the package; "." is one, "_"
// is none. It is an error if something else in the file has such a name.
func (f *file) knownAs(path string) ([]string, error) {
	var names []string
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil || p != path {
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:] // weaver's packages have the names of their folders
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if at, ok := f.declared[name]; ok && name != "_" {
			return nil, fmt.Errorf("%s: %s is the name of an import too; give it another", f.at(at), name)
		}
		if name != "_" {
			names = append(names, name)
		}
	}
	return names, nil
}

// commentedOut reports whether a comment in the list has the built-in's expression.
func (f *file) commentedOut(b catalog.BuiltIn) bool {
	names, _ := f.knownAs(b.Path)
	for _, group := range f.ast.Comments {
		if group.Pos() < f.within.Pos() || group.End() > f.within.End() {
			continue
		}
		for _, c := range group.List {
			for _, name := range append(names, b.Name) {
				if hasWord(c.Text, name+"."+b.Var) {
					return true
				}
			}
		}
	}
	return false
}

// hasWord reports whether the text has the expression, and not as part of a longer one.
func hasWord(text, expr string) bool {
	for {
		before, after, ok := strings.Cut(text, expr)
		if !ok || !endsInName(before) && !startsWithName(after) {
			return ok
		}
		text = after
	}
}

func endsInName(s string) bool {
	return s != "" && isNameByte(s[len(s)-1]) || strings.HasSuffix(s, ".")
}

func startsWithName(s string) bool { return s != "" && isNameByte(s[0]) }

func isNameByte(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// declarations returns where each name is declared for the last time, imports aside.
func declarations(f *ast.File) map[string]token.Pos {
	out := map[string]token.Pos{}
	add := func(names ...*ast.Ident) {
		for _, id := range names {
			out[id.Name] = id.Pos()
		}
	}
	assigned := func(list ...ast.Expr) {
		for _, e := range list {
			if id, ok := e.(*ast.Ident); ok {
				add(id)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil {
				add(n.Name)
			}
		case *ast.ValueSpec:
			add(n.Names...)
		case *ast.TypeSpec:
			add(n.Name)
		case *ast.FuncType:
			addFields(add, n.TypeParams, n.Params, n.Results)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				assigned(n.Lhs...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				assigned(n.Key, n.Value)
			}
		}
		return true
	})
	return out
}

func addFields(add func(...*ast.Ident), lists ...*ast.FieldList) {
	for _, l := range lists {
		if l != nil {
			for _, field := range l.List {
				add(field.Names...)
			}
		}
	}
}
