package instrument

import (
	"path"
	"reflect"

	"github.com/goweaver/weaver/internal/rule"
)

// A Predicate is a condition that [BodyWhere] sets on a function.
type Predicate struct {
	pred rule.Pred
	err  error
}

// ParamIs holds for functions whose parameter with index i, from 0, or from the
// end with -1, has exactly the type T. The receiver is no parameter, and func(a, b
// string) has two.
func ParamIs[T any](i int) Predicate {
	t, err := typeString(reflect.TypeFor[T]())
	return Predicate{rule.Pred{Kind: "param", Index: i, Type: t}, err}
}

// ResultIs holds for functions that have a result with index i, from 0, or from the
// end with -1, of exactly the type T. ResultIs[error](-1) is those that can fail.
func ResultIs[T any](i int) Predicate {
	t, err := typeString(reflect.TypeFor[T]())
	return Predicate{rule.Pred{Kind: "result", Index: i, Type: t}, err}
}

// Name holds for functions and methods whose name, without package and receiver,
// matches the glob in the manner of [path.Match]: * is any string, ? one character.
func Name(glob string) Predicate { return globPred("name", glob) }

// Package holds for functions of packages whose import path matches the glob in
// the manner of [path.Match]; * does not match a slash.
func Package(glob string) Predicate { return globPred("package", glob) }

// Exported holds for functions with an exported name; for methods the receiver's
// type is exported too.
func Exported() Predicate { return Predicate{pred: rule.Pred{Kind: "exported"}} }

// Not holds where p does not.
func Not(p Predicate) Predicate {
	return Predicate{rule.Pred{Kind: "not", Of: []rule.Pred{p.pred}}, p.err}
}

// Any holds where at least one of the predicates does.
func Any(predicates ...Predicate) Predicate {
	out := Predicate{pred: rule.Pred{Kind: "any"}}
	for _, p := range predicates {
		out.pred.Of = append(out.pred.Of, p.pred)
		if out.err == nil {
			out.err = p.err
		}
	}
	return out
}

func globPred(kind, glob string) Predicate {
	_, err := path.Match(glob, "")
	if err != nil {
		err = errorf("%s(%q) is not a valid glob; see path.Match for its syntax", kind, glob)
	}
	return Predicate{rule.Pred{Kind: kind, Text: glob}, err}
}
