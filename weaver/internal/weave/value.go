package weave

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// What rules on new structs and on variables have in common: a hook that is given a
// value, or its address, and whose result takes the value's place.

// value weaves the sites at one new struct, variable or constant. A variable may be a
// new struct, too.
func (g *generator) value(e *edits, sites []match.Site) error {
	switch s := sites[0]; {
	case s.Const != nil:
		return g.constant(e, s)
	case s.Var != nil:
		return g.variable(sites)
	}
	return g.literal(e, sites)
}

// change returns the statement that has the site's hook change the value that stands
// at v, which is a variable, or for the rules on structs also a pointer to one. addr is
// its address.
func (g *generator) change(s match.Site, v, addr string) (string, error) {
	t, given := "", addr
	if s.Rule.Advice == rule.Wrap {
		of := types.Type(nil)
		if s.New != nil {
			of, v = s.New.Field.Type(), v+"."+s.New.Field.Name()
		} else {
			of = s.Var.Type()
		}
		var err error
		if t, v, err = g.access(of, v); err != nil {
			return "", err
		}
		given = v
	} else {
		spelled, err := g.spell(s.New.Type)
		if err != nil {
			return "", err
		}
		t = "*" + spelled
	}
	var args, params []string
	for _, p := range s.Rule.HookSig.Params {
		if p != rule.HookFuncType {
			args, params = append(args, given), append(params, t)
			continue
		}
		f, err := g.hookFunc(s)
		if err != nil {
			return "", err
		}
		args, params = append(args, f), append(params, "*"+g.prefix+"Func")
	}
	signature, assign := "("+join(params...)+")", ""
	if s.Rule.Advice == rule.Wrap {
		signature, assign = signature+" "+t, v+" = "
	}
	return assign + g.hook(s.Rule.Hook, signature) + "(" + join(args...) + ")", nil
}

// access returns the type of the value at v and v itself, as the generated file can write
// them. Where it can not name the type, since the package does not import it, it looks at
// the value as one of another type with the same layout.
func (g *generator) access(of types.Type, v string) (t, as string, err error) {
	undo := g.mark()
	if t, err = g.spell(of); err == nil {
		return t, v, nil
	}
	undo()
	if t, err = g.layout(of); err != nil {
		return "", "", err
	}
	t = g.alias(t)
	return t, fmt.Sprintf("*(*%s)(%s.Pointer(&%s))", t, g.importPkg("unsafe"), v), nil
}

// layout returns a type that can be written anywhere and that is laid out in memory, in
// registers and for the garbage collector as t is.
//
// Source: assignment of arguments in abi-internal.md of go1.26: strings, slices and
// interfaces are handed on as the words that they are made of, structs as their fields.
func (g *generator) layout(t types.Type) (string, error) {
	pointer := func() string { return g.importPkg("unsafe") + ".Pointer" }
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return pointer(), nil
		}
		return t.Name(), g.predeclared(t.Name())
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return pointer(), nil
	case *types.Interface:
		return "struct{ a, b " + pointer() + " }", nil
	case *types.Slice:
		return "[]struct{}", nil
	case *types.Array:
		elem, err := g.layout(t.Elem())
		return fmt.Sprintf("[%d]%s", t.Len(), elem), err
	case *types.Struct:
		var fields []string
		for f := range t.Fields() {
			of, err := g.layout(f.Type())
			if err != nil {
				return "", err
			}
			fields = append(fields, fmt.Sprintf("f%d %s", len(fields), of)) // what is blank need not be copied
		}
		return "struct{ " + strings.Join(fields, "; ") + " }", nil
	}
	return "", &unspellableError{fmt.Sprintf("the type %v can not be named outside its declaration", t)}
}

// whenReady returns the statement that makes the change if the hook's package is
// initialised, and does nothing otherwise, or with later leaves it to that package.
func (g *generator) whenReady(s match.Site, change string, later bool) (string, error) {
	ready, err := g.isReady(s.Rule.Hook.Pkg)
	if err != nil {
		return "", err
	}
	otherwise := ""
	if later {
		otherwise = fmt.Sprintf(" else {\n\t\t%s(func() { %s })\n\t}", g.later(s.Rule.Hook.Pkg), change)
	}
	return fmt.Sprintf("\tif %s {\n\t\t%s\n\t}%s\n", ready, change, otherwise), nil
}

// later returns the name of the function that has the hook's package run something when
// it is initialised; see [HookPackage].
func (g *generator) later(hookPkg string) string {
	key := "later " + hookPkg
	name, ok := g.shared[key]
	if !ok {
		name = g.name("later")
		g.shared[key] = name
		g.declare("//go:linkname %s %s.weaver_later\nfunc %s(func())\n", name, rule.SymbolPrefix(hookPkg), name)
	}
	return name
}
