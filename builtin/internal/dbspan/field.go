package dbspan

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"
	"weak"
)

// FieldName is the name of the field that aspects add to a library's types.
const FieldName = "weaver"

// A Member is a field of type F in the struct T, exported or not.
type Member[T, F any] struct {
	offset uintptr
	known  bool
}

// MemberOf returns the field of the first of these names that T has with that type. Where it
// has none, what it would have told is not known.
func MemberOf[T, F any](names ...string) Member[T, F] {
	for _, name := range names {
		f, ok := reflect.TypeFor[T]().FieldByName(name)
		if ok && len(f.Index) == 1 && f.Type == reflect.TypeFor[F]() {
			return Member[T, F]{f.Offset, true}
		}
	}
	return Member[T, F]{}
}

// Of returns where v has the field, or nil.
func (m Member[T, F]) Of(v *T) *F {
	if !m.known || v == nil {
		return nil
	}
	return (*F)(unsafe.Add(unsafe.Pointer(v), m.offset))
}

// A Field keeps the *K that the hooks know of a value of type T for as long as that lives:
// in the field that the aspect adds to T. It is written when the library has made the value
// and nobody else has it, and never again, so it is read without a lock. For values that
// were made before the hooks were initialised, and where T has no such field, as in tests
// that nothing is woven in, a table serves that does not keep the value alive.
type Field[T, K any] struct {
	member Member[T, any]
	aside  sync.Map // of weak.Pointer[T] to *K
}

// NewField returns the field of T's.
func NewField[T, K any]() *Field[T, K] {
	return &Field[T, K]{member: MemberOf[T, any](FieldName)}
}

// Set says what is known of v, which nobody has yet.
func (f *Field[T, K]) Set(v *T, known *K) {
	if in := f.member.Of(v); in != nil {
		*in = known
		return
	}
	f.Add(v, known)
}

// Add says what is known of v, which others may have, and returns what is.
func (f *Field[T, K]) Add(v *T, known *K) *K {
	key := weak.Make(v)
	had, found := f.aside.LoadOrStore(key, known)
	if !found {
		runtime.AddCleanup(v, func(key weak.Pointer[T]) { f.aside.Delete(key) }, key)
	}
	return had.(*K)
}

// Load returns what is known of v, or nil.
func (f *Field[T, K]) Load(v *T) *K {
	if v == nil {
		return nil
	}
	if in := f.member.Of(v); in != nil {
		if known, ok := (*in).(*K); ok {
			return known
		}
	}
	if known, ok := f.aside.Load(weak.Make(v)); ok {
		return known.(*K)
	}
	return nil
}
