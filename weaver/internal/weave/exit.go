package weave

import (
	"fmt"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// The end of a function: its exit functions are deferred, in the order of the rules, so
// that the first rule's runs last. None of them recovers, but where the hook asks for a
// hook.Panic and has returned an exit function; then the adapter panics anew.
//
//	func weaver_exit2(end func(weaver_Panic, error) error, value interface{}, p1 error) (r0 error) {
//		r0 = p1
//		how := uint8(1)
//		if value == nil {
//			how = weaver_how1()
//		}
//		r0 = end(weaver_Panic{value}, p1)
//		if how == 1 {
//			panic(value)
//		}
//		return
//	}
//
// A nil value is what recover returns of a panic, too, under GODEBUG=panicnil=1, so that
// the way in which the function ends has to be asked for.

// exitCall returns the statement that defers the exit function. One that takes a
// hook.Panic needs a literal that recovers, if the function is not nil:
//
//	defer func() { if weaver_live1(weaver_end3) { err = weaver_exit2(weaver_end3, recover(), err) } }()
func (g *generator) exitCall(adapter, end, exitType string, exit *rule.Binding, n names) (string, error) {
	_, value := ends(exit)
	args, rets := []string{end}, []string(nil)
	if value {
		args = append(args, "recover()")
	}
	for _, a := range exit.Args {
		if a.Given == "" {
			args = append(args, n.of(a.Item))
		}
	}
	for _, r := range exit.Rets {
		rets = append(rets, n.of(r))
	}
	call := adapter + "(" + join(args...) + ")"
	if len(exit.Args) == 0 {
		return "defer " + call, nil
	}
	if len(rets) > 0 {
		call = join(rets...) + " = " + call
	}
	if value {
		if err := n.predeclared("recover"); err != nil {
			return "", err
		}
		call = "if " + g.live(exitType) + "(" + end + ") { " + call + " }"
	}
	return "defer func() { " + call + " }()", nil
}

// exitAdapter declares the function that calls the exit function, unless it is nil,
// with the results.
func (g *generator) exitAdapter(s match.Site, exitType string) (string, error) {
	if err := g.predeclared("nil"); err != nil {
		return "", err
	}
	how, value := ends(s.Binding.Exit)
	a := &exitParts{end: g.local + "end"}
	a.params = []string{a.end + " " + exitType}
	if value {
		a.params = append(a.params, g.local+"value interface{}")
	}
	if err := g.exitItems(a, s); err != nil {
		return "", err
	}
	call, list, ret := a.end+"("+join(a.args...)+")", "", ""
	if len(a.set) > 0 {
		call, list, ret = join(a.set...)+" = "+call, " ("+join(a.results...)+")", "\treturn\n"
	}
	statements := call + "\n"
	switch howName, valueName := g.local+"how", g.local+"value"; {
	case value:
		if err := g.predeclared("uint8", "panic"); err != nil {
			return "", err
		}
		statements = fmt.Sprintf("%s := uint8(%d)\nif %s == nil {\n%[1]s = %[4]s\n}\n%sif %[1]s == %[2]d {\npanic(%[3]s)\n}\n",
			howName, panicked, valueName, g.howEnded(), statements)
	case how:
		statements = fmt.Sprintf("%s := %s\n%s", howName, g.howEnded(), statements)
	}
	return g.adapter("exit", "(%s)%s {\n%s\tif %s != nil {\n%s\t}\n%s}", join(a.params...), list, a.first, a.end, indented(statements, 2), ret), nil
}

// The exitParts are those of an adapter.
type exitParts struct {
	end     string   // the exit function
	params  []string // name and type
	args    []string // what the exit function is called with
	results []string // name and type
	set     []string // names of the results
	first   string   // statements that set the results as they are
}

// exitItems adds to the adapter what the exit function takes and returns.
func (g *generator) exitItems(a *exitParts, s match.Site) error {
	for i, arg := range s.Binding.Exit.Args {
		switch arg.Given {
		case rule.HookExitType:
			a.args = append(a.args, g.local+"how")
			continue
		case rule.HookPanicType:
			a.args = append(a.args, g.prefix+"Panic{"+g.local+"value}")
			continue
		}
		t, err := g.itemType(s, arg)
		if err != nil {
			return err
		}
		p := fmt.Sprintf("%sp%d", g.local, i)
		a.params, a.args = append(a.params, p+" "+t), append(a.args, p)
	}
	for i, r := range s.Binding.Exit.Rets {
		t, err := g.itemType(s, rule.Arg{Item: r})
		if err != nil {
			return err
		}
		res := fmt.Sprintf("%sr%d", g.local, i)
		a.results, a.set = append(a.results, res+" "+t), append(a.set, res)
		for j, arg := range s.Binding.Exit.Args {
			if arg.Given == "" && arg.Item == r {
				a.first += fmt.Sprintf("\t%s = %sp%d\n", res, g.local, j)
			}
		}
	}
	return nil
}
