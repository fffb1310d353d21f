package weaver

// What the explain command is asked about: a package, something that one declares, or a line.
// It is looked up in the files that the compiler is given, by their syntax.

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// A subject is what is asked about.
type subject struct {
	kind, name string
	p          *register.Package
	at         listedPosition
	notBuilt   string // why it is not in the build

	// target is how rules name it, nil for what has no name.
	target *rule.Func
	// The part of a file that it is; no file stands for all of the package. The file is a
	// base name, since what cgo makes of one lies in another folder each time. With a line
	// it is what starts on that line alone.
	file     string
	from, to int
	ident    int // of a variable or constant: where its name is
	line     int
}

// The kinds of subjects, beside method and function literal.
const (
	aFunction  = "function"
	aMethod    = "method"
	anAbstract = "interface method"
	aLiteral   = "function literal"
	aLine      = "line"
	aType      = "type"
	aVariable  = "variable"
	aConstant  = "constant"
	aPackage   = "package"
	aFile      = "file"
)

// askedLine splits file.go:line.
func askedLine(asked string) (file string, line int, ok bool) {
	file, line, ok = cutLine(asked)
	return file, line, ok && strings.HasSuffix(file, ".go")
}

// A symbol is one reading of what was asked: a package, and what it declares.
type symbol struct {
	path       string // import path or folder; "" for the package of the working folder
	recv, name string // both "" for the package itself
}

// readings returns what the text may mean, the longest import path first; nothing if it has
// the form of no name.
func readings(asked string) []symbol {
	if rest, ok := strings.CutPrefix(asked, "("); ok { // (*net/http.Client).Do
		recv, name, _ := strings.Cut(rest, ").")
		recv, _, _ = strings.Cut(strings.TrimPrefix(recv, "*"), "[")
		path, typ := "", recv
		if i := strings.LastIndexByte(recv, '.'); i >= 0 {
			path, typ = recv[:i], recv[i+1:]
		}
		if !token.IsIdentifier(typ) || !token.IsIdentifier(name) {
			return nil
		}
		return []symbol{{path, typ, name}}
	}
	out := []symbol{{path: asked}}
	end := len(asked)
	if i := strings.IndexByte(asked, '('); i >= 0 {
		if out, end = nil, i; strings.HasSuffix(asked[:i], "/") { // ./(*T).M
			if recv, name, ok := declaredName(asked[i:]); ok {
				return []symbol{{asked[:i] + ".", recv, name}}
			}
		}
	}
	slash := strings.LastIndexByte(asked[:end], '/')
	for i := end - 1; i > slash; i-- {
		if asked[i] == '.' {
			if recv, name, ok := declaredName(asked[i+1:]); ok {
				out = append(out, symbol{asked[:i], recv, name})
			}
		}
	}
	if recv, name, ok := declaredName(asked); ok && slash < 0 {
		out = append(out, symbol{"", recv, name})
	}
	return out
}

// declaredName parses F, T.M, (T).M or (*T).M.
func declaredName(s string) (recv, name string, ok bool) {
	recv, name, ok = strings.Cut(s, ").")
	if inner, paren := strings.CutPrefix(recv, "("); ok && paren {
		recv, _, _ = strings.Cut(strings.TrimPrefix(inner, "*"), "[")
	} else if recv, name, ok = strings.Cut(s, "."); !ok {
		recv, name = "", s
	}
	return recv, name, token.IsIdentifier(name) && (recv == "" || token.IsIdentifier(recv))
}

// find returns what is asked about. The error is a [notFoundError] if that is nowhere.
func (e *explainCall) find(in *inspection) (*subject, error) {
	if file, line, ok := askedLine(e.asked); ok {
		return e.findLine(in, file, line)
	}
	read := readings(e.asked)
	var near *finder
	name := ""
	for _, s := range read {
		there := in.packagesAt(s.path)
		if len(there) > 0 && s.name == "" {
			return &subject{kind: aPackage, name: there[0].Path(), p: there[0]}, nil
		}
		for i, p := range there {
			f, err := in.finder(p)
			if err != nil {
				return nil, err
			}
			found := f.declared(s.recv, s.name)
			if found == nil && i == len(there)-1 {
				found, err = in.unbuilt(f, s)
			}
			if found != nil || err != nil {
				return found, err
			}
			if near == nil {
				near, name = f, strings.TrimPrefix(s.recv+"."+s.name, ".")
			}
		}
	}
	if near != nil {
		return nil, near.notFound(name, in.elsewhere(read))
	}
	return e.outside(in, read)
}

// packagesAt returns the package of the import path or folder, and behind it that of its
// external tests, if the build has them.
func (in *inspection) packagesAt(path string) []*register.Package {
	dir := ""
	switch {
	case path == "":
		dir = in.g.Dir
	case filepath.IsAbs(path), path == ".", path == "..", strings.HasPrefix(path, "./"), strings.HasPrefix(path, "../"):
		dir = path
		if !filepath.IsAbs(path) {
			dir = filepath.Join(in.g.Dir, path)
		}
	}
	var out []*register.Package
	for _, p := range in.built() {
		name := p.Path()
		if p.ForTest != "" {
			name = p.ForTest
		}
		if !p.IsTestMain() && (dir == "" && name == path || dir != "" && sameDir(p.Dir, dir)) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *register.Package) int { return cmp.Compare(a.Path(), b.Path()) })
	return out
}

// built returns the packages of the build: where tests compile one anew, with their files in
// it, only that.
func (in *inspection) built() []*register.Package {
	return slices.DeleteFunc(slices.Clone(in.packages), func(p *register.Package) bool {
		return p.ForTest == "" && in.byPath[p.ImportPath+" ["+p.ImportPath+".test]"] != nil ||
			p.ForTest != "" && p.Path() != p.ForTest && p.Path() != p.ForTest+"_test"
	})
}

func sameDir(a, b string) bool {
	if a == b {
		return true
	}
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// A finder looks things up in the files of one package.
type finder struct {
	p     *register.Package
	path  string // as rules name it: "main" for a command
	src   sources
	fset  *token.FileSet
	files []*ast.File
}

func (in *inspection) finder(p *register.Package) (*finder, error) {
	c, src, err := in.compilation(p)
	if err != nil {
		return nil, err
	}
	f := &finder{p: p, path: c.cmd.Package, src: src, fset: token.NewFileSet()}
	for _, s := range src {
		file, err := parser.ParseFile(f.fset, s.name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		f.files = append(f.files, file)
	}
	return f, nil
}

// at returns where the user has what is at pos.
func (f *finder) at(i int, pos token.Pos) listedPosition {
	// What the go command made of a file says by line directives where that is from.
	return listedPosition{f.src[i].users, f.fset.PositionFor(pos, f.src[i].made).Line}
}

func (f *finder) offset(pos token.Pos) int { return f.fset.PositionFor(pos, false).Offset }

// part returns the subject that the node in the i-th file is.
func (f *finder) part(i int, n ast.Node, kind string, target rule.Func) *subject {
	target.Pkg = f.path
	shown := target
	shown.Pkg = f.p.Path()
	return &subject{
		kind: kind, name: shown.String(), p: f.p, target: &target, at: f.at(i, n.Pos()),
		file: filepath.Base(f.src[i].name), from: f.offset(n.Pos()), to: f.offset(n.End()),
	}
}

// declared returns what has that name in the package, or nil.
func (f *finder) declared(recv, name string) *subject {
	for i, file := range f.files {
		for _, d := range file.Decls {
			for _, found := range f.names(i, d) {
				if found.target.Name == name && found.target.Recv == recv {
					return found
				}
			}
		}
	}
	return nil
}

// names returns what the declaration declares.
func (f *finder) names(i int, d ast.Decl) []*subject {
	if d, ok := d.(*ast.FuncDecl); ok {
		return []*subject{f.function(i, d)}
	}
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return nil
	}
	var out []*subject
	for _, s := range g.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			out = append(out, f.part(i, s, aType, rule.Func{Name: s.Name.Name}))
			iface, _ := s.Type.(*ast.InterfaceType)
			for _, m := range methodsOf(iface) {
				out = append(out, f.part(i, m, anAbstract, rule.Func{Recv: s.Name.Name, Name: m.Names[0].Name}))
			}
		case *ast.ValueSpec:
			kind := aVariable
			if g.Tok == token.CONST {
				kind = aConstant
			}
			for _, name := range s.Names {
				v := f.part(i, s, kind, rule.Func{Name: name.Name})
				v.at, v.ident = f.at(i, name.Pos()), f.offset(name.Pos())
				out = append(out, v)
			}
		}
	}
	return out
}

func methodsOf(t *ast.InterfaceType) []*ast.Field {
	if t == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Methods.List), func(f *ast.Field) bool { return len(f.Names) == 0 })
}

func (f *finder) function(i int, d *ast.FuncDecl) *subject {
	name := rule.Func{Name: d.Name.Name}
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return f.part(i, d, aFunction, name)
	}
	t := ast.Unparen(d.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		t, name.Ptr = ast.Unparen(star.X), true
	}
	switch g := t.(type) {
	case *ast.IndexExpr:
		t = g.X
	case *ast.IndexListExpr:
		t = g.X
	}
	if id, ok := t.(*ast.Ident); ok {
		name.Recv = id.Name
	}
	return f.part(i, d, aMethod, name)
}
