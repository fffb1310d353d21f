package weaver

import (
	"strings"
)

// didYouMean returns advice with the nearest of the names.
func didYouMean(asked string, names []string) string {
	best, far := "", max(2, len(asked)/3)+1
	for _, n := range names {
		if d := distance(strings.ToLower(asked), n); d < far {
			best, far = n, d
		}
	}
	if best == "" {
		return "correct the name"
	}
	return "perhaps it is " + best
}

// distance returns how many letters have to be changed, added or taken out to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
