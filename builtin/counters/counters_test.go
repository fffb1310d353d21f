package counters_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/counters"
	"github.com/goweaver/weaver/builtin/durations"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// With the aspect durations beside it: a function may have both directives.
func TestAspect(t *testing.T) {
	instrumenttest.Run(t, counters.Aspect, "testdata/*.txtar", durations.Aspect)
}

func TestRules(t *testing.T) {
	instrumenttest.Run(t, &instrument.Aspect{
		Name:  "orders",
		Rules: counters.Rules(instrument.BodyWhere(instrument.Name("Place*")), counters.Options{Name: "orders.placed"}),
	}, "testdata/rules/*.txtar", counters.Aspect)
}

// What is wrong with options is told where Rules is called.
func TestMistakes(t *testing.T) {
	body := instrument.BodyWhere(instrument.Name("Place"))
	for _, tt := range []struct {
		line  int
		rules []instrument.Rule
		ok    bool
	}{
		{line(), counters.Rules(body, counters.Options{}), true},
		{line(), counters.Rules(body, counters.Options{Name: "a"}), true},
		{line(), counters.Rules(body, counters.Options{Name: "a" + strings.Repeat("9", 254)}), true},
		{line(), counters.Rules(body, counters.Options{Name: "a" + strings.Repeat("9", 255)}), false},
		{line(), counters.Rules(body, counters.Options{Name: "9a"}), false},
		{line(), counters.Rules(body, counters.Options{Name: "or ders"}), false},
		{line(), counters.Rules(body, counters.Options{Name: "a\n"}), false},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "orders", Rules: tt.rules})
		want := fmt.Sprintf("counters_test.go:%d: orders: name is ", tt.line)
		if tt.ok && err != nil || !tt.ok && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("the mistake is %v, and is to be one: %t", err, !tt.ok)
		}
	}
}

// line returns the line that it is called on.
func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}
