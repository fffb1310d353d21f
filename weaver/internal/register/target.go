package register

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A Target is what a rule is about that names its target, as far as the source tells
// that the go command would compile: for the platform, tags and modules of the build.
// At most one of Items, Open, Missing, Absent, Interface and Wrong is set; Items is that
// of a function.
type Target struct {
	// Items is what a hook can take.
	Items *rule.Target
	// Names are those of the parameters and results; Recv is the receiver's.
	Names *Names
	Recv  string

	Variadic bool
	Generic  bool // it, or its receiver's type, has type parameters

	File *ast.File
	Decl *ast.FuncDecl

	Open      string // why the source does not tell
	Missing   string // why the package can not be used
	Absent    bool   // the package has no such function on this platform
	Interface bool   // it is a method of an interface, and the rule is on its body
	Wrong     string // why it can not be what the rule is about
}

// Names are the names of a function's parameters and results, "" for one that has none.
type Names struct {
	Params, Results []string
	// LastParam and LastResult are those of the last parameter and result, where they
	// are func types that are written out.
	LastParam, LastResult *Names
}

// Targets returns what the rules of the plan are about, in the order of the plan; nil for
// a pattern. Nothing is compiled: the go command is asked where packages are, and only
// for those that the hooks do not import.
func (r *Registration) Targets() ([]*Target, error) {
	var unknown []string
	for _, rl := range r.Plan.Rules {
		if t := rl.Target; t != nil && t.Pkg != "main" && t.Pkg != "" && r.byPath[t.Pkg] == nil && !slices.Contains(unknown, t.Pkg) {
			unknown = append(unknown, t.Pkg)
		}
	}
	if len(unknown) > 0 {
		more, err := listClosure(r.goCommand, r.Plan.Build.Flags, unknown)
		if err != nil {
			return nil, err
		}
		for _, p := range more {
			r.byPath[p.ImportPath] = p
		}
	}
	reader := &funcReader{byPath: r.byPath, parsed: map[string]*funcPkg{}, targets: true}
	out := make([]*Target, len(r.Plan.Rules))
	for i := range r.Plan.Rules {
		if rl := &r.Plan.Rules[i]; rl.Target != nil {
			out[i] = reader.target(rl)
		}
	}
	return out, nil
}

// HookNames returns what the hooks of the plan's rules call their parameters and results,
// in the order of the plan.
func (r *Registration) HookNames() []*Names {
	reader := &funcReader{byPath: r.byPath, parsed: map[string]*funcPkg{}}
	out := make([]*Names, len(r.Plan.Rules))
	for i, rl := range r.Plan.Rules {
		if rl.Hook.Pkg == "" {
			continue // of an advice without a hook
		}
		// A hook that is not there would have stopped Prepare. Its names are a courtesy.
		if p, err := reader.pkg(rl.Hook.Pkg); err == nil && p.funcs[rl.Hook.Name] != nil {
			out[i] = namesOf(p.funcs[rl.Hook.Name].Type)
		}
	}
	return out
}

// target reads the target of the rule.
func (r *funcReader) target(rl *rule.Rule) *Target {
	f := *rl.Target
	if isPart(rl) {
		return r.part(rl)
	}
	switch f.Pkg {
	case "main":
		return r.inMain(f)
	case "": // of a predeclared type, of which there is one with a method
		return &Target{Items: rule.NewTarget(f.Short(), rule.ErrorType, &rule.Signature{Results: []rule.Type{"string"}})}
	}
	q := r.byPath[f.Pkg]
	if q == nil || q.Dir == "" || len(q.GoFiles)+len(q.CgoFiles) == 0 {
		return &Target{Missing: whyMissing(q)}
	}
	p, err := r.pkg(f.Pkg)
	if err != nil {
		return &Target{Open: fmt.Sprintf("its package does not parse: %v", err)}
	}
	name := f.Name
	if f.Recv != "" {
		name = f.Recv + "." + name
	}
	d := p.funcs[name]
	if d == nil {
		return r.ofInterface(p, rl)
	}
	s := &speller{r: r, pkg: p, file: p.files[d]}
	t, err := s.target(d, f)
	if err != nil {
		t = &Target{Open: err.Error(), Names: t.Names, Recv: t.Recv, File: t.File, Decl: t.Decl}
		if rl.Sig != nil { // the value that the registration file names tells
			t.Open, t.Items, t.Variadic = "", rl.Signed(), rl.Sig.Variadic
		}
	}
	return t
}

// inMain returns a function of a command. Only of the one that all commands have is
// anything known.
func (r *funcReader) inMain(f rule.Func) *Target {
	if f.String() != "main.main" {
		return &Target{Open: "package main stands for every command"}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", "package main\n\nfunc main() {}\n", parser.SkipObjectResolution)
	if err != nil {
		panic(err) // of a constant
	}
	d := file.Decls[0].(*ast.FuncDecl)
	return &Target{Items: rule.NewTarget(f.Short(), "", &rule.Signature{}), Names: namesOf(d.Type), File: file, Decl: d}
}

// whyMissing returns why the package can not be used, without the go command's advice
// on how to get it.
func whyMissing(p *pkg) string {
	why := "it is not in the module graph"
	if p != nil && p.Error != nil {
		why, _, _ = strings.Cut(p.Error.Err, "\n")
		why, _, _ = strings.Cut(why, "; to add it:")
	}
	return why
}

// target reads a declared function. With an error the rest of the target is still good.
func (s *speller) target(d *ast.FuncDecl, f rule.Func) (*Target, error) {
	t := &Target{Names: namesOf(d.Type), Variadic: isVariadic(d.Type), File: s.file, Decl: d}
	items := &rule.Target{Name: f.Short()}
	var params []string // type parameters
	if d.Recv != nil {
		_, params = receiver(d)
		t.Recv = fieldNames(d.Recv)[0]
	}
	if d.Type.TypeParams != nil {
		for _, field := range d.Type.TypeParams.List {
			for _, name := range field.Names {
				params = append(params, name.Name)
			}
		}
	}
	t.Generic = len(params) > 0
	slots := func(kind string, list *ast.FieldList) ([]rule.Slot, error) {
		var out []rule.Slot
		if list == nil {
			return nil, nil
		}
		for _, field := range list.List {
			slot := rule.Slot{Type: rule.AnyType, ReadOnly: mentions(field.Type, params)}
			if !slot.ReadOnly {
				var err error
				if slot.Type, err = s.spell(valueType(field.Type)); err != nil {
					return nil, err
				}
			}
			for range max(len(field.Names), 1) {
				slot.Item = rule.Item{Kind: kind, Index: len(out)}
				out = append(out, slot)
			}
		}
		return out, nil
	}
	recv, err := slots(rule.Recv, d.Recv)
	if err != nil {
		return t, err
	}
	if recv != nil {
		items.Recv = &recv[0]
	}
	if items.Params, err = slots(rule.Param, d.Type.Params); err != nil {
		return t, err
	}
	if items.Results, err = slots(rule.Result, d.Type.Results); err != nil {
		return t, err
	}
	t.Items = items
	return t, nil
}

// mentions reports whether one of the type parameters stands in the type.
func mentions(t ast.Expr, params []string) bool {
	found := false
	ast.Inspect(t, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr: // a type of another package
			return false
		case *ast.Field: // of a func or struct type, whose names are no types
			found = found || mentions(n.Type, params)
			return false
		case *ast.Ident:
			found = found || slices.Contains(params, n.Name)
		}
		return !found
	})
	return found
}

func namesOf(t *ast.FuncType) *Names {
	out := &Names{Params: fieldNames(t.Params), Results: fieldNames(t.Results)}
	last := func(list *ast.FieldList) *Names {
		if list.NumFields() == 0 {
			return nil
		}
		if fn, ok := ast.Unparen(list.List[len(list.List)-1].Type).(*ast.FuncType); ok {
			return namesOf(fn)
		}
		return nil
	}
	out.LastParam, out.LastResult = last(t.Params), last(t.Results)
	return out
}

// fieldNames returns a name for each of the values, "" for one without.
func fieldNames(list *ast.FieldList) []string {
	var out []string
	if list == nil {
		return nil
	}
	for _, f := range list.List {
		if len(f.Names) == 0 {
			out = append(out, "")
		}
		for _, name := range f.Names {
			if name.Name == "_" {
				out = append(out, "")
			} else {
				out = append(out, name.Name)
			}
		}
	}
	return out
}
