package match

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// Package-level variables and constants.

// A Const is the place where a constant is declared; the site's node is its name.
type Const struct {
	*types.Const
	Value ast.Expr // what it is declared to be
}

// variables finds the variables and constants in the file that the rules are about.
func (m *matcher) variables(file *source.File, rules []*rule.Rule) {
	for _, d := range file.AST.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR && g.Tok != token.CONST {
			continue
		}
		for i, s := range g.Specs {
			s := s.(*ast.ValueSpec)
			for j, name := range s.Names {
				for _, r := range rules {
					if r.Target.Name != name.Name {
						if m.traced(name) {
							m.refuse(r, name, otherThing(r, name))
						}
						continue
					}
					m.matched = append(m.matched, r)
					if !m.holds(r, name, file) {
						continue
					}
					site := Site{Rule: r, File: file, Node: name}
					if g.Tok == token.CONST {
						m.constant(site, g, i, j)
					} else {
						m.variable(site, g, s, name)
					}
				}
			}
		}
	}
}

func (m *matcher) variable(s Site, g *ast.GenDecl, spec *ast.ValueSpec, name *ast.Ident) {
	v, ok := m.pkg.Info.Defs[name].(*types.Var)
	if !ok {
		return
	}
	r := s.Rule
	if why := outside(s.File.AST, name.Name, g.Doc, spec.Doc); why != "" {
		m.find(r, name, r.Subject()+" "+why)
		return
	}
	var err error
	if r.Advice == rule.Set {
		err = m.settable(r, v.Type())
	} else {
		err = rule.BindValue(r.Advice, r.Hook.Short(), r.HookSig, r.Subject(), typeString(v.Type()))
	}
	if err != nil {
		m.mismatched(r, name, err)
		return
	}
	s.Var = v
	m.sites = append(m.sites, s)
}

// outside returns what gives the variable its value instead of the program, or "".
func outside(f *ast.File, name string, docs ...*ast.CommentGroup) string {
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return "has the content of a file, by //go:embed; embed another file"
			}
		}
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if args := strings.Fields(c.Text); len(args) == 3 && args[0] == "//go:linkname" && args[1] == name {
				return "is a variable of another package, by //go:linkname; name that one"
			}
		}
	}
	return ""
}

func (m *matcher) constant(s Site, g *ast.GenDecl, i, j int) {
	r, spec := s.Rule, g.Specs[i].(*ast.ValueSpec)
	c, ok := m.pkg.Info.Defs[spec.Names[j]].(*types.Const)
	if !ok {
		return
	}
	at := spec.Names[j]
	switch {
	case r.Advice == rule.Wrap:
		m.mismatched(r, at, fmt.Errorf("%s is a constant, so there is nothing to wrap when the program runs; use Set", r.Subject()))
		return
	case len(spec.Values) == 0:
		m.find(r, at, r.Subject()+" repeats the expression of the constant above it, so it can not be set alone; write its value out, or set a variable")
		return
	case i+1 < len(g.Specs) && len(g.Specs[i+1].(*ast.ValueSpec).Values) == 0:
		m.find(r, at, r.Subject()+" has an expression that the constants below it repeat, so it can not be set alone; write their values out, or set a variable")
		return
	}
	if err := m.settable(r, c.Type()); err != nil {
		m.mismatched(r, at, err)
		return
	}
	s.Const = &Const{c, spec.Values[j]}
	m.sites = append(m.sites, s)
}

// Unfit returns the mistake that the package does not compile, for that reason, with the
// constant that the site's rule sets.
func Unfit(p *source.Package, s Site, why error) *MismatchError {
	m := &matcher{pkg: p}
	return m.mismatch(s.Rule, s.Node.Pos(), fmt.Errorf("the package does not compile if %s is %s: %w; set it to another value", s.Rule.Subject(), s.Rule.Value.Text, why))
}

// settable returns why the rule's value can not be given to what has that type.
func (m *matcher) settable(r *rule.Rule, t types.Type) error {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return fmt.Errorf("%s is of type %s, which no constant is; use Wrap", r.Subject(), rule.Pretty(typeString(t)))
	}
	if err := m.representable(r.Value, b); err != nil {
		return fmt.Errorf("%s is of type %s, and %s %w; give Set a value of that type", r.Subject(), rule.Pretty(typeString(t)), r.Value.Text, err)
	}
	return nil
}

// representable returns why the constant is not one of that type.
func (m *matcher) representable(o *rule.Option, b *types.Basic) error {
	errKind := errors.New("is none")
	switch info := b.Info(); {
	case o.Kind == "string" && info&types.IsString != 0, o.Kind == "bool" && info&types.IsBoolean != 0:
		return nil
	case o.Kind == "string", o.Kind == "bool", info&types.IsNumeric == 0:
		return errKind
	}
	v := Number(o)
	switch info := b.Info(); {
	case info&types.IsInteger != 0:
		i := constant.ToInt(v)
		if i.Kind() != constant.Int {
			return errKind
		}
		if info&types.IsUntyped != 0 {
			return nil
		}
		bits := int(m.pkg.Sizes.Sizeof(b)) * 8
		if info&types.IsUnsigned == 0 {
			bits--
		}
		if constant.Sign(i) < 0 {
			if info&types.IsUnsigned != 0 {
				return errors.New("does not fit it")
			}
			i = constant.BinaryOp(constant.UnaryOp(token.SUB, i, 0), token.SUB, constant.MakeInt64(1))
		}
		if constant.BitLen(i) > bits {
			return errors.New("does not fit it")
		}
	case b.Kind() == types.Float32 || b.Kind() == types.Complex64:
		if f, _ := constant.Float32Val(v); f-f != 0 {
			return errors.New("does not fit it")
		}
	}
	return nil
}

// Number returns the value of a constant that is a number.
func Number(o *rule.Option) constant.Value {
	text, negative := strings.CutPrefix(o.Text, "-")
	tok := token.INT
	if strings.ContainsAny(text, ".e") {
		tok = token.FLOAT
	}
	v := constant.MakeFromLiteral(text, tok, 0)
	if negative {
		v = constant.UnaryOp(token.SUB, v, 0)
	}
	return v
}
