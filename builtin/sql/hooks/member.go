package hooks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// The unexported fields of database/sql that the hooks read, as of Go 1.25 and 1.26. All
// but the last two are set before a program has the value, and never again. Where a version
// of Go has no such field, what it would have told is not known.
var (
	dbConnector = memberOf[sql.DB, driver.Connector]("connector")
	txDB        = memberOf[sql.Tx, *sql.DB]("db")
	txContext   = memberOf[sql.Tx, context.Context]("ctx")
	stmtDB      = memberOf[sql.Stmt, *sql.DB]("db")
	stmtQuery   = memberOf[sql.Stmt, string]("query")
	rowsLastErr = memberOf[sql.Rows, error]("lasterr") // until the rows are closed
	dbMutex     = memberOf[sql.DB, sync.Mutex]("mu")
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

// Field is the name of the field that the aspect adds to sql.DB, sql.Conn and sql.Rows.
const Field = "weaver"

// The slots of the types that have one. See newSlot.
var (
	dbSlot   = newSlot[sql.DB]()
	connSlot = newSlot[sql.Conn]()
	rowsSlot = newSlot[sql.Rows]()
)

// A slot keeps what the hooks know of a value of type T for as long as that lives: in the
// field that the aspect adds to T. It costs nothing to find and nothing to free. Where T
// has no such field, as in the tests of this package or where a later Go leaves no room
// for it, a table serves that does not keep the value alive.
type slot[T any] struct {
	field member[T, atomic.Value]
	aside sync.Map // of weak.Pointer[T] to *atomic.Value
}

func newSlot[T any]() *slot[T] {
	return &slot[T]{field: memberOf[T, atomic.Value](Field)}
}

// load returns what is in v's slot, or nil.
func (s *slot[T]) load(v *T) any {
	if field := s.field.of(v); field != nil {
		return field.Load()
	}
	if v == nil || s.field.known {
		return nil
	}
	if a, ok := s.aside.Load(weak.Make(v)); ok {
		return a.(*atomic.Value).Load()
	}
	return nil
}

// of returns v's slot. v is not nil.
func (s *slot[T]) of(v *T) *atomic.Value {
	if field := s.field.of(v); field != nil {
		return field
	}
	key := weak.Make(v)
	a, found := s.aside.LoadOrStore(key, new(atomic.Value))
	if !found {
		runtime.AddCleanup(v, func(key weak.Pointer[T]) { s.aside.Delete(key) }, key)
	}
	return a.(*atomic.Value)
}
