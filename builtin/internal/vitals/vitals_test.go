package vitals_test

import (
	"slices"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/vitals"
)

// What all sources say is in the order of names, of whatever source, and as it is when asked.
func TestAll(t *testing.T) {
	state := vitals.OK
	vitals.Register(func() []vitals.Vital { return []vitals.Vital{{Name: "b", State: state}, {Name: "d"}} })
	vitals.Register(func() []vitals.Vital {
		return []vitals.Vital{{Name: "a"}, {Name: "c", State: vitals.Failing, Detail: "gone"}}
	})
	vitals.Register(func() []vitals.Vital { return nil })
	state = vitals.Degraded
	want := []vitals.Vital{{Name: "a"}, {Name: "b", State: vitals.Degraded}, {Name: "c", State: vitals.Failing, Detail: "gone"}, {Name: "d"}}
	if got := vitals.All(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
