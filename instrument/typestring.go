package instrument

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// signature returns the parameters and results of the func type t.
func signature(t reflect.Type) (*rule.Signature, error) {
	s := &rule.Signature{Variadic: t.IsVariadic()}
	add := func(to *[]rule.Type, last **rule.Signature, n int, at func(int) reflect.Type) error {
		for i := range n {
			ts, err := typeString(at(i))
			if err != nil {
				return err
			}
			*to = append(*to, ts)
			if i == n-1 && at(i).Kind() == reflect.Func {
				if *last, err = signature(at(i)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := add(&s.Params, &s.LastParam, t.NumIn(), t.In); err != nil {
		return nil, err
	}
	return s, add(&s.Results, &s.LastResult, t.NumOut(), t.Out)
}

// typeString spells t canonically; see [rule.Type]. Struct types and non-empty
// interface types without a name have no canonical spelling here: they are errors.
func typeString(t reflect.Type) (rule.Type, error) {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return rule.Type(t.Name()), nil
		}
		return rule.Type(t.PkgPath() + "." + t.Name()), nil
	}
	elem := func(prefix string) (rule.Type, error) {
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
		return elem(map[reflect.ChanDir]string{reflect.BothDir: "chan ", reflect.RecvDir: "<-chan ", reflect.SendDir: "chan<- "}[t.ChanDir()])
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
	return "", errorf("the type %s has no name; declare one for it and use that", strings.ReplaceAll(t.String(), "interface {", "interface{"))
}
