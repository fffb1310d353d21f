// Package dotted has a path with a dot in its last element, which symbols escape.
package dotted

// A Node is the argument of a generic type.
type Node struct{}
