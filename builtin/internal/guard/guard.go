// Package guard holds what a program gives to the built-ins that guard its functions: one
// value each, set once. The packages that programs call are made of it.
package guard

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
)

// A Setting is a value that a program sets once. That another package replaces who
// decides, or who keeps records, is a mistake that nobody would see; so it panics. It may
// be used by several goroutines at once.
type Setting[T any] struct {
	name string // of the function that sets it, for messages
	held atomic.Pointer[held[T]]
}

type held[T any] struct {
	value T
	place string // file:line of the call that set it
}

// NewSetting returns one that is not set. name is that of the exported function that sets
// it and is called by the program itself, such as checker.Set.
func NewSetting[T any](name string) *Setting[T] { return &Setting[T]{name: name} }

// Set sets the value. It panics if one is set.
func (s *Setting[T]) Set(value T) {
	const caller = 2 // of the exported function
	h := &held[T]{value: value, place: "an unknown place"}
	if _, file, line, ok := runtime.Caller(caller); ok {
		h.place = fmt.Sprintf("%s:%d", filepath.ToSlash(file), line)
	}
	if !s.held.CompareAndSwap(nil, h) {
		panic(fmt.Sprintf("%s is called for the second time, the first time was at %s; call it once, in main, and in tests %[1]sForTest", s.name, s.held.Load().place))
	}
}

// SetForTest sets the value until the test ends, whatever is set.
func (s *Setting[T]) SetForTest(t Test, value T) {
	t.Helper()
	before := s.held.Swap(&held[T]{value: value, place: "a test"})
	t.Cleanup(func() { s.held.Store(before) })
}

// Get returns the value, and whether there is one.
func (s *Setting[T]) Get() (value T, ok bool) {
	h := s.held.Load()
	if h == nil {
		return value, false
	}
	return h.value, true
}

// A Test is a *testing.T, *testing.B or *testing.F. Package testing is not imported, since
// a program is linked with this.
type Test interface {
	Helper()
	Cleanup(func())
}

// A Mark says whether the hooks of a built-in are in the program. It is set while packages
// are initialised, and read after that.
type Mark struct{ set bool }

// Set sets the mark. What it returns is for a variable of the hooks' package, whose
// initialiser calls it.
func (m *Mark) Set() bool {
	m.set = true
	return true
}

// IsSet reports whether the mark is set.
func (m *Mark) IsSet() bool { return m.set }

// The marks of the built-ins that a program may not want to run without. They are set by the
// hooks, which only a woven program is linked with, and asked by the packages that every
// program may call.
var (
	Authorize Mark
	Audit     Mark
	Validate  Mark
)
