package weave_test

import (
	"go/types"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// What FuzzWeave has its hooks ask for beside items.

// askHowEnded adds to an exit function what weaver tells of the end.
func askHowEnded(exit *rule.Signature, pick uint32) {
	if pick&16 != 0 {
		exit.Params = append(exit.Params, rule.HookPanicType)
	}
	if pick&32 != 0 {
		exit.Params = append([]rule.Type{rule.HookExitType}, exit.Params...)
	}
}

// askValues adds to a hook the parameters of its target as data, and with Capture every
// item that has a name, and the fields of each.
func askValues(r *rule.Rule, fn *types.Func, pick uint32) {
	h := r.HookSig
	if pick&128 != 0 {
		h.Params = append([]rule.Type{rule.HookParamsType}, h.Params...)
	}
	if r.Capture = selectors(fn); pick&256 == 0 {
		r.Capture = nil
	}
	if len(r.Capture) > 0 {
		h.Params = append([]rule.Type{rule.HookCapturedType}, h.Params...)
	}
}

func selectors(fn *types.Func) []string {
	var out []string
	add := func(v *types.Var) {
		if v.Name() == "" || v.Name() == "_" {
			return
		}
		out = append(out, v.Name())
		t := v.Type().Underlying()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem().Underlying()
		}
		s, ok := t.(*types.Struct)
		if !ok || match.HasTypeParam(v.Type()) {
			return
		}
		for f := range s.Fields() {
			if f.Name() != "_" && (f.Exported() || f.Pkg() == fn.Pkg()) {
				out = append(out, v.Name()+"."+f.Name())
			}
		}
	}
	if recv := fn.Signature().Recv(); recv != nil {
		add(recv)
	}
	for p := range fn.Signature().Params().Variables() {
		add(p)
	}
	return out
}
