package hooks

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"
	"weak"

	"github.com/redis/go-redis/v9"
)

// Field is the name of the field that the aspect adds to the library's types.
const Field = "weaver"

// What the hooks know of a value of the library's, by its type.
var (
	clientField   = newField[redis.Client, client]()
	clusterField  = newField[redis.ClusterClient, client]()
	ringField     = newField[redis.Ring, client]()
	pipelineField = newField[redis.Pipeline, batch]()
	sentinelField = newField[redis.SentinelClient, client]()
	connField     = newField[redis.Conn, client]()
	txField       = newField[redis.Tx, client]()
)

// queue are the commands that a pipeline has not sent yet. Newer versions have a method for
// them.
var queue = memberOf[redis.Pipeline, []redis.Cmder]("cmds")

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

// A field keeps the *K that the hooks know of a value of type T for as long as that lives:
// in the field that the aspect adds to T. It is written when the library has made the value
// and nobody else has it, and never again, so it is read without a lock, and whoever copies
// the value copies it too. For values that were made before this package was initialised,
// and where T has no such field, as the last three of these and all in the tests of this
// package, a table serves that does not keep the value alive.
type field[T, K any] struct {
	member member[T, any]
	aside  sync.Map // of weak.Pointer[T] to *K
}

func newField[T, K any]() *field[T, K] {
	return &field[T, K]{member: memberOf[T, any](Field)}
}

// set says what is known of v, which nobody has yet.
func (f *field[T, K]) set(v *T, known *K) {
	if in := f.member.of(v); in != nil {
		*in = known
		return
	}
	f.add(v, known)
}

// add says what is known of v, which others may have, and returns what is.
func (f *field[T, K]) add(v *T, known *K) *K {
	key := weak.Make(v)
	had, found := f.aside.LoadOrStore(key, known)
	if !found {
		runtime.AddCleanup(v, func(key weak.Pointer[T]) { f.aside.Delete(key) }, key)
	}
	return had.(*K)
}

// load returns what is known of v, or nil.
func (f *field[T, K]) load(v *T) *K {
	if v == nil {
		return nil
	}
	if in := f.member.of(v); in != nil {
		if known, ok := (*in).(*K); ok {
			return known
		}
	}
	if known, ok := f.aside.Load(weak.Make(v)); ok {
		return known.(*K)
	}
	return nil
}
