package hooks

// Whether two errors are the same, without asking more of them than they can answer.

import (
	"reflect"
	"unsafe"
)

// longest is how many errors of a chain, or a tree, are looked at: a cycle has no end.
const longest = 128

// leads reports whether to is err, or among the errors that err wraps.
func leads(err, to error) bool {
	return visit(err, func(e error) bool { return same(e, to) })
}

// visit calls see for err and the errors that it wraps, in the order of errors.Is, until see
// returns true, and reports whether it has.
func visit(err error, see func(error) bool) (seen bool) {
	defer func() {
		if recover() != nil { // an Unwrap that panics, for a nil pointer say
			seen = false
		}
	}()
	budget := longest
	return visitWithin(err, see, &budget)
}

func visitWithin(err error, see func(error) bool, budget *int) bool {
	for err != nil && *budget > 0 {
		if *budget--; see(err) {
			return true
		}
		switch x := err.(type) { //nolint:errorlint // each one of the chain
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, e := range x.Unwrap() {
				if visitWithin(e, see, budget) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// same reports whether a and b are one value: of an error that is no pointer, the very copy
// that was put into an error, which may be of a type that can not be compared, or an equal one.
func same(a, b error) bool {
	if *(*[2]unsafe.Pointer)(unsafe.Pointer(&a)) == *(*[2]unsafe.Pointer)(unsafe.Pointer(&b)) {
		return true
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.ValueOf(a).Comparable() && a == b //nolint:errorlint // as said
}
