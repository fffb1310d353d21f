package instrument

import (
	"reflect"

	"github.com/goweaver/weaver/internal/rule"
)

// A Field is a join point: the value that a field has in each new struct of type S,
// when it has been made. T is the field's type. The zero value is not valid.
type Field[S, T any] struct{ r Rule }

// FieldOf returns the field of that name in every new S, however it is made: by S{…} or
// &S{…}, also where the type is left out or has another name, by new(S) and by a
// variable that is declared with the type S and without a value. S is a struct type, of
// a generic one an instance; field is exported and stands in S itself. Without a scope
// what the main modules make is meant.
func FieldOf[S, T any](field string) Field[S, T] {
	p := part{typ: reflect.TypeFor[S](), field: &StructField{name: field, typ: reflect.TypeFor[T]()}}
	return Field[S, T]{Rule{point: rule.Literal, part: p, pos: here()}}
}

// Wrap hands the field's value to hook, the zero value too, and assigns what hook
// returns.
func (f Field[S, T]) Wrap(hook func(T) T) Rule { return f.r.advise(rule.Wrap, hook, here()) }

// A NamedField is a [Field] of a struct type that is given by name.
type NamedField struct{ r Rule }

// FieldNamed returns the field in every new struct of the type of that name, written
// "import/path.T"; of a generic type in all instances in which the field has the type
// that the hook takes. The hook's signature is held against the field where a struct is
// made.
func FieldNamed(typ, field string) NamedField {
	p := part{field: &StructField{name: field}}
	return NamedField{Rule{point: rule.Literal, target: targetName(typ), part: p, pos: here()}}
}

// Wrap is as [Field.Wrap]: hook is a func(T) T for a field of type T. It may take a
// *hook.Func as well, which describes the function that makes the struct.
func (f NamedField) Wrap(hook any) Rule { return f.r.advise(rule.Wrap, hook, here()) }

// A Literal is a join point: every new struct of type S. The zero value is not valid.
type Literal[S any] struct{ r Rule }

// LiteralOf returns every new S, as [FieldOf] finds them.
func LiteralOf[S any]() Literal[S] {
	return Literal[S]{Rule{point: rule.Literal, part: part{typ: reflect.TypeFor[S]()}, pos: here()}}
}

// Amend hands the address of the new struct to hook when all its fields have been set.
// Only where it was made by &S{…}, new(S), or as a package-level variable, that is the
// address that it stays at; otherwise the struct is copied from there to where it is
// used.
func (l Literal[S]) Amend(hook func(*S)) Rule { return l.r.advise(rule.Amend, hook, here()) }

// A NamedLiteral is a [Literal] of a struct type that is given by name.
type NamedLiteral struct{ r Rule }

// LiteralNamed returns every new struct of the type of that name, written
// "import/path.T"; of a generic type those of the instance that the hook takes.
func LiteralNamed(typ string) NamedLiteral {
	return NamedLiteral{Rule{point: rule.Literal, target: targetName(typ), pos: here()}}
}

// Amend is as [Literal.Amend]: hook is a func(*T). It may take a *hook.Func as well,
// which describes the function that makes the struct.
func (l NamedLiteral) Amend(hook any) Rule { return l.r.advise(rule.Amend, hook, here()) }
