package register

import (
	"go/ast"

	"github.com/goweaver/weaver/internal/rule"
)

// ofInterface reads the rule's target where no function is declared under its name: a
// method of an interface, whose uses can be woven.
func (r *funcReader) ofInterface(p *funcPkg, rl *rule.Rule) *Target {
	f, typ := *rl.Target, p.types[rl.Target.Recv]
	iface, ok := typ.expr.(*ast.InterfaceType)
	switch {
	case !ok && rl.Sig != nil: // the interface is made of another one
		return &Target{Items: rl.Signed(), Variadic: rl.Sig.Variadic}
	case !ok:
		return &Target{Absent: true}
	case !rl.ByUse():
		return &Target{Interface: true}
	case typ.generic:
		return &Target{Generic: true, Open: "it is a method of a generic interface"}
	}
	embeds := false
	for _, m := range iface.Methods.List {
		fn, ok := m.Type.(*ast.FuncType)
		if !ok {
			embeds = true
			continue
		}
		if m.Names[0].Name != f.Name {
			continue
		}
		s := &speller{r: r, pkg: p, file: typ.file}
		t, err := s.target(&ast.FuncDecl{Name: m.Names[0], Type: fn}, f)
		t.File, t.Decl = nil, nil
		if err == nil {
			t.Items.Recv = &rule.Slot{Item: rule.Item{Kind: rule.Recv}, Type: rule.Type(f.Pkg + "." + f.Recv)}
			return t
		}
		if rl.Sig != nil {
			t.Items, t.Variadic = rl.Signed(), rl.Sig.Variadic
			return t
		}
		return &Target{Open: err.Error(), Names: t.Names}
	}
	switch {
	case rl.Sig != nil:
		return &Target{Items: rl.Signed(), Variadic: rl.Sig.Variadic}
	case embeds:
		return &Target{Open: "its interface has it from another one"}
	}
	return &Target{Absent: true}
}
