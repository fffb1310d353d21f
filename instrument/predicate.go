package instrument

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A Predicate is a condition that [BodyWhere] sets on a function. The zero value is
// not valid.
type Predicate struct {
	kind  string // as in rule.Pred
	index int
	typ   reflect.Type
	whole reflect.Type // an instance of argument, whose name tells what typ's does not
	glob  string
	of    []Predicate
	pos   position
}

// ParamIs holds for functions whose parameter with index i, from 0, or from the
// end with -1, has exactly the type T. The receiver is no parameter, and func(a, b
// string) has two.
func ParamIs[T any](i int) Predicate {
	return Predicate{kind: "param", index: i, typ: reflect.TypeFor[T](), whole: reflect.TypeFor[argument[T]](), pos: here()}
}

// ResultIs holds for functions that have a result with index i, from 0, or from the
// end with -1, of exactly the type T. ResultIs[error](-1) is those that can fail.
func ResultIs[T any](i int) Predicate {
	return Predicate{kind: "result", index: i, typ: reflect.TypeFor[T](), whole: reflect.TypeFor[argument[T]](), pos: here()}
}

// Name holds for functions and methods whose name, without package and receiver,
// matches the glob in the manner of [path.Match]: * is any string, ? one character.
func Name(glob string) Predicate { return Predicate{kind: "name", glob: glob, pos: here()} }

// Package holds for functions of packages whose import path matches the glob in
// the manner of [path.Match]; * does not match a slash.
func Package(glob string) Predicate { return Predicate{kind: "package", glob: glob, pos: here()} }

// Exported holds for functions with an exported name; for methods the receiver's
// type is exported too.
func Exported() Predicate { return Predicate{kind: "exported", pos: here()} }

// Not holds where p does not.
func Not(p Predicate) Predicate {
	return Predicate{kind: "not", of: []Predicate{p}, pos: here()}
}

// Any holds where at least one of the predicates does.
func Any(predicates ...Predicate) Predicate {
	return Predicate{kind: "any", of: slices.Clone(predicates), pos: here()}
}

// argument is a generic type for the sake of its instances' names: reflect spells
// their arguments in full, with a mark at a type that is local to a function.
type argument[T any] struct{}

// describe returns the predicate as plain data; at is the line that it was given to,
// for one that has no line of its own.
func (p Predicate) describe(at position, mistaken func(position, error)) rule.Pred {
	at = p.pos.or(at)
	out := rule.Pred{Kind: p.kind, Index: p.index, Text: p.glob}
	switch p.kind {
	case "":
		mistaken(at, errors.New("a Predicate that is zero sets no condition; make one with a function such as instrument.Name"))
	case noCondition:
		mistaken(at, errors.New("Where without a predicate sets no condition; list one, or drop it"))
	case "param", "result":
		spelled, err := typeString(p.typ)
		switch {
		case err != nil:
			mistaken(at, err)
		case strings.Contains(p.whole.Name(), localMark):
			mistaken(at, fmt.Errorf("the type %v has one in it that is declared in a function, and that no other function can name; use one declared in a package", p.typ))
		}
		out.Type = spelled
	case "name", "package":
		if err := checkGlob(p.kind, p.glob); err != nil {
			mistaken(at, err)
		}
	case "any":
		if len(p.of) == 0 {
			mistaken(at, errors.New("Any without a predicate holds for no function; list one, or drop it"))
		}
	}
	for _, q := range p.of {
		out.Of = append(out.Of, q.describe(at, mistaken))
	}
	return out
}

func checkGlob(kind, glob string) error {
	written := map[string]string{"name": "Name", "package": "Package"}[kind]
	if glob == "" {
		return fmt.Errorf("%s(\"\") fits nothing; give it a glob, such as *Order* in which * is any string", written)
	}
	if _, err := path.Match(glob, ""); err != nil {
		return fmt.Errorf("%s(%q) is not a valid glob; see path.Match for its syntax", written, glob)
	}
	return nil
}
