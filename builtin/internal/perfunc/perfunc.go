// Package perfunc keeps what a hook works out of the options of a woven function, once
// for each function instead of at each call.
package perfunc

import (
	"sync"

	"github.com/goweaver/weaver/instrument/hook"
)

// A Map holds a T for each woven function that was asked for. There are as many of these as
// functions in the program's source, so nothing is ever dropped. It may be used by several
// goroutines at once.
type Map[T any] struct {
	make func(*hook.Func) *T
	made sync.Map // of *T by *hook.Func
}

// New returns an empty map of what make returns. It may be called twice for a function that
// two goroutines ask for at once; both then get the same one.
func New[T any](make func(*hook.Func) *T) *Map[T] { return &Map[T]{make: make} }

// Of returns what belongs to the function. After the first time it does not allocate.
func (m *Map[T]) Of(f *hook.Func) *T {
	got, ok := m.made.Load(f)
	if !ok {
		got, _ = m.made.LoadOrStore(f, m.make(f))
	}
	return got.(*T)
}
