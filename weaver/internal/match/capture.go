package match

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A Captured is a value that a rule captures: an item of the function, or a field
// behind it.
type Captured struct {
	Selector string    // as the rule has it
	Root     rule.Item // the receiver or a parameter
	// Path is the fields from there on, in the order of selection, with embedded ones
	// that promote. An embedded field that can not be named is left out: what it
	// promotes is selected without it.
	Path []*types.Var
	Type types.Type
}

// captures looks up the selectors in the function. The error is one sentence: what is
// wrong; what to do.
func (m *matcher) captures(f *types.Func, name string, selectors []string) ([]Captured, error) {
	var out []Captured
	for _, s := range selectors {
		words := strings.Split(s, ".")
		root, err := rootOf(f.Signature(), words[0])
		if err != nil {
			return nil, fmt.Errorf("Capture lists %q, and %s %w", s, name, err)
		}
		c := Captured{Selector: s, Root: root, Type: ItemVar(f, root).Type()}
		for i, word := range words[1:] {
			if HasTypeParam(c.Type) {
				return nil, fmt.Errorf("Capture lists %q, but the type of %s has a type parameter in it, and nothing is selected from such; capture %[2]s whole", s, strings.Join(words[:i+1], "."))
			}
			if err := c.selected(word, m.pkg.Types); err != nil {
				return nil, fmt.Errorf("Capture lists %q, but %s %w", s, strings.Join(words[:i+1], "."), err)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// rootOf returns the receiver or parameter of that name.
func rootOf(sig *types.Signature, name string) (rule.Item, error) {
	var has []string
	if r := sig.Recv(); r != nil {
		if r.Name() == name {
			return rule.Item{Kind: rule.Recv}, nil
		}
		has = append(has, r.Name())
	}
	for i := range sig.Params().Len() {
		p := sig.Params().At(i)
		if p.Name() == name {
			return rule.Item{Kind: rule.Param, Index: i}, nil
		}
		has = append(has, p.Name())
	}
	for r := range sig.Results().Variables() {
		if r.Name() == name {
			return rule.Item{}, fmt.Errorf("returns %s, which is not there at entry; take it in an exit function", name)
		}
	}
	var named []string
	for _, h := range has {
		if h != "" && h != "_" {
			named = append(named, h)
		}
	}
	if len(named) == 0 {
		return rule.Item{}, fmt.Errorf("has no receiver or parameter called %s, as none has a name; name it there, or take the value in the hook", name)
	}
	return rule.Item{}, fmt.Errorf("has no receiver or parameter called %s; it has %s", name, strings.Join(named, ", "))
}

// selected goes on to the field of that name, as code in the package may select it.
func (c *Captured) selected(name string, in *types.Package) error {
	obj, index, _ := types.LookupFieldOrMethod(c.Type, true, in, name)
	field, ok := obj.(*types.Var)
	if !ok {
		what := "no field " + name + " that its package may use; correct the selector"
		if _, method := obj.(*types.Func); method {
			what = "a method " + name + ", and nothing is called to capture a value; name a field"
		}
		return fmt.Errorf("is of type %s, which has %s", types.TypeString(c.Type, nil), what)
	}
	t := c.Type
	var hidden *types.Var // a field that was left out
	for n, i := range index {
		f := structOf(t).Field(i)
		_, pointer := f.Type().Underlying().(*types.Pointer)
		last := n == len(index)-1
		switch {
		case last || f.Exported() || f.Pkg() == in:
			if hidden != nil {
				if same, _, _ := types.LookupFieldOrMethod(c.Type, true, in, f.Name()); same != f {
					return fmt.Errorf("reaches %s through the field %s, which its package can not name; choose another selector", name, hidden.Name())
				}
			}
			c.Path, c.Type, hidden = append(c.Path, f), f.Type(), nil
		case pointer:
			return fmt.Errorf("reaches %s through the pointer %s, which its package can not name, so whether that is nil could not be told; choose another selector", name, f.Name())
		default:
			hidden = f
		}
		t = f.Type()
	}
	c.Type = field.Type()
	return nil
}

// structOf returns the struct that is selected from: t or what it points to.
func structOf(t types.Type) *types.Struct {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return t.Underlying().(*types.Struct)
}

// ItemVar returns the variable that the item is in the function's signature.
func ItemVar(f *types.Func, i rule.Item) *types.Var {
	sig := f.Signature()
	switch i.Kind {
	case rule.Recv:
		return sig.Recv()
	case rule.Param:
		return sig.Params().At(i.Index)
	}
	return sig.Results().At(i.Index)
}
