package instrument

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// How rules are described and checked whose join point is no function: new structs,
// struct definitions, variables and packages.

// A part is what such a rule is declared with.
type part struct {
	typ      reflect.Type // the struct, where it is given by value
	field    *StructField
	value    *constant
	file     *rule.File
	imported string
}

// isPart reports whether the rule is about something else than a function. The join
// point is empty where it is a zero value.
func isPart(advice, point rule.Kind) bool {
	switch point {
	case rule.Literal, rule.Struct, rule.Variable, rule.Package:
		return true
	case "":
		return slices.Contains([]rule.Kind{rule.Amend, rule.Set, rule.Add, rule.AddFile, rule.Import}, advice)
	}
	return false
}

// describePart describes the rule, and takes down all that is wrong with it.
func (r Rule) describePart(d *description) {
	switch {
	case r.point == "":
		d.mistaken(r.advised, errors.New("the join point is zero; make it with a function such as LiteralOf, StructOf, VarNamed or PackageNamed"))
	case r.part.typ != nil:
		d.mistaken(r.pos, d.structType(r.part.typ))
	default:
		d.mistaken(r.pos, d.partNamed(fmt.Sprint(r.target)))
	}
	if f := r.part.field; f != nil {
		at := r.pos
		if r.advice == rule.Add {
			at = r.advised
		}
		d.mistaken(at, d.field(r.part.typ, f))
	}
	switch r.advice {
	case rule.Wrap, rule.Amend:
		d.mistaken(r.advised, d.hook(r.hook))
		if len(d.mistakes) == 0 {
			bare := d.rule
			d.mistaken(r.advised, bare.Fits())
		}
	case rule.Set:
		o, found := constantOf(r.part.value.value)
		if found != "" {
			d.mistaken(r.advised, fmt.Errorf("Set has %s, which is no constant; give a string, a boolean or a finite number that fits int64 or float64, or use Wrap", found))
		}
		d.rule.Value = &o
	case rule.AddFile:
		d.addFile(r.part.file, r.advised)
	case rule.Import:
		d.mistaken(r.advised, d.imports(r.part.imported))
	}
	d.options(r)
}

// options describes what With gave, and refuses what Take did.
func (d *description) options(r Rule) {
	for _, c := range r.options {
		o, err := c.describe()
		d.mistaken(c.pos, err)
		if c.key != "" && r.hook == nil {
			d.mistaken(c.pos, fmt.Errorf("there is no hook to give %q to; drop the With", c.key))
		} else if c.key != "" {
			d.mistaken(c.pos, d.rule.OptionFits(c.key))
		}
		d.rule.Options = append(d.rule.Options, o)
	}
	d.limited(r)
	if r.taken.known() {
		d.mistaken(r.taken, errors.New("Take binds to the items of a body, and this rule is on none; drop it"))
	}
}

// partNamed sets the target to what has that name.
func (d *description) partNamed(name string) error {
	if d.rule.Point == rule.Package {
		d.rule.Target = &rule.Func{Pkg: name}
		return rule.ParsePackage(name)
	}
	parse := rule.ParseTypeName
	if d.rule.Point == rule.Variable {
		parse = rule.ParseVariable
	}
	f, err := parse(name)
	d.rule.Target = &f
	return err
}

// structType sets the target to the struct type t.
func (d *description) structType(t reflect.Type) error {
	byName := "StructNamed"
	if d.rule.Point == rule.Literal {
		byName = "FieldNamed or LiteralNamed"
	}
	d.rule.Target = &rule.Func{}
	switch {
	case t.Kind() == reflect.Pointer:
		return fmt.Errorf("the type %v is a pointer; name the struct type itself", t)
	case t.Kind() != reflect.Struct:
		return fmt.Errorf("the type %v is no struct; name a struct type", t)
	case t.Name() == "":
		return fmt.Errorf("the type %v has no name to find it by; name a declared struct type", t)
	case t.PkgPath() == "main":
		return fmt.Errorf("the type %v is of the registration file, which is no part of the program; use %s for one of the program's", t, byName)
	}
	spelled, err := typeString(t)
	if err != nil {
		return err
	}
	name, _, generic := strings.Cut(t.Name(), "[")
	d.rule.Target = &rule.Func{Pkg: t.PkgPath(), Name: name}
	if d.rule.Point == rule.Struct {
		if generic {
			return fmt.Errorf("the type %v is an instance, and a definition has all of them; use StructNamed(%q)", t, t.PkgPath()+"."+name)
		}
		return addable(t)
	}
	d.rule.Type = spelled
	return nil
}

// addable returns why no field can be added to the struct t, as far as it tells itself.
func addable(t reflect.Type) error {
	hidden := false
	for i := range t.NumField() {
		hidden = hidden || !t.Field(i).IsExported()
	}
	switch {
	case !hidden:
		return fmt.Errorf("the type %v has no unexported field, so any package may have literals of it without field names; no field can be added", t)
	case t.Comparable():
		return fmt.Errorf("values of type %v can be compared, and a field would make equal ones differ; no field can be added", t)
	}
	return nil
}

// field sets the rule's field. t is the struct, nil where it is given by name.
func (d *description) field(t reflect.Type, f *StructField) error {
	d.rule.Field = &rule.Field{Name: f.name}
	if !isIdentifier(f.name) || f.name == "_" {
		return fmt.Errorf("%q is no name of a field; write that alone, such as %q", f.name, "Handler")
	}
	var spelled rule.Type
	if f.typ != nil {
		var err *namelessError
		if spelled, err = typeString(f.typ); err != nil {
			return err
		}
		d.rule.Field.Type = spelled
	}
	if d.rule.Advice == rule.Add {
		return d.newField(t, f)
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	have, ok := t.FieldByName(f.name)
	switch {
	case !ok:
		return fmt.Errorf("%v has no field %s; name one of its fields", t, f.name)
	case len(have.Index) > 1:
		return fmt.Errorf("%s is not a field of %v itself but of a struct embedded in it; name that type", f.name, t)
	case !have.IsExported():
		return fmt.Errorf("the field %s of %v is not exported, so woven code can not set it; choose another field", f.name, t)
	case have.Type != f.typ:
		return fmt.Errorf("the field %s of %v is of type %v, not %v; write FieldOf[%[2]v, %[3]v](%[5]q)", f.name, t, have.Type, f.typ, f.name)
	}
	return nil
}

// newField returns what is wrong with a field that is added.
func (d *description) newField(t reflect.Type, f *StructField) error {
	if f.typ == nil {
		return errors.New("Add has a field that is zero; make it with NewField")
	}
	if isExported(f.name) {
		return fmt.Errorf("the field %s is exported, so encodings such as JSON would show it; start its name in lower case", f.name)
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	if _, ok := t.FieldByName(f.name); ok {
		return fmt.Errorf("%v has a field %s already; choose another name", t, f.name)
	}
	return nil
}

// imports sets the package that Import names.
func (d *description) imports(path string) error {
	if err := rule.ParsePackage(path); err != nil {
		return err
	}
	if path == "C" || path == "unsafe" || path == "main" {
		return fmt.Errorf("%q is no package that a program could be linked with; name another", path)
	}
	d.rule.Links = []string{path}
	return nil
}
