package match

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// typeString spells t canonically; see [rule.Type]. A type without a canonical
// spelling gets one that no hook's type is equal to.
func typeString(t types.Type) rule.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Uint8:
			return "uint8"
		case types.Int32:
			return "int32"
		case types.UnsafePointer:
			return "unsafe.Pointer"
		}
		return rule.Type(t.Name())
	case *types.Named:
		name := t.Obj().Name()
		if pkg := t.Obj().Pkg(); pkg != nil {
			name = pkg.Path() + "." + name
		}
		if args := t.TypeArgs(); args.Len() > 0 {
			var of []string
			for arg := range args.Types() {
				of = append(of, string(typeString(arg)))
			}
			name += "[" + strings.Join(of, ",") + "]"
		}
		return rule.Type(name)
	case *types.Pointer:
		return "*" + typeString(t.Elem())
	case *types.Slice:
		return "[]" + typeString(t.Elem())
	case *types.Array:
		return rule.Type(fmt.Sprintf("[%d]%s", t.Len(), typeString(t.Elem())))
	case *types.Map:
		return "map[" + typeString(t.Key()) + "]" + typeString(t.Elem())
	case *types.Chan:
		return rule.Chan(map[types.ChanDir]string{types.SendRecv: "chan ", types.RecvOnly: "<-chan ", types.SendOnly: "chan<- "}[t.Dir()], typeString(t.Elem()))
	case *types.Signature:
		return signature(t).Type()
	case *types.Interface:
		if t.Empty() {
			return rule.AnyType
		}
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct{}"
		}
	case *types.TypeParam:
		return rule.Type("type parameter " + t.Obj().Name())
	}
	return rule.Type(types.TypeString(types.Unalias(t), nil))
}

// signature returns the parameters and results of sig, without the receiver.
func signature(sig *types.Signature) *rule.Signature {
	out := &rule.Signature{Variadic: sig.Variadic()}
	for v := range sig.Params().Variables() {
		out.Params = append(out.Params, typeString(v.Type()))
	}
	for v := range sig.Results().Variables() {
		out.Results = append(out.Results, typeString(v.Type()))
	}
	return out
}

// callSignature is signature with a method's receiver as the first parameter.
func callSignature(sig *types.Signature) *rule.Signature {
	out := signature(sig)
	if r := sig.Recv(); r != nil {
		out.Params = append([]rule.Type{typeString(r.Type())}, out.Params...)
	}
	return out
}

// target returns f's items with their types. What has a type parameter is read-only
// and of type any.
func target(f *types.Func, name string) *rule.Target {
	sig := f.Signature()
	t := &rule.Target{Name: name}
	slot := func(kind string, i int, v *types.Var) rule.Slot {
		s := rule.Slot{Item: rule.Item{Kind: kind, Index: i}, Type: typeString(v.Type())}
		if HasTypeParam(v.Type()) {
			s.Type, s.ReadOnly = rule.AnyType, true
		}
		return s
	}
	if r := sig.Recv(); r != nil {
		s := slot(rule.Recv, 0, r)
		t.Recv = &s
	}
	for i := range sig.Params().Len() {
		t.Params = append(t.Params, slot(rule.Param, i, sig.Params().At(i)))
	}
	for i := range sig.Results().Len() {
		t.Results = append(t.Results, slot(rule.Result, i, sig.Results().At(i)))
	}
	return t
}

// HasTypeParam reports whether t mentions a type parameter.
func HasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if HasTypeParam(arg) {
				return true
			}
		}
	case interface{ Elem() types.Type }: // pointer, slice, array, channel and map
		if m, ok := t.(*types.Map); ok && HasTypeParam(m.Key()) {
			return true
		}
		return HasTypeParam(t.Elem())
	case *types.Signature:
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tuple.Variables() {
				if HasTypeParam(v.Type()) {
					return true
				}
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if HasTypeParam(f.Type()) {
				return true
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if HasTypeParam(m.Type()) {
				return true
			}
		}
		for e := range t.EmbeddedTypes() {
			if HasTypeParam(e) {
				return true
			}
		}
	}
	return false
}

// Signature returns the parameters and results of f in the plan's spelling.
func Signature(f *types.Func) *rule.Signature { return signature(f.Signature()) }

// SignatureOf returns the parameters and results in the plan's spelling.
func SignatureOf(sig *types.Signature) *rule.Signature { return signature(sig) }
