package instrument

import (
	"reflect"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// A Predicate is a condition on a function, for [BodyWhere] and [Body.Where]. Of a rule
// on uses, such as calls, the function is the one that the use is written in; in the
// initialiser of a package variable there is none, and what is about a function does
// not hold. The zero value is not valid.
type Predicate struct {
	kind  string // as in rule.Pred
	index int
	item  Item
	typ   reflect.Type
	whole reflect.Type // an instance of argument, whose name tells what typ's does not
	text  string       // a glob, a type or the name of a directive
	keys  []string
	of    []Predicate
	pos   position
}

// ParamIs holds for functions whose parameter with index i, from 0, or from the
// end with -1, has exactly the type T. The receiver is no parameter, and func(a, b
// string) has two. A function with fewer parameters is left alone. A type with fields or methods
// that has no name, as struct{ A int }, is a mistake, also in [ResultIs] and [ReceiverIs].
func ParamIs[T any](i int) Predicate {
	return Predicate{kind: rule.PredParam, index: i, typ: reflect.TypeFor[T](), whole: reflect.TypeFor[argument[T]](), pos: here()}
}

// ResultIs holds for functions that have a result with index i, from 0, or from the
// end with -1, of exactly the type T. ResultIs[error](-1) is those that can fail.
func ResultIs[T any](i int) Predicate {
	return Predicate{kind: rule.PredResult, index: i, typ: reflect.TypeFor[T](), whole: reflect.TypeFor[argument[T]](), pos: here()}
}

// ReceiverIs holds for methods that are declared with exactly the receiver type T:
// those of *http.Server are not those of http.Server.
func ReceiverIs[T any]() Predicate {
	return Predicate{kind: rule.PredRecv, typ: reflect.TypeFor[T](), whole: reflect.TypeFor[argument[T]](), pos: here()}
}

// TypeIs holds for functions that have the item, [Recv], [Param] or [Result], and it has
// exactly that type. The type is written as in Go, but with the full import path before
// each name, "*example.com/shop/orders.Order", so that its package need not be imported. Text
// that is no type is a mistake; that no type has the name is not noticed, so prefer
// [ParamIs], [ResultIs] and [ReceiverIs] where the import is cheap.
func TypeIs(item Item, typ string) Predicate {
	return Predicate{kind: typeIs, item: item, text: typ, pos: here()}
}

// Implements holds for functions that have the item, [Recv], [Param] or [Result], and its
// type has all methods of the interface I, with exactly their types. As in Go a pointer
// has the methods of what it points to and not the other way round, so a receiver counts
// as it is declared. What is matched need not import the package of I. A type that is no
// interface, or an interface without methods, is a mistake.
func Implements[I any](item Item) Predicate {
	return Predicate{kind: rule.PredImplements, item: item, typ: reflect.TypeFor[I](), whole: reflect.TypeFor[argument[I]](), pos: here()}
}

// Name holds for functions and methods whose name, without package and receiver,
// matches the glob in the manner of [path.Match]: * is any string, ? one character.
// The name of a function literal is what package runtime has after the last function
// that is declared: func1, func2.1. An empty or malformed glob is a mistake, here and in
// [Receiver] and [Package].
func Name(glob string) Predicate { return Predicate{kind: rule.PredName, text: glob, pos: here()} }

// Receiver holds for methods whose receiver's type has a name, without package, star
// and type arguments, that matches the glob in the manner of [path.Match].
func Receiver(glob string) Predicate {
	return Predicate{kind: rule.PredReceiver, text: glob, pos: here()}
}

// Package holds for functions of packages whose import path matches the glob in
// the manner of [path.Match]; * does not match a slash. [Aspect.Scope] is what an aspect as
// a whole is about; Package narrows one rule, and by [Not] leaves packages out.
func Package(glob string) Predicate {
	return Predicate{kind: rule.PredPackage, text: glob, pos: here()}
}

// Exported holds for functions with an exported name; for methods the receiver's
// type is exported too.
func Exported() Predicate { return Predicate{kind: rule.PredExported, pos: here()} }

// HasDirective holds for functions above which the comment has the directive
// //weaver:name; a name with a colon, "dd:span", is that of the directive //dd:span. It is
// the one predicate that holds for function literals too; see Directives in the
// package's introduction. Where keys are given, a directive can have no others. weaver's
// own names, ignore and pin, are mistakes.
func HasDirective(name string, keys ...string) Predicate {
	return Predicate{kind: rule.PredDirective, text: name, keys: slices.Clone(keys), pos: here()}
}

// Without holds for functions above which there is no directive of that name: those are for other
// rules, which ask for it. Not(HasDirective(name)) is about a directive that has no other meaning
// than to keep functions from a rule; of one that only Without names it is reported that no rule
// asks for it.
func Without(directive string) Predicate {
	return Predicate{kind: rule.PredWithout, text: directive, pos: here()}
}

// HasWords holds for functions whose directive of that name has a word without a key. It is for
// an aspect with two rules for one directive, of which one captures what the words name, and
// the other has none to go by: each of them asks for the directive by [HasDirective] too.
func HasWords(directive string) Predicate {
	return Predicate{kind: rule.PredWords, text: directive, pos: here()}
}

// Generated holds in files that say in a line of their own, as generators of Go code
// do, "// Code generated … DO NOT EDIT.".
func Generated() Predicate { return Predicate{kind: rule.PredGenerated, pos: here()} }

// InTests holds in what only go test compiles: files whose names end in _test.go, and the
// main package that go test makes for the tests of a package; see [TestMain].
func InTests() Predicate { return Predicate{kind: rule.PredInTests, pos: here()} }

// TestMain holds in the main package that go test makes for the tests of a package. Its
// main function is what a test binary starts with. It is no code of any module's, and of
// the rules without a scope that find their targets by description or by use only those
// that have this predicate or [InTests] look there.
func TestMain() Predicate { return Predicate{kind: rule.PredTestMain, pos: here()} }

// Not holds where p does not, so also where there is nothing that p could be about:
// Not(ParamIs[error](0)) holds for functions without parameters.
func Not(p Predicate) Predicate {
	return Predicate{kind: rule.PredNot, of: []Predicate{p}, pos: here()}
}

// Any holds where at least one of the predicates does.
func Any(predicates ...Predicate) Predicate {
	return Predicate{kind: rule.PredAny, of: slices.Clone(predicates), pos: here()}
}

// All holds where each of the predicates does; it is of use inside of [Not] and [Any].
func All(predicates ...Predicate) Predicate {
	return Predicate{kind: rule.PredAll, of: slices.Clone(predicates), pos: here()}
}

// typeIs is the kind of TypeIs, which is plain data under the kind of its item.
const typeIs = "type"

// argument is a generic type for the sake of its instances' names: reflect spells
// their arguments in full, with a mark at a type that is local to a function.
type argument[T any] struct{}
