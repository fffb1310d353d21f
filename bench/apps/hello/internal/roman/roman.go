// Package roman writes numbers as the Romans did. It is the leaf package of hello: it
// imports nothing of the module, and main imports it.
package roman

import "strings"

// Numeral returns n in Roman numerals; "" for n < 1.
func Numeral(n int) string {
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var out strings.Builder
	for i, v := range values {
		for ; n >= v; n -= v {
			out.WriteString(signs[i])
		}
	}
	return out.String()
}
