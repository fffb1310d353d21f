package instrument

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// localMark follows the name of a type that is local to a function, where it stands
// in the name of an instance.
const localMark = "·"

// A namelessError is about a type that has no canonical spelling, since it has no
// name and could only be told by its fields or methods.
type namelessError struct {
	where    string // the parameter or result that needs the type
	typ      reflect.Type
	argument bool // it is a type argument of typ that has no name
}

func (e *namelessError) Error() string {
	return fmt.Sprintf("the type %s has %s; declare one for it and use that", e.shown(), e.lacks())
}

// of returns the error as one of that function's signature, with what to do.
func (e *namelessError) of(f rule.Func, do string) error {
	return fmt.Errorf("%s: %s needs the type %s, which has %s; %s", f.Short(), e.where, e.shown(), e.lacks(), do)
}

func (e *namelessError) shown() string { return shownType(e.typ) }

// shownType returns the type as users write it, for messages.
func shownType(t reflect.Type) string {
	return strings.ReplaceAll(t.String(), "interface {", "interface{")
}

func (e *namelessError) lacks() string {
	if e.argument {
		return "an argument without a name"
	}
	return "no name"
}

// signature returns the parameters and results of the func type t.
func signature(t reflect.Type) (*rule.Signature, *namelessError) {
	s := &rule.Signature{Variadic: t.IsVariadic()}
	for i := range t.NumIn() {
		p, err := typeString(t.In(i))
		if err != nil {
			err.where = fmt.Sprintf("parameter %d", i+1)
			return nil, err
		}
		s.Params = append(s.Params, p)
	}
	for i := range t.NumOut() {
		r, err := typeString(t.Out(i))
		if err != nil {
			err.where = fmt.Sprintf("result %d", i+1)
			return nil, err
		}
		s.Results = append(s.Results, r)
	}
	return s, nil
}

// hookSignature is signature with those of the last parameter and result, where they
// are functions. That of a named type may have no spelling, and is then left out,
// unless it is what the advice is about.
func hookSignature(t reflect.Type, advice rule.Kind) (*rule.Signature, *namelessError) {
	s, err := signature(t)
	if err != nil {
		return nil, err
	}
	last := func(n int, at func(int) reflect.Type) (*rule.Signature, *namelessError) {
		if n == 0 || at(n-1).Kind() != reflect.Func {
			return nil, nil
		}
		return signature(at(n - 1))
	}
	if s.LastParam, err = last(t.NumIn(), t.In); err != nil && advice == rule.Enclose {
		err.where += " of the body it is given"
		return nil, err
	}
	if s.LastResult, err = last(t.NumOut(), t.Out); err != nil && advice == rule.Around {
		err.where += " of its exit function"
		return nil, err
	}
	return s, nil
}

// typeString spells t canonically; see [rule.Type].
func typeString(t reflect.Type) (rule.Type, *namelessError) {
	if t.Name() != "" {
		return named(t)
	}
	elem := func(prefix string) (rule.Type, *namelessError) {
		e, err := typeString(t.Elem())
		return rule.Type(prefix) + e, err
	}
	switch t.Kind() {
	case reflect.Pointer:
		return elem("*")
	case reflect.Slice:
		return elem("[]")
	case reflect.Array:
		return elem(fmt.Sprintf("[%d]", t.Len()))
	case reflect.Map:
		k, err := typeString(t.Key())
		if err != nil {
			return "", err
		}
		return elem("map[" + string(k) + "]")
	case reflect.Chan:
		e, err := typeString(t.Elem())
		return rule.Chan(map[reflect.ChanDir]string{reflect.BothDir: "chan ", reflect.RecvDir: "<-chan ", reflect.SendDir: "chan<- "}[t.ChanDir()], e), err
	case reflect.Func:
		s, err := signature(t)
		if err != nil {
			return "", err
		}
		return s.Type(), nil
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return rule.AnyType, nil
		}
	case reflect.Struct:
		if t.NumField() == 0 {
			return "struct{}", nil
		}
	}
	return "", &namelessError{typ: t}
}

// named spells a type that has a name. Those of an instance's arguments are reflect's
// own text, in which import paths are escaped as in symbols.
func named(t reflect.Type) (rule.Type, *namelessError) {
	name := t.Name()
	if strings.Contains(name, "[") {
		name = strings.NewReplacer("interface {}", "interface{}", "struct {}", "struct{}").Replace(name)
		if strings.Contains(name, "interface {") || strings.Contains(name, "struct {") {
			return "", &namelessError{typ: t, argument: true}
		}
		name = rule.UnescapeSymbol(name)
	}
	if t.PkgPath() == "" {
		return rule.Type(name), nil
	}
	return rule.Type(t.PkgPath() + "." + name), nil
}
