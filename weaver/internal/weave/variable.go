package weave

import (
	"fmt"
	"go/constant"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// A variable is changed by a blank one of the generated file, which is initialised by a
// function that refers to the variable:
//
//	var _ = weaver_var1()
//	func weaver_var1() struct{} { version = "1.2.3"; return struct{}{} }
//
// So it comes after the variable, and before all that is initialised with it: of the
// variables that could be initialised next the compiler takes the one that is declared
// first, and the generated file is the first of the package. The user's line is left as
// it is, and what the linker puts into data stays there.
//
// A constant has to be declared with its value. What it was is kept, so that imports
// stay used:
//
//	const version, _ = weaver_const1, "dev"

// variable weaves the rules on one package-level variable; the last one's change is made
// first.
func (g *generator) variable(sites []match.Site) error {
	name := sites[0].Var.Name()
	var changes []string
	for i := len(sites) - 1; i >= 0; i-- {
		s := sites[i]
		if s.Rule.Advice == rule.Set {
			changes = append(changes, fmt.Sprintf("\t%s = %s\n", name, constantText(s.Rule.Value, s.Var.Type())))
			continue
		}
		change, err := g.change(s, name, "&"+name)
		if err != nil {
			return err
		}
		if change, err = g.whenReady(s, change, true); err != nil {
			return err
		}
		changes = append(changes, change)
	}
	f := g.adapter("var", "() struct{} {\n%s\treturn struct{}{}\n}", strings.Join(changes, ""))
	g.first = true
	g.declare("var _ = %s()\n", f)
	return nil
}

// constant weaves the first of the rules on a constant, which is the outermost.
func (g *generator) constant(e *edits, s match.Site) error {
	c, text := s.Const, constantText(s.Rule.Value, s.Const.Type())
	t := ""
	if b, ok := c.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
		spelled, err := g.spell(c.Type())
		if err != nil {
			return err
		}
		t = " " + spelled
	}
	name := g.name("const")
	g.declare("const %s%s = %s\n", name, t, text)
	g.consts = append(g.consts, s)
	e.attach(s.Node.End(), ", _")
	e.insert(c.Value.Pos(), name+", ")
	return nil
}

// constantText returns the constant as an expression that can be assigned to a variable
// of that type, and that is of that type if it is an untyped one. It uses no name.
func constantText(o *rule.Option, t types.Type) string {
	b := t.Underlying().(*types.Basic)
	switch o.Kind {
	case "string":
		return o.Text
	case "bool":
		return map[string]string{"true": "0 == 0", "false": "0 != 0"}[o.Text]
	}
	text := o.Text
	if b.Info()&types.IsInteger != 0 {
		text = constant.ToInt(match.Number(o)).ExactString()
	}
	// An untyped constant has a kind, too, which decides what a variable gets for a type.
	switch b.Kind() {
	case types.UntypedRune:
		return text + " + 0*'0'"
	case types.UntypedFloat:
		return text + " + 0.0"
	case types.UntypedComplex:
		return text + " + 0i"
	}
	return text
}
