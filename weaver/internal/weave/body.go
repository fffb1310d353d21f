package weave

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// body weaves the rules on one function's body. Those up to the last Enclose are
// woven into functions that take the original's name, the outermost first; the rest
// at the opening brace of the original.
func (g *generator) body(e *edits, sites []match.Site) error {
	inner := sites
	d := functionOf(sites[0])
	for i := len(sites) - 1; i >= 0; i-- {
		if sites[i].Rule.Advice == rule.Enclose {
			enclose := g.enclose
			if sites[0].Lit != nil {
				enclose = g.encloseLiteral
			}
			if err := enclose(e, sites[:i+1]); err != nil {
				return err
			}
			inner = sites[i+1:]
			break
		}
	}
	if len(inner) == 0 {
		return nil
	}
	text, err := g.prologue(inner, &declNames{g: g, e: e, decl: d})
	if err != nil {
		return err
	}
	e.insert(d.body.Lbrace+1, " "+text)
	return nil
}

// names gives the identifiers of a function's items where a splice stands.
type names interface{ of(rule.Item) string }

// prologue returns the statements at the entry of a function for the rules Before,
// Check and Around.
//
//	a, b = weaver_before1(a, b);                                  Before
//	weaver_err2, weaver_failed2 := weaver_check1(a);              Check
//	if weaver_failed2 { err = weaver_err2; return };
//	a, weaver_end3 := weaver_around1(a);                          Around
//	defer func() { err = weaver_exit1(weaver_end3, err) }();
func (g *generator) prologue(sites []match.Site, n names) (string, error) {
	var b strings.Builder
	for _, s := range sites {
		adapter, exit, err := g.bodyAdapter(s)
		if err != nil {
			return "", err
		}
		var args, rets []string
		for _, a := range s.Binding.Args {
			switch {
			case a.Func:
			case a.Addr:
				args = append(args, "&"+n.of(a.Item))
			default:
				args = append(args, n.of(a.Item))
			}
		}
		for _, r := range s.Binding.Rets {
			rets = append(rets, n.of(r))
		}
		call := adapter + "(" + join(args...) + ")"
		switch s.Rule.Advice {
		case rule.Before:
			if len(rets) > 0 {
				call = join(rets...) + " = " + call
			}
			b.WriteString(call + "; ")
		case rule.Check:
			err, failed := g.name("err"), g.name("failed")
			fmt.Fprintf(&b, "%s := %s; if %s { %s = %s; return }; ", join(append(rets, err, failed)...), call, failed, n.of(*s.Binding.Fail), err)
		case rule.Around:
			end := g.name("end")
			fmt.Fprintf(&b, "%s := %s; %s; ", join(append(rets, end)...), call, exitCall(exit, end, s.Binding.Exit, n))
		}
	}
	return b.String(), nil
}

// exitCall returns the statement that defers the exit function.
func exitCall(adapter, end string, exit *rule.Binding, n names) string {
	args, rets := []string{end}, []string(nil)
	for _, a := range exit.Args {
		args = append(args, n.of(a.Item))
	}
	for _, r := range exit.Rets {
		rets = append(rets, n.of(r))
	}
	call := adapter + "(" + join(args...) + ")"
	switch {
	case len(exit.Args) == 0:
		return "defer " + call
	case len(rets) > 0:
		call = join(rets...) + " = " + call
	}
	return "defer func() { " + call + " }()"
}

// bodyAdapter declares the function that a splice calls: it calls the hook if that
// is initialised, and changes nothing if not; of an Around also the one for the exit.
func (g *generator) bodyAdapter(s match.Site) (adapter, exit string, err error) {
	h, err := g.bodyHook(s)
	if err != nil {
		return "", "", err
	}
	var results, first, last []string // named results; what they start as; what the hook sets
	for i, r := range s.Binding.Rets {
		res := fmt.Sprintf("%sr%d", g.local, i)
		results = append(results, res+" "+h.rets[i])
		first = append(first, fmt.Sprintf("\t%s = %s\n", res, h.paramOf(r)))
		last = append(last, res)
	}
	after := ""
	switch s.Rule.Advice {
	case rule.Check:
		if err := g.predeclared("nil", "bool", "error"); err != nil {
			return "", "", err
		}
		errName, failed := g.local+"err", g.local+"failed"
		results = append(results, errName+" error", failed+" bool")
		last = append(last, errName)
		after = fmt.Sprintf("\t\t%s = %s != nil\n", failed, errName)
	case rule.Around:
		results = append(results, g.local+"end "+h.exit)
		last = append(last, g.local+"end")
		if exit, err = g.exitAdapter(s, h.exit); err != nil {
			return "", "", err
		}
	}
	call := h.name + "(" + join(h.args...) + ")"
	ret := ""
	if len(last) > 0 {
		call, ret = join(last...)+" = "+call, "\treturn\n"
	}
	list := ""
	if len(results) > 0 {
		list = " (" + join(results...) + ")"
	}
	adapter = g.adapter(string(s.Rule.Advice), "(%s)%s {\n%s\tif %s {\n\t\t%s\n%s\t}\n%s}", join(h.params...), list, strings.Join(first, ""), h.ready, call, after, ret)
	return adapter, exit, nil
}

// exitAdapter declares the function that calls the exit function, unless it is nil,
// with the results.
func (g *generator) exitAdapter(s match.Site, exitType string) (string, error) {
	if err := g.predeclared("nil"); err != nil {
		return "", err
	}
	end := g.local + "end"
	params, args := []string{end + " " + exitType}, []string(nil)
	for i, a := range s.Binding.Exit.Args {
		t, err := g.itemType(s, a)
		if err != nil {
			return "", err
		}
		p := fmt.Sprintf("%sp%d", g.local, i)
		params, args = append(params, p+" "+t), append(args, p)
	}
	var results, set []string
	first := ""
	for i, r := range s.Binding.Exit.Rets {
		t, err := g.itemType(s, rule.Arg{Item: r})
		if err != nil {
			return "", err
		}
		res := fmt.Sprintf("%sr%d", g.local, i)
		results, set = append(results, res+" "+t), append(set, res)
		for j, a := range s.Binding.Exit.Args {
			if a.Item == r {
				first += fmt.Sprintf("\t%s = %sp%d\n", res, g.local, j)
			}
		}
	}
	call, list, ret := end+"("+join(args...)+")", "", ""
	if len(set) > 0 {
		call, list, ret = join(set...)+" = "+call, " ("+join(results...)+")", "\treturn\n"
	}
	return g.adapter("exit", "(%s)%s {\n%s\tif %s != nil {\n\t\t%s\n\t}\n%s}", join(params...), list, first, end, call, ret), nil
}

// A spelledHook is the hook of a body rule as the generated file knows it.
type spelledHook struct {
	name   string   // of the declaration that is linked to the hook
	ready  string   // the test that it may be called
	params []string // of the adapter: name and type of each item that the hook takes
	args   []string // what the adapter hands to the hook
	rets   []string // types of the items that the hook's results replace
	exit   string   // type of the exit function

	items []rule.Item // what params are
}

func (h *spelledHook) paramOf(i rule.Item) string {
	for k, it := range h.items {
		if it == i {
			name, _, _ := strings.Cut(h.params[k], " ")
			return name
		}
	}
	panic(fmt.Sprintf("weave: %v is returned by a hook that does not take it", i))
}

// bodyHook declares the site's hook and spells its parameters and results.
func (g *generator) bodyHook(s match.Site) (*spelledHook, error) {
	h := &spelledHook{}
	var types []string
	for i, a := range s.Binding.Args {
		if a.Func {
			f, err := g.hookFunc(s)
			if err != nil {
				return nil, err
			}
			h.args, types = append(h.args, f), append(types, "*"+g.prefix+"Func")
			continue
		}
		t, err := g.itemType(s, a)
		if err != nil {
			return nil, err
		}
		p := fmt.Sprintf("%sp%d", g.local, i)
		h.params, h.args, h.items = append(h.params, p+" "+t), append(h.args, p), append(h.items, a.Item)
		types = append(types, t)
	}
	for _, r := range s.Binding.Rets {
		t, err := g.itemType(s, rule.Arg{Item: r})
		if err != nil {
			return nil, err
		}
		h.rets = append(h.rets, t)
	}
	results := h.rets[:len(h.rets):len(h.rets)]
	var err error
	switch s.Rule.Advice {
	case rule.Check:
		err = g.predeclared("error")
		results = append(results, "error")
	case rule.Around:
		h.exit, err = g.funcType(s, s.Binding.Exit)
		results = append(results, h.exit)
	case rule.Enclose:
		var body string
		body, err = g.funcType(s, s.Binding.Body)
		types = append(types, body)
	}
	if err != nil {
		return nil, err
	}
	h.name = g.hook(s.Rule.Hook, "("+join(types...)+")"+parens(results))
	h.ready, err = g.isReady(s.Rule.Hook.Pkg)
	return h, err
}

// funcType spells the type of an exit function or of the body as a function.
func (g *generator) funcType(s match.Site, b *rule.Binding) (string, error) {
	var in, out []string
	for _, a := range b.Args {
		t, err := g.itemType(s, a)
		if err != nil {
			return "", err
		}
		in = append(in, t)
	}
	for _, r := range b.Rets {
		t, err := g.itemType(s, rule.Arg{Item: r})
		if err != nil {
			return "", err
		}
		out = append(out, t)
	}
	return "func(" + join(in...) + ")" + parens(out), nil
}

// itemType spells the type of an item of the site's function, as the hook gets it.
func (g *generator) itemType(s match.Site, a rule.Arg) (string, error) {
	t := itemVar(s.Func, a.Item).Type()
	if match.HasTypeParam(t) {
		return "interface{}", nil
	}
	spelled, err := g.spell(t)
	if a.Addr {
		spelled = "*" + spelled
	}
	return spelled, err
}

func itemVar(f *types.Func, i rule.Item) *types.Var {
	sig := f.Signature()
	switch i.Kind {
	case rule.Recv:
		return sig.Recv()
	case rule.Param:
		return sig.Params().At(i.Index)
	}
	return sig.Results().At(i.Index)
}

// A function is the syntax of what a body is woven in: a declaration or a literal.
type function struct {
	recv *ast.FieldList // nil for a literal
	typ  *ast.FuncType
	body *ast.BlockStmt
}

func functionOf(s match.Site) *function {
	if s.Lit != nil {
		return &function{nil, s.Lit.Type, s.Lit.Body}
	}
	return &function{s.Decl.Recv, s.Decl.Type, s.Decl.Body}
}

// declNames are the names of a function's items where it is written; what has none is
// given one.
type declNames struct {
	g     *generator
	e     *edits
	decl  *function
	given map[string][]string // kind → names, once they are made sure of
}

func (n *declNames) of(i rule.Item) string {
	if n.given == nil {
		n.given = map[string][]string{}
	}
	if n.given[i.Kind] == nil {
		list := map[string]*ast.FieldList{rule.Recv: n.decl.recv, rule.Param: n.decl.typ.Params, rule.Result: n.decl.typ.Results}[i.Kind]
		n.given[i.Kind] = n.nameAll(i.Kind, list)
	}
	return n.given[i.Kind][i.Index]
}

// nameAll returns the names in the list, after it has named what is unnamed or blank.
// Go allows either all or none of a list to be named.
func (n *declNames) nameAll(kind string, list *ast.FieldList) []string {
	var out []string
	fresh := func() string {
		name := fmt.Sprintf("%s%s%d", n.g.prefix, kind, len(out))
		out = append(out, name)
		return name
	}
	if !list.Opening.IsValid() {
		n.e.insert(list.Pos(), "(")
	}
	for _, f := range list.List {
		if len(f.Names) == 0 {
			n.e.insert(f.Type.Pos(), fresh()+" ")
		}
		for _, id := range f.Names {
			if id.Name != "_" {
				out = append(out, id.Name)
				continue
			}
			n.e.replace(id.Pos(), len("_"), fresh())
		}
	}
	if !list.Opening.IsValid() {
		n.e.attach(list.End(), ")")
	}
	return out
}
