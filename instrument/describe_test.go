package instrument_test

// The data form of aspects, as weaver reads it from the registration binary.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/internal/rule"
)

// describe returns what Describe says, after a round trip that must lose nothing.
func describe(t *testing.T, aspects ...*instrument.Aspect) []rule.Aspect {
	t.Helper()
	out, err := instrument.Describe(aspects...)
	if err != nil {
		t.Fatal(err)
	}
	var back []rule.Aspect
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&back); err != nil {
		t.Fatalf("the description is not []rule.Aspect: %v\n%s", err, out)
	}
	again, err := json.Marshal(back)
	if err != nil || !bytes.Equal(again, out) {
		t.Fatalf("the description changes in a round trip (%v)\n got %s\nwant %s", err, again, out)
	}
	return back
}

// describeRule returns the description of the one rule.
func describeRule(t *testing.T, r instrument.Rule) rule.Rule {
	t.Helper()
	return describe(t, aspect("a", r))[0].Rules[0]
}

func TestDescribe(t *testing.T) {
	at := lines(t)
	body := instrument.BodyOf(http.Get).Before(hookFunc) // MARK body
	call := instrument.CallTo(time.Sleep).Replace(sleep) // MARK call
	where := instrument.BodyWhere(                       // MARK where
		instrument.ParamIs[context.Context](0),
		instrument.Not(instrument.Any(instrument.Name("*B?"), instrument.Exported())),
	).Around(instrument.Named("example.com/hooks.Span"))
	declared := aspect("http",
		body.With("op", "get\n").With("n", int8(-3)).With("n", 1.5).With("on", true),
		call,
		where.Take(instrument.Recv, instrument.Param(1), instrument.Result(-1)),
	)
	want := []rule.Rule{
		{
			Point: rule.Body, Target: &rule.Func{Pkg: "net/http", Name: "Get"},
			Sig:    &rule.Signature{Params: []rule.Type{"string"}, Results: []rule.Type{"*net/http.Response", "error"}},
			Scope:  []string{rule.Everywhere},
			Advice: rule.Before, Hook: rule.Func{Pkg: here, Name: "hookFunc"},
			HookSig: &rule.Signature{Params: []rule.Type{rule.HookFuncType}},
			Options: []rule.Option{
				{Key: "op", Kind: "string", Text: `"get\n"`}, {Key: "n", Kind: "int64", Text: "-3"},
				{Key: "n", Kind: "float64", Text: "1.5"}, {Key: "on", Kind: "bool", Text: "true"},
			},
		},
		{
			Point: rule.Call, Target: &rule.Func{Pkg: "time", Name: "Sleep"},
			Sig:    &rule.Signature{Params: []rule.Type{"time.Duration"}},
			Scope:  []string{rule.MainModules},
			Advice: rule.Replace, Hook: rule.Func{Pkg: here, Name: "sleep"},
			HookSig: &rule.Signature{Params: []rule.Type{"time.Duration"}},
		},
		{
			Point: rule.Body, Where: []rule.Pred{
				{Kind: "param", Type: "context.Context"},
				{Kind: "not", Of: []rule.Pred{{Kind: "any", Of: []rule.Pred{{Kind: "name", Text: "*B?"}, {Kind: "exported"}}}}},
			},
			Scope:  []string{rule.MainModules},
			Advice: rule.Around, Hook: rule.Func{Pkg: "example.com/hooks", Name: "Span"},
			Take: []rule.Item{{Kind: rule.Recv}, {Kind: rule.Param, Index: 1}, {Kind: rule.Result, Index: -1}},
		},
	}
	got := describe(t, declared)[0]
	if got.Name != "http" || got.Doc != "a test's" || len(got.Rules) != len(want) {
		t.Fatalf("aspect %q, %q with %d rules", got.Name, got.Doc, len(got.Rules))
	}
	for i, mark := range []string{"body", "call", "where"} {
		r := got.Rules[i]
		if p, w := filepath.Base(r.Pos), fmt.Sprintf("describe_test.go:%d", at[mark]); p != w || r.Aspect != "http" {
			t.Errorf("rule %d is of %q at %s, want of http at %s", i, r.Aspect, p, w)
		}
		r.Aspect, r.Pos = "", ""
		if !reflect.DeepEqual(r, want[i]) {
			t.Errorf("rule %d\n got %+v\nwant %+v", i, r, want[i])
		}
	}
}

func TestDescribeScope(t *testing.T) {
	for _, tt := range []struct {
		name     string
		rule     instrument.Rule
		implicit string
	}{
		{"BodyOf", instrument.BodyOf(http.Get).Before(hookNothing), rule.Everywhere},
		{"BodyNamed", instrument.BodyNamed("net/http.Get").Before(hookNothing), rule.Everywhere},
		{"BodyWhere", instrument.BodyWhere(instrument.Exported()).Before(hookNothing), rule.MainModules},
		{"CallTo", instrument.CallTo(options).Append(hookText), rule.MainModules},
		{"CallNamed", instrument.CallNamed("time.Now").Replace(now), rule.MainModules},
	} {
		if got := describeRule(t, tt.rule).Scope; !slices.Equal(got, []string{tt.implicit}) {
			t.Errorf("%s without a scope applies to %q, want %q", tt.name, got, tt.implicit)
		}
		a := aspect("a", tt.rule)
		a.Scope = []instrument.Scope{"example.com/b/...", instrument.Everywhere, "example.com/a"}
		if got := describe(t, a)[0].Rules[0].Scope; !slices.Equal(got, []string{"example.com/b/...", "...", "example.com/a"}) {
			t.Errorf("%s applies to %q, want the aspect's scopes in their order", tt.name, got)
		}
	}
}

func TestDescribeKeepsOrder(t *testing.T) {
	rules := func(names ...string) []instrument.Rule {
		var out []instrument.Rule
		for _, n := range names {
			out = append(out, instrument.BodyNamed("example.com/p."+n).Before(hookNothing))
		}
		return out
	}
	declare := func() []*instrument.Aspect {
		return []*instrument.Aspect{aspect("z", rules("C", "A", "B", "A")...), aspect("a", rules("B")...), aspect("m", rules("A", "C")...)}
	}
	var got []string
	for _, a := range describe(t, declare()...) {
		for _, r := range a.Rules {
			got = append(got, a.Name+"."+r.Target.Name)
		}
	}
	if want := "z.C z.A z.B z.A a.B m.A m.C"; strings.Join(got, " ") != want {
		t.Errorf("order %s, want %s", strings.Join(got, " "), want)
	}
	first, err := instrument.Describe(declare()...)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := instrument.Describe(declare()...); err != nil || !bytes.Equal(again, first) {
			t.Fatalf("two descriptions of one declaration differ (%v)\n%s\n%s", err, first, again)
		}
	}
}

// Describing leaves the aspects as they are: the same rule can stand in two.
func TestDescribeSharesRules(t *testing.T) {
	r := instrument.BodyOf(http.Get).Before(hookNothing)
	scoped := aspect("scoped", r)
	scoped.Scope = []instrument.Scope{"net/http"}
	got := describe(t, scoped, aspect("plain", r))
	if a, b := got[0].Rules[0], got[1].Rules[0]; a.Aspect != "scoped" || b.Aspect != "plain" || a.Scope[0] != "net/http" || b.Scope[0] != rule.Everywhere {
		t.Errorf("one rule in two aspects is %s with %q and %s with %q", a.Aspect, a.Scope, b.Aspect, b.Scope)
	}
}

func TestDescribeNothing(t *testing.T) {
	if got := describe(t); len(got) != 0 {
		t.Errorf("no aspects are described as %v", got)
	}
	out, err := instrument.Describe(aspect("a", instrument.BodyOf(nil).Before(hookNothing)))
	if out != nil || err == nil || !strings.HasSuffix(err.Error(), ": a: the target is nil; name a function") {
		t.Errorf("a mistake is described as %s, %v; want the error of Validate alone", out, err)
	}
}

// A signature is known where a function is given by value and is not generic.
func TestDescribeSignatures(t *testing.T) {
	byName := describeRule(t, instrument.BodyNamed("net/http.Get").Before(instrument.Named("example.com/hooks.Get")))
	if byName.Sig != nil || byName.HookSig != nil {
		t.Errorf("functions given by name have the signatures %v and %v", byName.Sig, byName.HookSig)
	}
	generic := describeRule(t, instrument.BodyOf(identity[string]).Before(hookAny))
	if generic.Sig != nil || generic.HookSig == nil {
		t.Errorf("a generic target has the signature %v, its hook %v", generic.Sig, generic.HookSig)
	}
	variadic := describeRule(t, instrument.CallTo(options).Replace(options))
	if got := variadic.Sig.Type(); got != "func(...string) string" {
		t.Errorf("a variadic target has the type %s", got)
	}
	around := describeRule(t, instrument.BodyOf((*store).Get).Around(hookExit))
	if exit := around.HookSig.LastResult; exit == nil || exit.Type() != "func(string, error) error" {
		t.Errorf("the exit function is %v", exit)
	}
	enclose := describeRule(t, instrument.BodyOf((*store).Get).Enclose(hookEnclose))
	if body := enclose.HookSig.LastParam; body == nil || body.Type() != "func() error" {
		t.Errorf("the body is %v", body)
	}
	first := describeRule(t, instrument.BodyNamed("a.B").Around(hookFuncs)).HookSig
	if first.LastParam != nil || first.LastResult == nil || first.LastResult.Type() != "func()" {
		t.Errorf("functions that are not last are described as %v and %v", first.LastParam, first.LastResult)
	}
}
