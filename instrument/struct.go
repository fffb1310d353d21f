package instrument

import (
	"reflect"

	"github.com/goweaver/weaver/internal/rule"
)

// A Struct is a join point: the definition of a struct type. The zero value is not
// valid.
type Struct struct{ r Rule }

// StructOf returns the definition of the struct type S, which has a name and is no instance
// of a generic type: a definition has all of these, and StructNamed names it.
func StructOf[S any]() Struct {
	return Struct{Rule{point: rule.Struct, part: part{typ: reflect.TypeFor[S]()}, pos: here()}}
}

// StructNamed returns the definition of the struct type of that name, written
// "import/path.T".
func StructNamed(typ string) Struct {
	return Struct{Rule{point: rule.Struct, target: targetName(typ), pos: here()}}
}

// Add gives the struct one more field, its last. It is done only where the program can
// not tell: the struct has an unexported field and can not be compared, and its package
// has no literal of it without field names, no other struct with the same fields that it
// might be converted to, and nothing else of the field's name. Code that uses the
// field comes by [NamedPackage.AddFile].
func (s Struct) Add(f StructField) Rule {
	s.r.part.field = &f
	return s.r.advise(rule.Add, nil, here())
}

// A StructField is a field that [Struct.Add] adds. The zero value is not valid.
type StructField struct {
	name string
	typ  reflect.Type // nil for a field that is given by name alone
}

// NewField returns a field of type T. Its name is not exported; the package that gets it
// must import that of T.
func NewField[T any](name string) StructField {
	return StructField{name: name, typ: reflect.TypeFor[T]()}
}
