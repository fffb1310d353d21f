// Package aside keeps what hooks know of values of a library's beside them, where the type of
// these has no field for it: because it can be compared, because whoever makes the values is not
// woven, or because they are asked about once for a message and only where somebody wants to know.
package aside

import (
	"runtime"
	"sync"
	"weak"
)

// A Table has a K for each of some values of type T, as long as these live. It keeps none of
// them alive, so what is known must not refer to the value either. Where the type has no name
// that hooks can use, T is byte and the pointers are those to the first one. The zero Table is
// empty, and ready for use by several goroutines.
type Table[T, K any] struct {
	known sync.Map // of weak.Pointer[T] to *K
}

// Load returns what is known of the value, or nil.
func (t *Table[T, K]) Load(of *T) *K {
	if of == nil {
		return nil
	}
	if known, ok := t.known.Load(weak.Make(of)); ok {
		return known.(*K)
	}
	return nil
}

// Add says what is known of the value, if nothing is, and returns what is.
func (t *Table[T, K]) Add(of *T, known *K) *K {
	key := weak.Make(of)
	had, found := t.known.LoadOrStore(key, known)
	if !found {
		runtime.AddCleanup(of, func(key weak.Pointer[T]) { t.known.Delete(key) }, key)
	}
	return had.(*K)
}

// Of returns what is known of the value, or nil if that is nil. What is not known yet find
// finds out; it may be called by several goroutines for the same value, of which one is right.
func (t *Table[T, K]) Of(of *T, find func(*T) *K) *K {
	if of == nil {
		return nil
	}
	if known := t.Load(of); known != nil {
		return known
	}
	return t.Add(of, find(of))
}
