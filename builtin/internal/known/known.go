// Package known is where hooks keep what they know of a value of a library's: with the
// value, in a field that the aspect adds to its type.
package known

import (
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Name is the name of the field that aspects add.
const Name = "weaver"

// A Member is a field of type F in the struct T, exported or not.
type Member[T, F any] struct {
	offset uintptr
	found  bool
}

// MemberOf returns the field of that name and type, which is found by several names in a struct
// that is a field of T. T need not have it.
func MemberOf[T, F any](names ...string) Member[T, F] {
	var offset uintptr
	in := reflect.TypeFor[T]()
	for _, name := range names {
		if in.Kind() != reflect.Struct {
			return Member[T, F]{}
		}
		f, ok := in.FieldByName(name)
		if !ok || len(f.Index) != 1 {
			return Member[T, F]{}
		}
		offset, in = offset+f.Offset, f.Type
	}
	if in != reflect.TypeFor[F]() {
		return Member[T, F]{}
	}
	return Member[T, F]{offset, true}
}

// Of returns where v has the field, or nil.
func (m Member[T, F]) Of(v *T) *F {
	if !m.found || v == nil {
		return nil
	}
	return (*F)(unsafe.Add(unsafe.Pointer(v), m.offset))
}

// A Field keeps something with values of type T. Who reads and writes it sees to it that
// these do not happen at the same time, as with the value's own fields.
type Field[T any] struct{ member Member[T, any] }

// NewField returns the field of T that an aspect has added.
func NewField[T any]() Field[T] { return Field[T]{MemberOf[T, any](Name)} }

// others serves where T has no such field, as in tests of hooks, which are not woven. It keeps
// no value alive. It is package-level since hooks of several packages share what they keep.
var (
	others sync.Map    // of weak.Pointer[T] to any
	used   atomic.Bool // others has ever had something
)

// Load returns what is kept with v, or nil.
func (f Field[T]) Load(v *T) any {
	if in := f.member.Of(v); in != nil {
		return *in
	}
	if v == nil || !used.Load() {
		return nil
	}
	kept, _ := others.Load(weak.Make(v))
	return kept
}

// Store has v keep something. Nil is nothing.
func (f Field[T]) Store(v *T, kept any) {
	if in := f.member.Of(v); in != nil {
		*in = kept
		return
	}
	key := weak.Make(v)
	switch _, had := others.Load(key); {
	case kept == nil:
		others.Delete(key)
	case !had:
		used.Store(true)
		runtime.AddCleanup(v, func(key weak.Pointer[T]) { others.Delete(key) }, key)
		fallthrough
	default:
		others.Store(key, kept)
	}
}
