package statement

import (
	"strings"
	"testing"
)

func TestBatch(t *testing.T) {
	long := "SELECT a FROM t -- " + strings.Repeat("x", Longest)
	for _, c := range []struct {
		in            []string
		summary, text string
	}{
		{[]string{"SELECT 1 FROM t"}, "SELECT t", "SELECT ? FROM t"},
		{[]string{"SELECT 1 FROM t", "SELECT 1 FROM t"}, "BATCH SELECT t", "SELECT ? FROM t"},
		{[]string{"SELECT 1 FROM t", "select 2 FROM t"}, "BATCH SELECT t", "SELECT ? FROM t; select ? FROM t"},
		{[]string{"SELECT $1", "SHOW x"}, "BATCH", "SELECT $1; SHOW x"},
		{[]string{"SELECT 1 FROM t", long}, "BATCH SELECT t", "SELECT ? FROM t"},
		{nil, "BATCH", ""},
	} {
		if summary, text := Batch(c.in, Of("postgresql")); summary != c.summary || text != c.text {
			t.Errorf("%.40q: %q %q, want %q %q", c.in, summary, text, c.summary, c.text)
		}
	}
}
