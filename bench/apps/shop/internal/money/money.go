// Package money has amounts. It is the leaf package of shop: it imports nothing of the
// module, and package store imports it, which api and main import.
package money

import "fmt"

// Cents is an amount in hundredths of the currency.
type Cents int64

// String returns the amount with two digits behind the point.
func (c Cents) String() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}
