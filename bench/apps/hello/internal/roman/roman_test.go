package roman

import "testing"

func TestNumeral(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "I", 4: "IV", 99: "XCIX", 1987: "MCMLXXXVII"} {
		if got := Numeral(n); got != want {
			t.Errorf("Numeral(%d) = %q, want %q", n, got, want)
		}
	}
}
