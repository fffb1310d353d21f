package weave_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/weave/verify"
)

// FuzzWeave weaves any source that type-checks: advice on every body that takes and
// returns all that can be taken and returned, and advice on every call that can
// have one. The result type-checks, and every token of the user's keeps its place.
func FuzzWeave(f *testing.F) {
	for i, s := range append(literalSeeds, seeds...) {
		f.Add(s, uint8(i))
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		f.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "test", "*.go"))
	for i, name := range files {
		data, err := os.ReadFile(name)
		if err == nil && len(data) < 20_000 && (!testing.Short() || i%8 == 0) {
			f.Add(string(data), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, src string, seed uint8) {
		l := newLab(t)
		if !l.importable(src) {
			t.Skip("it does not parse, or imports what is not at hand")
		}
		if seed%4 != 0 {
			src = directed(src, seed)
		}
		l.write(filepath.Join(l.dir, "src", "src.go"), []byte(src))
		p, cmd, err := l.read("example.com/src", "src", "go1.25")
		if err != nil {
			t.Skip("it does not type-check")
		}
		rules := everyRule(p, seed)
		sites, res, found, err := l.weave(p, cmd, rules)
		if err != nil {
			t.Fatalf("a rule made from the source does not fit it: %v", err)
		}
		l.explained(p, cmd, rules, sites, res, false)
		if err := verify.Moved(p, sites, res); err != nil && len(res.Findings) == 0 {
			t.Error(err)
		}
		if err := l.check(l.rewoven(p, cmd, res), p.Imports); err != nil {
			t.Errorf("%v\n%s\nfindings: %v", err, res.Generated, found)
		}
	})
}

// everyRule returns rules with hooks made to measure, chosen by a hash of the
// target's name and the seed: one or two for each function, one for each function
// that is called, and one for each function literal with a directive.
func everyRule(p *source.Package, seed uint8) []*rule.Rule {
	var out []*rule.Rule
	add := func(r *rule.Rule) {
		r.Aspect, r.Pos, r.Scope = "fuzz", "fuzz:1", []string{rule.Everywhere}
		if r.HookSig != nil {
			r.Hook = rule.Func{Pkg: "example.com/hooks", Name: fmt.Sprintf("H%d", len(out))}
		}
		out = append(out, r)
	}
	used := map[string]bool{}
	for _, f := range p.Files {
		for _, r := range literalRules(p, f, seed) {
			add(r)
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if fn, ok := p.Info.Defs[n.Name].(*types.Func); ok && n.Name.Name != "_" && n.Name.Name != "init" {
					pick := hash(fn.FullName(), seed)
					add(bodyRule(fn, pick))
					if pick&64 != 0 {
						add(bodyRule(fn, pick>>3))
					}
				}
			case *ast.Ident:
				fn, ok := p.Info.Uses[n].(*types.Func)
				if !ok || target(fn).Recv == "" && fn.Signature().Recv() != nil {
					break
				}
				sig := fn.Signature()
				if inst, ok := p.Info.Instances[n]; ok {
					sig = inst.Type.(*types.Signature)
				}
				key := fn.FullName() + " " + types.TypeString(sig, nil)
				if used[key] || fn.Pkg() == nil && target(fn).Recv == "" {
					break
				}
				used[key] = true
				pick := hash(key, seed)
				for _, r := range []*rule.Rule{callRule(fn, sig, pick), refRule(fn, sig, pick>>4)} {
					if r != nil {
						add(r)
					}
				}
			}
			return true
		})
	}
	for _, r := range partRules(p, seed) {
		add(r)
	}
	return out
}

func hash(s string, seed uint8) uint32 {
	h := fnv.New32a()
	_, _ = h.Write(append([]byte(s), seed))
	return h.Sum32()
}

func target(fn *types.Func) *rule.Func {
	f := rule.Func{Name: fn.Name()}
	if fn.Pkg() != nil {
		f.Pkg = fn.Pkg().Path()
	}
	if recv := fn.Signature().Recv(); recv != nil {
		t := types.Unalias(recv.Type())
		if ptr, ok := t.(*types.Pointer); ok {
			t = types.Unalias(ptr.Elem())
		}
		if n, ok := t.(*types.Named); ok {
			f.Recv = n.Obj().Name()
		}
	}
	return &f
}

// bodyRule returns a rule with a hook that takes every item of the function.
func bodyRule(fn *types.Func, pick uint32) *rule.Rule {
	r := &rule.Rule{Point: rule.Body, Target: target(fn), HookSig: &rule.Signature{}}
	sig, h := fn.Signature(), r.HookSig
	take := func(kind string, i int, v *types.Var) (t rule.Type, writable bool) {
		r.Take = append(r.Take, rule.Item{Kind: kind, Index: i})
		if match.HasTypeParam(v.Type()) {
			return rule.AnyType, false
		}
		return typeOf(v), true
	}
	entry := func(s *rule.Signature, back bool) {
		if recv := sig.Recv(); recv != nil && !back {
			t, _ := take(rule.Recv, 0, recv)
			s.Params = append(s.Params, t)
		}
		for i := range sig.Params().Len() {
			t, ok := take(rule.Param, i, sig.Params().At(i))
			s.Params = append(s.Params, t)
			if ok && back {
				s.Results = append(s.Results, t)
			}
		}
	}
	exits := func(s *rule.Signature) {
		for i := range sig.Results().Len() {
			t, ok := take(rule.Result, i, sig.Results().At(i))
			s.Params = append(s.Params, t)
			if ok {
				s.Results = append(s.Results, t)
			}
		}
	}
	switch advice := pick % 4; {
	case advice == 0:
		r.Advice = rule.Before
		entry(h, true)
	case advice == 1 && failing(sig):
		r.Advice = rule.Check
		entry(h, true)
		h.Results = append(h.Results, rule.ErrorType)
	case advice == 2 && !match.HasTypeParam(sig) && (sig.Recv() == nil || !match.HasTypeParam(sig.Recv().Type())):
		enclose(r, sig)
	default:
		r.Advice = rule.Around
		entry(h, false)
		h.LastResult = &rule.Signature{}
		exits(h.LastResult)
		askHowEnded(h.LastResult, pick)
		h.Results = append(h.Results, h.LastResult.Type())
	}
	if pick&8 != 0 {
		h.Params = append([]rule.Type{rule.HookFuncType}, h.Params...)
	}
	askValues(r, fn, pick)
	if len(r.Take) == 0 {
		r.Take = nil
	}
	return r
}

// enclose has the hook take every item, and replace each of the body's.
func enclose(r *rule.Rule, sig *types.Signature) {
	r.Advice = rule.Enclose
	body := match.Signature(types.NewFunc(0, nil, "body", sig))
	body.Variadic = false // what a body is given for ...T is a []T
	var items []rule.Item
	var recv []rule.Type
	if sig.Recv() != nil {
		recv, items = []rule.Type{typeOf(sig.Recv())}, append(items, rule.Item{Kind: rule.Recv})
	}
	for i := range body.Params {
		items = append(items, rule.Item{Kind: rule.Param, Index: i})
	}
	r.Take = append(append(r.Take, items...), items...)
	for i := range body.Results {
		r.Take = append(r.Take, rule.Item{Kind: rule.Result, Index: i})
	}
	body.Params = append(recv, body.Params...)
	r.HookSig.Params = append(append(r.HookSig.Params, body.Params...), body.Type())
	r.HookSig.Results, r.HookSig.LastParam = body.Results, body
}

func failing(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && typeOf(sig.Results().At(n-1)) == rule.ErrorType
}

func typeOf(v *types.Var) rule.Type {
	tuple := types.NewTuple(v)
	return match.Signature(types.NewFunc(0, nil, "f", types.NewSignatureType(nil, nil, nil, tuple, nil, false))).Params[0]
}

// callRule returns a rule on the calls of the function, at the instance of that
// signature, or nil.
func callRule(fn *types.Func, sig *types.Signature, pick uint32) *rule.Rule {
	r := &rule.Rule{Point: rule.Call, Target: target(fn), HookSig: &rule.Signature{}}
	is := expression(fn, sig)
	switch advice := pick % 4; {
	case open(fn, sig), advice == 3 && len(is.Results) > 0:
		r.Advice = rule.Wrap
		for i, t := range is.Results {
			if match.HasTypeParam(fn.Origin().Signature().Results().At(i).Type()) {
				r.HookSig.Params = append(r.HookSig.Params, rule.AnyType)
				continue
			}
			r.HookSig.Params, r.HookSig.Results = append(r.HookSig.Params, t), append(r.HookSig.Results, t)
		}
		if len(is.Results) == 0 {
			return nil
		}
	case advice == 0 && len(is.Results) > 0:
		r.Advice = rule.Wrap
		r.HookSig.Params, r.HookSig.Results = is.Results, is.Results
	case advice == 1 && is.Variadic:
		r.Advice = rule.Append
		r.HookSig.Results = []rule.Type{is.Params[len(is.Params)-1]}
	default:
		r.Advice, r.HookSig = rule.Replace, is
	}
	return r
}

// refRule returns a rule on the references to the function, or nil.
func refRule(fn *types.Func, sig *types.Signature, pick uint32) *rule.Rule {
	if open(fn, sig) {
		return nil
	}
	is := expression(fn, sig)
	if pick%2 == 0 {
		return &rule.Rule{Point: rule.Reference, Advice: rule.Replace, Target: target(fn), HookSig: is}
	}
	f := []rule.Type{is.Type()}
	return &rule.Rule{Point: rule.Reference, Advice: rule.Wrap, Target: target(fn), HookSig: &rule.Signature{Params: f, Results: f, LastResult: is}}
}

// open reports whether type parameters are left in what the function is used as.
func open(fn *types.Func, sig *types.Signature) bool {
	recv := fn.Signature().Recv()
	return sig.TypeParams().Len() > 0 || match.HasTypeParam(sig) || recv != nil && match.HasTypeParam(recv.Type())
}

// expression returns the signature with a method's receiver first.
func expression(fn *types.Func, sig *types.Signature) *rule.Signature {
	is := match.SignatureOf(sig)
	if recv := fn.Signature().Recv(); recv != nil {
		is.Params = append([]rule.Type{typeOf(recv)}, is.Params...)
	}
	return is
}
