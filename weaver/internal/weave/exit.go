package weave

import (
	"fmt"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// The end of a function: its exit functions are deferred, in the order of the rules, so
// that the first rule's runs last. What is deferred is an adapter, which is handed the
// addresses of the results and keeps them to itself, so that they do not move to the heap.
// A literal would read better, but it would be counted: the user's own literals of that
// function would have other names in every trace.
//
// No adapter recovers, but where the hook asks for a hook.Panic and has returned an exit
// function; then it panics anew.
//
//	func weaver_exit2(end func(weaver_Panic, error) error, p1 *error) {
//		if end != nil {
//			value, how := recover(), uint8(1)
//			if value == nil {
//				how = weaver_how1()
//			}
//			*p1 = end(weaver_Panic{value}, *p1)
//			if how == 1 {
//				panic(value)
//			}
//		}
//	}
//
// A nil value is what recover returns of a panic, too, under GODEBUG=panicnil=1, so that
// the way in which the function ends has to be asked for.

// exitCall returns the statement that defers the exit function:
//
//	defer weaver_exit2(weaver_end3, &err)
func exitCall(adapter, end string, exit *rule.Binding, n names) string {
	args := []string{end}
	for _, a := range exit.Args {
		if a.Given == "" {
			args = append(args, "&"+n.of(a.Item))
		}
	}
	return "defer " + adapter + "(" + join(args...) + ")"
}

// exitAdapter declares the function that calls the exit function, unless it is nil, with
// the results.
func (g *generator) exitAdapter(s match.Site, exitType string) (string, error) {
	if err := g.predeclared("nil"); err != nil {
		return "", err
	}
	end := g.local + "end"
	call, err := g.exitParts(s, end, exitType)
	if err != nil {
		return "", err
	}
	statements := call.text
	switch how, value := ends(s.Binding.Exit); {
	case value:
		if err := g.predeclared("uint8", "panic", "recover"); err != nil {
			return "", err
		}
		statements = fmt.Sprintf("%[1]svalue, %[1]show := recover(), uint8(%[2]d)\nif %[1]svalue == nil {\n%[1]show = %[3]s\n}\n%[4]sif %[1]show == %[2]d {\npanic(%[1]svalue)\n}\n",
			g.local, panicked, g.howEnded(), statements)
	case how:
		statements = fmt.Sprintf("%show := %s\n%s", g.local, g.howEnded(), statements)
	}
	return g.adapter("exit", "%s(%s) {\n\tif %s != nil {\n%s\t}\n}", call.typeParams, join(call.params...), end, indented(statements, 2)), nil
}

// An exitParts is what an adapter makes of an exit function.
type exitParts struct {
	typeParams string   // in brackets, or ""
	params     []string // name and type
	text       string   // the statement that calls it
}

// exitParts returns the adapter's part in what the exit function takes and returns. Of an
// item that has a type parameter in its type the adapter has any, which is one of its own.
func (g *generator) exitParts(s match.Site, end, exitType string) (*exitParts, error) {
	out := &exitParts{params: []string{end + " " + exitType}}
	var args, set, typeParams []string
	at := map[rule.Item]string{}
	for i, a := range s.Binding.Exit.Args {
		switch a.Given {
		case rule.HookExitType:
			args = append(args, g.local+"how")
			continue
		case rule.HookPanicType:
			args = append(args, g.prefix+"Panic{"+g.local+"value}")
			continue
		}
		t, err := g.itemType(s, a)
		if err != nil {
			return nil, err
		}
		if match.HasTypeParam(match.ItemVar(s.Func, a.Item).Type()) {
			t = fmt.Sprintf("%sT%d", g.prefix, i)
			typeParams = append(typeParams, t+" interface{}")
		}
		p := fmt.Sprintf("%sp%d", g.local, i)
		out.params, args = append(out.params, p+" *"+t), append(args, "*"+p)
		at[a.Item] = "*" + p
	}
	for _, r := range s.Binding.Exit.Rets {
		set = append(set, at[r])
	}
	if len(typeParams) > 0 {
		out.typeParams = "[" + join(typeParams...) + "]"
	}
	if out.text = end + "(" + join(args...) + ")\n"; len(set) > 0 {
		out.text = join(set...) + " = " + out.text
	}
	return out, nil
}
