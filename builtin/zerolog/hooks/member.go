package hooks

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/rs/zerolog"
)

// What the library does not say of its values: the line of an event as far as it is written, its
// level, and the context that a logger was given. All versions have them under these names; one
// that had not would have its events left alone, which this package's tests would show.
var (
	lineOf    = memberOf[zerolog.Event, []byte]("buf")
	levelOf   = memberOf[zerolog.Event, zerolog.Level]("level")
	contextOf = memberOf[zerolog.Logger, context.Context]("ctx")
)

// A member is a field of type F in the struct T, exported or not.
type member[T, F any] struct {
	offset uintptr
	known  bool
}

// memberOf returns the field of that name and type, known if T has it.
func memberOf[T, F any](name string) member[T, F] {
	f, ok := reflect.TypeFor[T]().FieldByName(name)
	if !ok || len(f.Index) != 1 || f.Type != reflect.TypeFor[F]() {
		return member[T, F]{}
	}
	return member[T, F]{f.Offset, true}
}

// of returns where v has the field, or nil.
func (m member[T, F]) of(v *T) *F {
	if !m.known || v == nil {
		return nil
	}
	return (*F)(unsafe.Add(unsafe.Pointer(v), m.offset))
}
