package rule_test

// The tables of this package write signatures as Go func types. This file reads
// them, so that a line of a table reads like the declaration that it stands for.

import (
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

// signature returns the signature that the func type s spells. In s any stands for
// the empty interface and hook.Exit for a type of package hook; other types are
// spelled as [rule.Type] says.
func signature(t *testing.T, s string) *rule.Signature {
	t.Helper()
	hookFunc := string(rule.HookFuncType)
	s = strings.NewReplacer("*hook.Func", hookFunc, "hook.Func", hookFunc[1:], "hook.Params", string(rule.HookParamsType),
		"hook.Captured", string(rule.HookCapturedType), "hook.Exit", string(rule.HookExitType), "hook.Panic", string(rule.HookPanicType),
		"any", string(rule.AnyType)).Replace(s)
	sig := read(t, s)
	if got := sig.Type(); string(got) != s {
		t.Fatalf("the table's signature %q has the type %q", s, got)
	}
	return sig
}

func read(t *testing.T, s string) *rule.Signature {
	t.Helper()
	rest, ok := strings.CutPrefix(s, "func(")
	end := closing(rest)
	if !ok || end < 0 {
		t.Fatalf("%q is not a func type", s)
	}
	sig := &rule.Signature{}
	params := split(rest[:end])
	results := strings.TrimPrefix(rest[end+1:], " ")
	if strings.HasPrefix(results, "(") {
		results = results[1 : len(results)-1]
	}
	for _, p := range params {
		if elem, ok := strings.CutPrefix(p, "..."); ok {
			sig.Variadic, p = true, "[]"+elem
		}
		sig.Params = append(sig.Params, rule.Type(p))
		sig.LastParam = function(t, p)
	}
	for _, r := range split(results) {
		sig.Results = append(sig.Results, rule.Type(r))
		sig.LastResult = function(t, r)
	}
	return sig
}

func function(t *testing.T, s string) *rule.Signature {
	t.Helper()
	if !strings.HasPrefix(s, "func(") {
		return nil
	}
	return read(t, s)
}

// closing returns the index of the parenthesis that closes one opened before s.
func closing(s string) int {
	depth := 1
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// split splits s at the commas that are in no brackets.
func split(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, s[start:i])
				start = i + len(", ")
			}
		}
	}
	if s != "" {
		out = append(out, s[start:])
	}
	return out
}

// target returns the target named pkg.F, or pkg.T.F with a receiver, for a
// signature that may have one in front: "(*pkg.T) func(string) error". An item
// spelled T has the type of a type parameter.
func target(t *testing.T, s string) *rule.Target {
	t.Helper()
	name, recv := "pkg.F", rule.Type("")
	if strings.HasPrefix(s, "(") {
		r, fn, _ := strings.Cut(s[1:], ") ")
		name, recv, s = "(*pkg.T).F", rule.Type(r), fn
	}
	out := rule.NewTarget(name, recv, signature(t, s))
	for _, slots := range [][]rule.Slot{out.Params, out.Results} {
		for i := range slots {
			if slots[i].Type == "T" {
				slots[i].Type, slots[i].ReadOnly = rule.AnyType, true
			}
		}
	}
	return out
}

// show returns a binding in the words of the language:
// takes (instrument.Recv, &instrument.Param(0)), returns (instrument.Param(0)).
func show(b *rule.Binding) string {
	var args, rets []string
	for _, a := range b.Args {
		switch {
		case a.Given != "":
			args = append(args, rule.Pretty(a.Given))
		case a.Addr:
			args = append(args, "&"+a.String())
		default:
			args = append(args, a.String())
		}
	}
	for _, r := range b.Rets {
		rets = append(rets, r.String())
	}
	out := "takes (" + strings.Join(args, ", ") + ")"
	if len(rets) > 0 {
		out += ", returns (" + strings.Join(rets, ", ") + ")"
	}
	if b.Fail != nil {
		out += ", fails by " + b.Fail.String()
	}
	if b.Exit != nil {
		out += "; exit " + show(b.Exit)
	}
	if b.Body != nil {
		out += "; body " + show(b.Body)
	}
	return out
}
