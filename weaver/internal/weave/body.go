package weave

import (
	"fmt"
	"go/ast"
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
type names interface {
	of(rule.Item) string
}

// prologue returns the statements at the entry of a function for the rules Before,
// Check and Around.
//
//	a, b = weaver_before1(a, b);                                  Before
//	weaver_err2, weaver_failed2 := weaver_check1(a);              Check
//	if weaver_failed2 { err = weaver_err2; return };
//	a, weaver_end3 := weaver_around1(a);                          Around
//	defer weaver_exit1(weaver_end3, &err);
func (g *generator) prologue(sites []match.Site, n names) (string, error) {
	var b strings.Builder
	for _, s := range sites {
		adapter, exit, h, err := g.bodyAdapter(s)
		if err != nil {
			return "", err
		}
		var args, rets []string
		for _, p := range h.params {
			arg := n.of(p.item)
			if p.addr {
				arg = "&" + arg
			}
			args = append(args, arg)
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

// bodyAdapter declares the function that a splice calls: it calls the hook if that
// is initialised, and changes nothing if not; of an Around also the one for the exit.
func (g *generator) bodyAdapter(s match.Site) (adapter, exit string, h *spelledHook, err error) {
	if h, err = g.bodyHook(s, nil); err != nil {
		return "", "", nil, err
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
			return "", "", nil, err
		}
		errName, failed := g.local+"err", g.local+"failed"
		results = append(results, errName+" error", failed+" bool")
		last = append(last, errName)
		after = fmt.Sprintf("\t\t%s = %s != nil\n", failed, errName)
	case rule.Around:
		results = append(results, g.local+"end "+h.exit)
		last = append(last, g.local+"end")
		if exit, err = g.exitAdapter(s, h.exit); err != nil {
			return "", "", nil, err
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
	adapter = g.adapter(string(s.Rule.Advice), "(%s)%s {\n%s\tif %s {\n%s\t\t%s\n%s\t}\n%s}", h.paramList(), list, strings.Join(first, ""), h.ready, indented(h.first, 2), call, after, ret)
	return adapter, exit, h, nil
}

// A spelledHook is the hook of a body rule as the generated file knows it.
type spelledHook struct {
	name   string      // of the declaration that is linked to the hook
	ready  string      // the test that it may be called
	params []hookParam // of the adapter
	first  string      // statements that come before the call
	args   []string    // what the hook is called with
	rets   []string    // types of the items that the hook's results replace
	exit   string      // type of the exit function
}

// A hookParam is a parameter of an adapter, for which a splice passes an item.
type hookParam struct {
	name, typ string
	item      rule.Item
	addr      bool // the item's address
	boxed     bool // the item as any, whatever its type is
}

func (h *spelledHook) paramList() string {
	var out []string
	for _, p := range h.params {
		out = append(out, p.name+" "+p.typ)
	}
	return join(out...)
}

func (h *spelledHook) paramOf(i rule.Item) string {
	for _, p := range h.params {
		if p.item == i {
			return p.name
		}
	}
	panic(fmt.Sprintf("weave: %v is returned by a hook that does not take it", i))
}

// bodyHook declares the site's hook and spells its parameters and results. It is called
// by an adapter, or where in is not nil in a function with the items under these names.
func (g *generator) bodyHook(s match.Site, in names) (*spelledHook, error) {
	h := &spelledHook{}
	types, err := g.hookArgs(h, s, in)
	if err != nil {
		return nil, err
	}
	for _, r := range s.Binding.Rets {
		t, err := g.itemType(s, rule.Arg{Item: r})
		if err != nil {
			return nil, err
		}
		h.rets = append(h.rets, t)
	}
	results := h.rets[:len(h.rets):len(h.rets)]
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

// hookArgs sets what the hook is called with, and returns the types of that. What it
// takes comes first, since the values that it is given may be found there.
func (g *generator) hookArgs(h *spelledHook, s match.Site, in names) (types []string, err error) {
	n := len(s.Binding.Args)
	h.args, types = make([]string, n), make([]string, n)
	for i, a := range s.Binding.Args {
		if a.Given != "" {
			continue
		}
		if types[i], err = g.itemType(s, a); err != nil {
			return nil, err
		}
		h.args[i] = fmt.Sprintf("%sp%d", g.local, i)
		if in == nil {
			h.params = append(h.params, hookParam{name: h.args[i], typ: types[i], item: a.Item, addr: a.Addr})
			continue
		}
		h.args[i] = in.of(a.Item)
		if a.Addr {
			h.args[i] = "&" + h.args[i]
		}
	}
	for i, a := range s.Binding.Args {
		switch a.Given {
		case "":
		case rule.HookFuncType:
			types[i] = "*" + g.prefix + "Func"
			h.args[i], err = g.hookFunc(s)
		default:
			if types[i], err = g.givenType(a.Given); err != nil {
				return nil, err
			}
			h.args[i] = fmt.Sprintf("%sv%d", g.local, i)
			err = g.giveValues(h, s, in, g.data(s, a.Given), h.args[i])
		}
		if err != nil {
			return nil, err
		}
	}
	return types, nil
}

// funcType spells the type of an exit function or of the body as a function.
func (g *generator) funcType(s match.Site, b *rule.Binding) (string, error) {
	var in, out []string
	for _, a := range b.Args {
		t, err := g.argType(s, a)
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

// argType spells the type of what the argument is.
func (g *generator) argType(s match.Site, a rule.Arg) (string, error) {
	if a.Given != "" {
		return g.givenType(a.Given)
	}
	return g.itemType(s, a)
}

// itemType spells the type of an item of the site's function, as the hook gets it.
func (g *generator) itemType(s match.Site, a rule.Arg) (string, error) {
	t := match.ItemVar(s.Func, a.Item).Type()
	if match.HasTypeParam(t) {
		return "interface{}", nil
	}
	spelled, err := g.spell(t)
	if a.Addr {
		spelled = "*" + spelled
	}
	return spelled, err
}

// A function is the syntax of what a body is woven in: a declaration or a literal.
type function struct {
	recv *ast.FieldList // nil for a literal
	typ  *ast.FuncType
	body *ast.BlockStmt
}

func functionOf(s match.Site) *function {
	if s.Lit != nil {
		return &function{typ: s.Lit.Type, body: s.Lit.Body}
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
