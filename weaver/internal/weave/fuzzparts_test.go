package weave_test

import (
	"go/constant"
	"go/types"
	"maps"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// partRules returns the rules of [FuzzWeave] on what is no function: for each struct type
// in use one on its new values and one on a field, for each variable and constant of the
// package one that wraps it or sets it, to what it is already.
func partRules(p *source.Package, seed uint8) []*rule.Rule {
	var out []*rule.Rule
	seen := map[types.Object]bool{}
	for _, objects := range []map[string]types.Object{declaredIn(p.Types), used(p)} {
		for _, name := range slices.Sorted(maps.Keys(objects)) {
			o := objects[name]
			if seen[o] {
				continue
			}
			seen[o] = true
			pick := hash(name, seed)
			if t, ok := o.(*types.TypeName); ok {
				out = append(out, structRules(t, pick)...)
			} else if o.Pkg() == p.Types {
				out = append(out, variableRules(o, pick)...)
			}
		}
	}
	return out
}

func declaredIn(p *types.Package) map[string]types.Object {
	out := map[string]types.Object{}
	for _, name := range p.Scope().Names() {
		out[name] = p.Scope().Lookup(name)
	}
	return out
}

func used(p *source.Package) map[string]types.Object {
	out := map[string]types.Object{}
	for _, o := range p.Info.Uses {
		if t, ok := o.(*types.TypeName); ok && t.Pkg() != nil && t.Parent() == t.Pkg().Scope() {
			out[t.Pkg().Path()+"."+t.Name()] = t
		}
	}
	return out
}

func structRules(o *types.TypeName, pick uint32) []*rule.Rule {
	t, ok := types.Unalias(o.Type()).(*types.Named)
	if !ok || t.TypeParams().Len() > 0 || t.Obj().Pkg() == nil {
		return nil
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	target := &rule.Func{Pkg: t.Obj().Pkg().Path(), Name: t.Obj().Name()}
	made := typeOf(types.NewVar(0, nil, "", types.NewPointer(t)))
	out := []*rule.Rule{
		{Point: rule.Literal, Target: target, Advice: rule.Amend, HookSig: &rule.Signature{Params: []rule.Type{made}}},
		{Point: rule.Struct, Target: target, Advice: rule.Add, Field: &rule.Field{Name: "weft", Type: "map[string]*int"}},
	}
	if n := st.NumFields(); n > 0 {
		f := st.Field(int(pick) % n)
		v := typeOf(f)
		out = append(out, &rule.Rule{Point: rule.Literal, Target: target, Advice: rule.Wrap, Field: &rule.Field{Name: f.Name()},
			HookSig: &rule.Signature{Params: []rule.Type{rule.HookFuncType, v}, Results: []rule.Type{v}}})
	}
	return out
}

func variableRules(o types.Object, pick uint32) []*rule.Rule {
	r := &rule.Rule{Point: rule.Variable, Target: &rule.Func{Pkg: o.Pkg().Path(), Name: o.Name()}, Advice: rule.Set}
	switch o := o.(type) {
	case *types.Const:
		r.Value = valueOf(o)
		if r.Value == nil {
			return nil
		}
	case *types.Var:
		b, ok := o.Type().Underlying().(*types.Basic)
		switch {
		case ok && pick%2 == 0 && b.Info()&types.IsString != 0:
			r.Value = &rule.Option{Kind: "string", Text: `"woven"`}
		case ok && pick%2 == 0 && b.Info()&types.IsBoolean != 0:
			r.Value = &rule.Option{Kind: "bool", Text: "true"}
		case ok && pick%2 == 0 && b.Info()&types.IsNumeric != 0:
			r.Value = &rule.Option{Kind: "int64", Text: "1"}
		default:
			t := typeOf(o)
			r.Advice, r.HookSig = rule.Wrap, &rule.Signature{Params: []rule.Type{t}, Results: []rule.Type{t}}
		}
	default:
		return nil
	}
	return []*rule.Rule{r}
}

// valueOf returns the constant's own value, or nil if no rule can hold it: another one
// might be no length of an array.
func valueOf(c *types.Const) *rule.Option {
	switch v := c.Val(); v.Kind() {
	case constant.String:
		return &rule.Option{Kind: "string", Text: v.ExactString()}
	case constant.Bool:
		return &rule.Option{Kind: "bool", Text: v.ExactString()}
	case constant.Int:
		if _, exact := constant.Int64Val(v); exact {
			return &rule.Option{Kind: "int64", Text: v.ExactString()}
		}
	}
	return nil
}
