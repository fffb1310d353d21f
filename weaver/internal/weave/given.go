package weave

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// What weaver gives to hooks beside items: hook.Params and hook.Captured, which are
// made of values at entry, and hook.Exit and hook.Panic at the end. Like hook.Func they
// are mirrored by layout in the generated file.
//
//	func weaver_before4(p0 string, p1 *Order) {
//		if weaver_ready2() {
//			v0 := weaver_Values{about: weaver_about3[:]}
//			v0.first[0].text = string(p0)
//			if p1 != nil {
//				v0.first[1].num = uint64(p1.ID)
//			} else {
//				v0.first[1].absent = true
//			}
//			weaver_hook1(v0)
//		}
//	}

// given is what the generated file has of these.
type given struct {
	values bool   // the mirror of hook.Values is needed
	panics bool   // the mirror of hook.Panic is needed
	how    string // name of the function that tells how another one ends
}

// The kinds of a hook.Value, and what hook.how returns.
//
// Source: instrument/hook, which this package must not import; a test holds them
// against it.
const (
	kindBool    = 1
	kindInt64   = 2
	kindUint64  = 3
	kindFloat64 = 4
	kindString  = 5
	kindAny     = 6

	panicked = 1
)

const (
	inPlace   = 4 // values that hook.Values has a place for
	howSymbol = "github.com/goweaver/weaver/instrument/hook.how"
)

// mirrors returns the declarations of the mirrored types.
func (v *given) mirrors(prefix string) string {
	text := ""
	if v.values {
		text += strings.ReplaceAll(`
// WValues mirrors hook.Params and hook.Captured.
type WValues struct {
	about []WAbout
	first [4]WCell
	more  []WCell
}

type WAbout struct {
	key  string
	typ  string
	kind uint8
}

type WCell struct {
	num    uint64
	float  float64
	text   string
	boxed  interface{}
	absent bool
}
`, "W", prefix)
	}
	if v.panics {
		text += fmt.Sprintf("\n// %sPanic mirrors hook.Panic.\ntype %[1]sPanic struct {\n\tValue interface{}\n}\n", prefix)
	}
	return text
}

// givenType returns the mirror of a type that weaver gives.
func (g *generator) givenType(t rule.Type) (string, error) {
	switch t {
	case rule.HookParamsType, rule.HookCapturedType:
		g.given.values = true
		return g.prefix + "Values", g.predeclared("string", "bool", "uint8", "uint64", "float64")
	case rule.HookExitType:
		return "uint8", g.predeclared("uint8")
	case rule.HookPanicType:
		g.given.panics = true
		return g.prefix + "Panic", nil
	}
	panic(fmt.Sprintf("weave: nothing of type %s is given", t))
}

// A datum is one of the values that a hook is given as data.
type datum struct {
	key   string
	root  rule.Item
	path  []*types.Var // fields behind the root
	typ   types.Type
	kind  int
	boxed bool // the root itself, as any

	rootType types.Type
}

// data returns the values that the type stands for at the site. A value of a basic type
// that can not be named here, since a function declares it, is handed over whole.
func (g *generator) data(s match.Site, t rule.Type) []datum {
	var out []datum
	add := func(key string, root rule.Item, path []*types.Var, typ types.Type) {
		d := datum{key: key, root: root, path: path, typ: typ, kind: kindOf(typ), rootType: match.ItemVar(s.Func, root).Type()}
		if len(path) == 0 && d.kind != kindAny {
			if _, err := g.spell(typ); err != nil {
				d.kind = kindAny
			}
		}
		d.boxed = len(path) == 0 && d.kind == kindAny
		out = append(out, d)
	}
	if t == rule.HookCapturedType {
		for _, c := range s.Captured {
			add(c.Selector, c.Root, c.Path, c.Type)
		}
		return out
	}
	for i := range s.Func.Signature().Params().Len() {
		p := s.Func.Signature().Params().At(i)
		key := p.Name()
		if key == "_" {
			key = ""
		}
		add(key, rule.Item{Kind: rule.Param, Index: i}, nil, p.Type())
	}
	return out
}

// kindOf returns how a value of the type is held. A type that has methods is more than
// the basic type below it, which is why a hook is given the value itself.
func kindOf(t types.Type) int {
	b, ok := t.Underlying().(*types.Basic)
	if !ok || match.HasTypeParam(t) || types.NewMethodSet(types.NewPointer(t)).Len() > 0 {
		return kindAny
	}
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return kindBool
	case info&types.IsString != 0:
		return kindString
	case info&types.IsUnsigned != 0:
		return kindUint64
	case info&types.IsInteger != 0:
		return kindInt64
	case info&types.IsFloat != 0:
		return kindFloat64
	}
	return kindAny // a complex number, or an unsafe.Pointer
}

// giveValues adds to the hook what makes the variable, of which the values are those.
func (g *generator) giveValues(h *spelledHook, s match.Site, in names, all []datum, variable string) error {
	var exprs []string
	for _, d := range all {
		if in != nil {
			exprs = append(exprs, in.of(d.root))
			continue
		}
		name, err := g.rootParam(h, s, d)
		if err != nil {
			return err
		}
		exprs = append(exprs, name)
	}
	text, err := g.values(all, variable, exprs)
	h.first += text
	return err
}

// rootParam returns the adapter's parameter for the root of the value, and adds one if
// there is none.
func (g *generator) rootParam(h *spelledHook, s match.Site, d datum) (string, error) {
	for _, p := range h.params {
		if p.item == d.root && !p.addr && (d.boxed || !p.boxed) {
			return p.name, nil
		}
	}
	// Those before have the numbers of the hook's parameters.
	p := hookParam{name: fmt.Sprintf("%sp%d", g.local, len(s.Binding.Args)+len(h.params)), typ: "interface{}", item: d.root, boxed: d.boxed}
	if !d.boxed {
		var err error
		if p.typ, err = g.spell(d.rootType); err != nil {
			return "", err
		}
	}
	h.params = append(h.params, p)
	return p.name, nil
}

// values declares what the source says of the values, and returns the statements that
// make a variable of that name. exprs are the roots of the values.
func (g *generator) values(all []datum, variable string, exprs []string) (string, error) {
	var about []string
	for _, d := range all {
		about = append(about, fmt.Sprintf("{%q, %q, %d}", d.key, types.TypeString(d.typ, nil), d.kind))
	}
	first := fmt.Sprintf("%s := %sValues{}\n", variable, g.prefix)
	if len(all) > 0 {
		lit := fmt.Sprintf("[%d]%sAbout{%s}", len(all), g.prefix, strings.Join(about, ", "))
		first = fmt.Sprintf("%s := %sValues{about: %s[:]}\n", variable, g.prefix, g.static("about", lit))
	}
	var b strings.Builder
	b.WriteString(first)
	if more := len(all) - inPlace; more > 0 {
		fmt.Fprintf(&b, "%s.more = []%sCell{%s}\n", variable, g.prefix, strings.TrimSuffix(strings.Repeat("{}, ", more), ", "))
	}
	for i, d := range all {
		cell := fmt.Sprintf("%s.first[%d]", variable, i)
		if i >= inPlace {
			cell = fmt.Sprintf("%s.more[%d]", variable, i-inPlace)
		}
		text, err := g.cell(d, cell, exprs[i])
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// cell returns the statements that fill the cell with the value. Behind a nil pointer
// there is none.
func (g *generator) cell(d datum, cell, expr string) (string, error) {
	var there []string
	t := d.rootType
	for _, f := range d.path {
		if _, pointer := t.Underlying().(*types.Pointer); pointer {
			there = append(there, expr+" != nil")
		}
		expr, t = expr+"."+f.Name(), f.Type()
	}
	set := cell + map[int]string{
		kindBool: ".num = 1", kindInt64: ".num = uint64(" + expr + ")", kindUint64: ".num = uint64(" + expr + ")",
		kindFloat64: ".float = float64(" + expr + ")", kindString: ".text = string(" + expr + ")", kindAny: ".boxed = " + expr,
	}[d.kind] + "\n"
	if d.kind == kindBool {
		set = "if " + expr + " {\n" + set + "}\n"
	}
	if len(there) == 0 {
		return set, nil
	}
	set = fmt.Sprintf("if %s {\n%s} else {\n%s.absent = true\n}\n", strings.Join(there, " && "), set, cell)
	return set, g.predeclared("nil", "true")
}

// indented returns the statements, indented as in n blocks.
func indented(statements string, n int) string {
	var b strings.Builder
	for line := range strings.Lines(statements) {
		line = strings.TrimLeft(line, "\t")
		if strings.HasPrefix(line, "}") {
			n--
		}
		b.WriteString(strings.Repeat("\t", n) + line)
		if strings.HasSuffix(line, "{\n") {
			n++
		}
	}
	return b.String()
}

// ends reports what an exit function takes of how the function ended.
func ends(exit *rule.Binding) (how, value bool) {
	for _, a := range exit.Args {
		how = how || a.Given == rule.HookExitType
		value = value || a.Given == rule.HookPanicType
	}
	return how, value
}

// howEnded returns the call that tells how the function ends which defers the one that
// the call stands in.
func (g *generator) howEnded() string {
	if g.given.how == "" {
		g.given.how = g.name("how")
		g.declare("//go:linkname %s %s\nfunc %[1]s() uint8\n", g.given.how, howSymbol)
	}
	return g.given.how + "()"
}
