// Tests of what a build comes to.
package report

import "testing"

// A package that is compiled anew for tests is one package, and its sites are the sites of its
// sources.
func TestSummary(t *testing.T) {
	g := &Graph{[]action{
		compile("main"), compile("p"), compile("p [p.test]"), compile("p_test [p.test]"), compile("plain"), compile("left"),
		{Mode: "link", Package: "main", ActionID: "link"},
	}}
	records := map[string]*Record{
		"id-main":            {Sites: map[string]int{"a": 1}, Linked: map[string]int{"a": 40}},
		"id-p":               {Sites: map[string]int{"a": 2, "b": 1}},
		"id-p [p.test]":      {Sites: map[string]int{"a": 3}},
		"id-p_test [p.test]": {Sites: map[string]int{"b": 5}},
		"id-plain":           nil,
		"id-left":            {Sites: map[string]int{"a": 0}}, // where the source opts out
		"":                   {Sites: map[string]int{"a": 1}},
		"id-elsewhere":       {Sites: map[string]int{"a": 1}},
	}
	if got, want := g.Summary(records), (Summary{Packages: 5, Woven: 3, Sites: 1 + 3 + 1 + 5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := (&Graph{}).Summary(nil); got != (Summary{}) {
		t.Errorf("of nothing: %+v", got)
	}
}
