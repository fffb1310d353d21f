package register

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	gotypes "go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// Of every function and method of a package the source says what its types say, to which
// a build holds hooks, and where it does not tell it says so.
func TestTargetsAsTyped(t *testing.T) {
	for path, open := range map[string][]string{
		typesPath: {"DotImported", "Constant", "Sized", "UsesGenericAlias"},
		"os":      nil,
		"context": nil,
	} {
		t.Run(path, func(t *testing.T) {
			all, err := listClosure(offline("."), nil, []string{path})
			if err != nil {
				t.Fatal(err)
			}
			reader := targetReader(all)
			n := 0
			for _, f := range declaredFuncs(t, reader.byPath[path]) {
				name := nameOf(f)
				got := reader.target(&rule.Rule{Target: &name})
				switch {
				case slices.Contains(open, name.Name):
					if got.Open == "" || got.Items != nil {
						t.Errorf("%s is not open: %+v", name, got)
					}
				case got.Items == nil:
					t.Errorf("%s: %+v", name, got)
				default:
					n++
					compareTarget(t, f, got)
				}
			}
			if n == 0 {
				t.Error("no function was compared")
			}
		})
	}
}

func targetReader(all []*pkg) *funcReader {
	r := &funcReader{byPath: map[string]*pkg{}, parsed: map[string]*funcPkg{}, targets: true}
	for _, p := range all {
		r.byPath[p.ImportPath] = p
	}
	return r
}

// declaredFuncs returns the functions and methods of the package, as go/types has them.
func declaredFuncs(t *testing.T, p *pkg) []*gotypes.Func {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	info := &gotypes.Info{Defs: map[*ast.Ident]gotypes.Object{}}
	conf := gotypes.Config{Importer: importer.ForCompiler(fset, "source", nil), FakeImportC: true, IgnoreFuncBodies: true}
	if _, err := conf.Check(p.ImportPath, fset, files, info); err != nil {
		t.Fatal(err)
	}
	var out []*gotypes.Func
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Name.Name != "init" && d.Name.Name != "_" {
				out = append(out, info.Defs[d.Name].(*gotypes.Func))
			}
		}
	}
	return out
}

func nameOf(f *gotypes.Func) rule.Func {
	out := rule.Func{Pkg: f.Pkg().Path(), Name: f.Name()}
	if r := f.Signature().Recv(); r != nil {
		typ := r.Type()
		if p, ok := typ.(*gotypes.Pointer); ok {
			out.Ptr, typ = true, p.Elem()
		}
		out.Recv = typ.(*gotypes.Named).Obj().Name()
	}
	return out
}

func compareTarget(t *testing.T, f *gotypes.Func, got *Target) {
	t.Helper()
	sig := f.Signature()
	typed := match.Signature(f)
	want := func(v *gotypes.Var, spelled rule.Type) string {
		if match.HasTypeParam(v.Type()) {
			return "read-only " + string(rule.AnyType)
		}
		return string(spelled)
	}
	have := func(slots []rule.Slot) []string {
		var out []string
		for _, s := range slots {
			typ := string(s.Type)
			if s.ReadOnly {
				typ = "read-only " + typ
			}
			out = append(out, typ)
		}
		return out
	}
	check := func(what string, vars *gotypes.Tuple, spelled []rule.Type, slots []rule.Slot, names []string) {
		var types, called []string
		for i := range vars.Len() {
			types = append(types, want(vars.At(i), spelled[i]))
			called = append(called, strings.TrimPrefix(vars.At(i).Name(), "_"))
		}
		if g := have(slots); !sameTypes(g, types) || !slices.Equal(names, called) {
			t.Errorf("%s of %s:\n got %q %q\nwant %q %q", what, got.Items.Name, g, names, types, called)
		}
	}
	check("parameters", sig.Params(), typed.Params, got.Items.Params, got.Names.Params)
	check("results", sig.Results(), typed.Results, got.Items.Results, got.Names.Results)
	if r := sig.Recv(); r == nil != (got.Items.Recv == nil) {
		t.Errorf("receiver of %s: %v", got.Items.Name, got.Items.Recv)
	} else if r != nil {
		// Its type alone, as that of a parameter.
		of := gotypes.NewSignatureType(nil, nil, nil, gotypes.NewTuple(r), nil, false)
		spelled := match.Signature(gotypes.NewFunc(0, f.Pkg(), "f", of)).Params[0]
		if g := have([]rule.Slot{*got.Items.Recv}); g[0] != want(r, spelled) {
			t.Errorf("receiver of %s: got %s, want %s", got.Items.Name, g[0], want(r, spelled))
		}
	}
	if got.Variadic != sig.Variadic() || got.Generic != (sig.TypeParams().Len()+sig.RecvTypeParams().Len() > 0) {
		t.Errorf("%s: variadic %v, generic %v", got.Items.Name, got.Variadic, got.Generic)
	}
}

// sameTypes reports whether the spellings are equal. Of types without a name it is enough
// that no hook can have either: they have a blank after struct or interface, or a brace.
func sameTypes(a, b []string) bool {
	nameless := func(s string) bool {
		s = strings.ReplaceAll(s, string(rule.AnyType), "")
		return strings.Contains(strings.ReplaceAll(s, "struct{}", ""), "{")
	}
	return slices.EqualFunc(a, b, func(x, y string) bool { return x == y || nameless(x) && nameless(y) })
}

// What is not there is told apart: a package that no module has, one that has no file for
// the platform, a function, and a method that has no body.
func TestTargetThatIsNot(t *testing.T) {
	dir := newModule(t, map[string]string{
		"go.mod":     "module example.com/m\n\ngo 1.25\n",
		"a/a.go":     "package a\n\ntype I interface{ M() }\n\ntype T struct{}\n",
		"p9/plan.go": "//go:build plan9\n\npackage p9\n\nfunc F() {}\n",
	})
	windows := offline(dir)
	windows.Env = append(windows.Env, "GOOS=windows")
	plan9 := offline(dir)
	plan9.Env = append(plan9.Env, "GOOS=plan9")
	for _, tt := range []struct {
		g    *Go
		name string
		want string
	}{
		{windows, "example.com/none.F", "missing no required module provides package example.com/none"},
		{windows, "nosuch.F", "missing package nosuch is not in std"},
		{windows, "example.com/m/p9.F", "missing build constraints exclude all Go files"},
		{plan9, "example.com/m/p9.F", "known"},
		{windows, "example.com/m/a.F", "absent"},
		{windows, "(*example.com/m/a.T).M", "absent"},
		{windows, "(example.com/m/a.I).M", "interface"},
		{windows, "syscall.LoadLibrary", "known"},
		{plan9, "syscall.LoadLibrary", "absent"},
		{windows, "main.main", "known"},
		{windows, "main.greet", "open"},
	} {
		f, err := rule.ParseFunc(tt.name)
		if err != nil {
			t.Fatal(err)
		}
		var all []*pkg
		if f.Pkg != "main" {
			if all, err = listClosure(tt.g, nil, []string{f.Pkg}); err != nil {
				t.Fatal(err)
			}
		}
		got := targetReader(all).target(&rule.Rule{Target: &f})
		if said := outcome(got); !strings.HasPrefix(said, tt.want) || strings.Contains(said, "go get") {
			t.Errorf("%s: got %s, want %s", tt.name, said, tt.want)
		}
	}
}

func outcome(t *Target) string {
	switch {
	case t.Missing != "":
		return "missing " + t.Missing
	case t.Open != "":
		return "open"
	case t.Absent:
		return "absent"
	case t.Interface:
		return "interface"
	case t.Items == nil:
		return fmt.Sprintf("nothing: %+v", t)
	}
	return "known"
}

// Where the source does not tell, a target that was given by value is what that value was,
// with the source's names.
func TestTargetByValue(t *testing.T) {
	all, err := listClosure(offline("."), nil, []string{typesPath})
	if err != nil {
		t.Fatal(err)
	}
	got := targetReader(all).target(&rule.Rule{
		Target: &rule.Func{Pkg: typesPath, Recv: "T", Name: "Sized"},
		Sig:    &rule.Signature{Params: []rule.Type{typesPath + ".T", "[4]int", "[]string"}, Variadic: true},
	})
	if outcome(got) != "known" || got.Items.Recv.Type != typesPath+".T" || got.Items.Params[0].Type != "[4]int" {
		t.Fatalf("got %+v", got)
	}
	if got.Recv != "t" || !slices.Equal(got.Names.Params, []string{"of", "rest"}) || !got.Variadic || got.Decl == nil {
		t.Errorf("got %+v", got)
	}
}

// A func type that takes itself has an end.
func TestHookTakesFuncOfItself(t *testing.T) {
	sig, err := newSpellers(t).reader.signature(rule.Func{Pkg: typesPath, Name: "Lex"}, rule.Before)
	if err != nil || sig.LastResult == nil || sig.LastResult.LastResult != nil {
		t.Errorf("got %+v, %v", sig, err)
	}
}
