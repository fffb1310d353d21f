// Package problem holds the kinds of errors that the shop's packages share.
package problem

import "errors"

// The kinds of errors. A caller tells them apart by [errors.Is].
var (
	NotFound = errors.New("not found")
	Invalid  = errors.New("invalid")
	SoldOut  = errors.New("sold out")
	Refused  = errors.New("refused") // by a rule of the business
)
