package weave

import (
	"go/ast"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// A new struct goes through a function on its way to where it is used:
//
//	&T{a: 1}         weaver_1(&T{a: 1})
//	T{a: 1}          weaver_2(T{a: 1})
//	[]T{{a: 1}}      []T{weaver_2(weaver_T3{a: 1})}      where weaver_T3 is an alias
//	[]*T{{a: 1}}     []*T{weaver_1(&weaver_T3{a: 1})}
//	new(T)           weaver_1(new(T))
//	var x, y T       var x, y T = weaver_2(weaver_T3{}), weaver_2(weaver_T3{})
//
// A package-level variable that is a struct is left as it is, and changed through its
// address; see [generator.variable]. The first of several rules is the outermost, so the
// hook of the last one runs first.

// literal weaves the rules on one new struct.
func (g *generator) literal(e *edits, sites []match.Site) error {
	n := sites[0]
	form := n.New.Form
	pointer := form == match.Address || form == match.ElidedAddress
	var adapters []string
	for _, s := range sites {
		a, err := g.newAdapter(s, pointer)
		if err != nil {
			return err
		}
		adapters = append(adapters, a)
	}
	open, closing := strings.Join(adapters, "(")+"(", strings.Repeat(")", len(adapters))
	switch form {
	case match.ElidedValue, match.ElidedAddress, match.Zero:
		t, err := g.spell(n.New.Type)
		if err != nil {
			return err
		}
		if pointer {
			open += "&"
		}
		open += g.alias(t)
	}
	if form == match.Zero {
		spec := n.Node.(*ast.ValueSpec)
		zero := open + "{}" + closing
		e.attach(spec.Type.End(), " = "+zero+strings.Repeat(", "+zero, len(spec.Names)-1))
		return nil
	}
	e.insert(n.Node.Pos(), open)
	e.attach(n.Node.End(), closing)
	return nil
}

// alias returns a name by which a splice can write the type that the generated file
// writes so.
func (g *generator) alias(t string) string {
	key := "alias " + t
	name, ok := g.shared[key]
	if !ok {
		name = g.name("T")
		g.shared[key] = name
		g.declare("type %s = %s\n", name, t)
	}
	return name
}

// newAdapter declares the function that a new struct, or a pointer to one, goes through.
func (g *generator) newAdapter(s match.Site, pointer bool) (string, error) {
	t, err := g.spell(s.New.Type)
	if err != nil {
		return "", err
	}
	given, made := g.local+"p0", g.local+"p1"
	v, addr := given, given
	if pointer {
		t = "*" + t
	} else if s.Rule.Advice == rule.Amend {
		addr = made
	}
	change, err := g.change(s, v, addr)
	if err != nil {
		return "", err
	}
	if addr == made {
		// A variable of its own, so that the one that is given escapes to the heap only
		// if there is a hook to call.
		change = made + " := &" + t + "{}\n\t\t*" + made + " = " + given + "\n\t\t" + change + "\n\t\treturn *" + made
	}
	body, err := g.whenReady(s, change, pointer && s.New.Later)
	if err != nil {
		return "", err
	}
	return g.adapter("new", "(%s %s) %s {\n%s\treturn %s\n}", given, t, t, body, given), nil
}
