package instrument

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/goweaver/weaver/internal/rule"
)

// A NamedFunc is a hook that is given by name; see [Named].
type NamedFunc struct{ name string }

// Named returns the hook function of that name, written "import/path.Func". Its
// package is not linked into the registration binary: that is right for a hook
// that needs a heavy library. weaver reads the signature from the source; the
// package must be in the module graph, which an import in a file under
// "//go:build tools" beside the aspect sees to.
func Named(name string) NamedFunc { return NamedFunc{name} }

// A description is a rule as plain data, with all that is wrong with it.
type description struct {
	rule     rule.Rule
	mistakes []mistake
	instance *rule.Signature // of the instance of a generic target of a call
}

// A mistake is an error of a declaration, with the line that made it.
type mistake struct {
	pos position
	err error
}

func (d *description) mistaken(p position, err error) {
	if err != nil {
		d.mistakes = append(d.mistakes, mistake{p, err})
	}
}

// describe checks the rule, whole and once. What does not depend on a part that is
// mistaken is still looked at, so that no mistake hides another.
func (r Rule) describe() *description {
	d := &description{rule: rule.Rule{Pos: r.pos.or(r.advised).place().String(), Point: r.point, Advice: r.advice}}
	if isPart(r.advice, r.point) {
		r.describePart(d)
		d.where(r)
		return d
	}
	switch target := r.target.(type) {
	case targetName:
		f, err := rule.ParseFunc(string(target))
		d.rule.Target = &f
		if err == nil && f.Pkg == "" && r.point == rule.Body {
			err = bodiless(f)
		}
		d.mistaken(r.pos, err)
	case described:
		if len(r.preds) == 0 {
			d.mistaken(r.pos, errors.New(`BodyWhere without a predicate is every function there is; say which, for instance instrument.Name("*")`))
		}
	default:
		if r.point == "" {
			d.mistaken(r.advised, zeroPoint(r.advice))
		} else {
			d.mistaken(r.pos, d.byValue(target))
		}
	}
	d.where(r)
	d.mistaken(r.advised, d.hook(r.hook))
	known := d.takes(r)
	d.captures(r)
	for _, c := range r.options {
		o, err := c.describe()
		d.mistaken(c.pos, err)
		if c.key != "" {
			d.mistaken(c.pos, d.rule.OptionFits(c.key))
		}
		d.rule.Options = append(d.rule.Options, o)
	}
	d.limited(r)
	if known && r.point != "" {
		bare := d.rule
		bare.Options = nil // they have been held against the hook
		err := bare.Fits()
		if err == nil && d.instance != nil && d.rule.HookSig != nil {
			err = rule.InstanceFits(d.rule.Advice, d.rule.Hook.Short(), d.rule.HookSig, d.rule.Target.Short(), d.instance)
		}
		d.mistaken(r.taken.or(r.advised), err)
	}
	return d
}

func zeroPoint(advice rule.Kind) error {
	switch advice {
	case rule.Before, rule.Check, rule.Around, rule.Enclose:
		return errors.New("the join point is a Body that is zero; make it with BodyOf, BodyNamed or BodyWhere")
	}
	switch advice {
	case rule.Wrap: // of a use, a field or a variable
		return errors.New("the join point is zero; make it with a function such as CallTo, RefTo, FieldOf or VarNamed")
	case rule.Replace, rule.Append:
		return errors.New("the join point is zero; make it with CallTo or CallNamed, or with RefTo or RefNamed")
	}
	return errors.New("the join point is zero; make it with a function such as LiteralOf, VarNamed or PackageNamed")
}

func bodiless(f rule.Func) error {
	return fmt.Errorf("%s is a method of an interface, which has no body; name the method of a type, or use CallTo for the calls through the interface", f.Short())
}

// byValue sets the rule's target to the function v.
func (d *description) byValue(v any) error {
	byName := map[rule.Kind]string{rule.Body: "instrument.BodyNamed", rule.Call: "instrument.CallNamed", rule.Reference: "instrument.RefNamed"}[d.rule.Point]
	if err := isFunction(v, "target", byName); err != nil {
		return err
	}
	f := functionOf(v)
	switch {
	case f.literal != "":
		return fmt.Errorf("the function literal %s has no name to find it by; declare a package-level function", f.literal)
	case f.bound:
		return fmt.Errorf("the target is a method value, bound to one receiver; write the method expression %s", f.expression())
	case f.ofInterface() && d.rule.Point == rule.Body:
		return bodiless(f.Func)
	case f.Recv != "" && f.generated && !f.ofInterface():
		return fmt.Errorf("%s is not declared so: the compiler makes it from the method of an embedded field or of another receiver; name the method of the type that declares it, with the receiver as declared", f.Short())
	case d.rule.Point == rule.Body && (f.generated || f.assembly):
		return fmt.Errorf("%s has no body in Go; use CallTo for its calls, or choose another target", f.Short())
	case f.Pkg == "main":
		return fmt.Errorf("%s is a function of the registration file, which is no part of the program; use %s for one of the program's", f.Short(), byName)
	}
	d.rule.Target = &f.Func
	if f.generic { // one signature of many
		if d.rule.Point == rule.Call {
			d.instance, _ = signature(f.typ)
		}
		return nil
	}
	sig, err := signature(f.typ)
	if err != nil {
		return err.of(f.Func, "name the function by "+byName+", or declare a type for it")
	}
	d.rule.Sig = sig
	return nil
}

// hook sets the rule's hook, and its signature if that is known.
func (d *description) hook(v any) error {
	if n, ok := v.(NamedFunc); ok {
		f, err := rule.ParseFunc(n.name)
		switch {
		case err != nil:
			return err
		case f.Recv != "":
			return methodHook(f)
		case f.Pkg == "main":
			return mainHook(f)
		}
		d.rule.Hook = f
		return nil
	}
	if err := isFunction(v, "hook", "instrument.Named"); err != nil {
		return err
	}
	f := functionOf(v)
	switch {
	case f.literal != "":
		return fmt.Errorf("the function literal %s has no name that woven code could call; declare a package-level function", f.literal)
	case f.Recv != "":
		return methodHook(f.Func)
	case f.generic:
		return fmt.Errorf("%s is generic; a hook is one function, so write it for the type that it needs, or with any", f.Short())
	case f.typ.IsVariadic() && d.rule.Advice != rule.Replace:
		return fmt.Errorf("%s is variadic; take the values as a slice", f.Short())
	case f.Pkg == "main":
		return mainHook(f.Func)
	}
	sig, err := hookSignature(f.typ, d.rule.Advice)
	if err != nil {
		return err.of(f.Func, "declare one for it and use that")
	}
	d.rule.Hook, d.rule.HookSig = f.Func, sig
	return nil
}

func methodHook(f rule.Func) error {
	return fmt.Errorf("%s is a method, and a hook is a package-level function; declare one that calls it", f.Short())
}

func mainHook(f rule.Func) error {
	return fmt.Errorf("%s is in package main, which woven code can not import; move it to a package of its own", f.Short())
}

// isFunction reports what v is instead of a function. what says what it is given as,
// and byName what a name is given by.
func isFunction(v any, what, byName string) error {
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid(), rv.Kind() == reflect.Func && rv.IsNil():
		return fmt.Errorf("the %s is nil; name a function", what)
	case rv.Kind() == reflect.Func:
		return nil
	case rv.Kind() == reflect.String, rv.Type() == reflect.TypeFor[NamedFunc]():
		return fmt.Errorf("the %s is of type %v, not a function; use %s for a function's name", what, rv.Type(), byName)
	}
	return fmt.Errorf("the %s is of type %v, not a function; name a function", what, rv.Type())
}

// takes sets the explicit binding. It reports whether the rule can be bound as far
// as that goes.
func (d *description) takes(r Rule) (known bool) {
	switch {
	case !r.taken.known():
		return true
	case d.rule.ByUse():
		d.mistaken(r.taken, fmt.Errorf("Take binds to the items of a body, and this rule is on a %s; drop it", r.point))
		return true
	case len(r.take) == 0:
		d.mistaken(r.taken, errors.New("Take without an item binds nothing; list what each of the hook's parameters takes, or drop it"))
		return false
	}
	known = true
	for _, i := range r.take {
		item, err := i.describe()
		d.mistaken(r.taken, err)
		d.rule.Take = append(d.rule.Take, item)
		known = known && err == nil
	}
	return known
}
