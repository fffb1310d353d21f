// Package shapes has struct types that hooks and programs share.
package shapes

// T is made in many ways.
type T struct {
	Name string
	Next *T
	Seen int
}

// Alias is T by another name.
type Alias = T

// List and Table have elements that are written without their type.
type (
	List  []T
	Table map[string]*T
)

// Pair is generic.
type Pair[E any] struct{ A, B E }
