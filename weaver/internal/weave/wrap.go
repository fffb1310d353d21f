package weave

import (
	"fmt"
	"go/version"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// wrapAdapter declares the function that a wrapped call's results are handed to.
//
//	func weaver_wrap1(p0 T, p1 error) (T, error)                 returns what the hook does
//	func weaver_wrap1[T0 interface{}](p0 T0, p1 error) (T0, error)
//
// The second form is for a hook of all instances, where the results of this one can not
// be spelled: the type parameters are inferred where it is called.
func (g *generator) wrapAdapter(s match.Site) (string, error) {
	results, typeParams, err := g.wrapResults(s)
	if err != nil {
		return "", err
	}
	var params, values, hooked, back, types []string
	for i, t := range results {
		p := fmt.Sprintf("%sp%d", g.local, i)
		params, values = append(params, p+" "+t), append(values, p)
		if s.Open != nil && s.Open[i] {
			types = append(types, "interface{}")
			continue
		}
		types, back, hooked = append(types, t), append(back, p), append(hooked, t)
	}
	ready, err := g.isReady(s.Rule.Hook.Pkg)
	if err != nil {
		return "", err
	}
	call, err := g.wrapCall(s, types, hooked, values)
	if err != nil {
		return "", err
	}
	switch {
	case s.Open == nil:
		call = "return " + call
	case len(back) > 0:
		call = join(back...) + " = " + call
	}
	return g.adapter("wrap", "%s(%s)%s {\n\tif %s {\n\t\t%s\n\t}\n\treturn %s\n}",
		typeParams, join(params...), parens(results), ready, call, join(values...)), nil
}

// wrapResults spells the results of the call, by type parameters if need be.
func (g *generator) wrapResults(s match.Site) (results []string, typeParams string, err error) {
	results, err = g.spellTuple(s.Sig.Results(), false)
	if err == nil || s.Open == nil {
		return results, "", err
	}
	if v := g.pkg.Info.FileVersions[s.File.AST]; v != "" && version.Compare(v, "go1.18") < 0 {
		return nil, "", err // the call would infer type arguments, which its file may not
	}
	results = nil
	var names []string
	for i := range s.Sig.Results().Len() {
		if s.Open[i] {
			name := fmt.Sprintf("%sT%d", g.prefix, i)
			names, results = append(names, name), append(results, name)
			continue
		}
		t, err := g.spell(s.Sig.Results().At(i).Type())
		if err != nil {
			return nil, "", err
		}
		results = append(results, t)
	}
	return results, "[" + strings.Join(names, ", ") + " interface{}]", nil
}

// wrapCall returns the call of the hook with the values, which are of those types, and
// the hook's results.
func (g *generator) wrapCall(s match.Site, given, results, values []string) (string, error) {
	var args, types []string
	at := 0
	for _, t := range s.Rule.HookSig.Params {
		if t != rule.HookFuncType {
			args, types = append(args, values[at]), append(types, given[at])
			at++
			continue
		}
		f, err := g.hookFunc(s)
		if err != nil {
			return "", err
		}
		args, types = append(args, f), append(types, "*"+g.prefix+"Func")
	}
	return g.hook(s.Rule.Hook, "("+join(types...)+")"+parens(results)) + "(" + join(args...) + ")", nil
}
