package durations_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/durations"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) {
	instrumenttest.Run(t, durations.Aspect, "testdata/*.txtar")
}

func TestRules(t *testing.T) {
	instrumenttest.Run(t, &instrument.Aspect{
		Name:  "orders",
		Rules: durations.Rules(instrument.BodyWhere(instrument.Name("Place*")), durations.Options{Name: "orders.place.duration"}),
	}, "testdata/rules/*.txtar", durations.Aspect)
}

// What is wrong with options is told where Rules is called.
func TestMistakes(t *testing.T) {
	body := instrument.BodyWhere(instrument.Name("Place"))
	for _, tt := range []struct {
		line  int
		rules []instrument.Rule
		ok    bool
	}{
		{line(), durations.Rules(body, durations.Options{}), true},
		{line(), durations.Rules(body, durations.Options{Name: "a"}), true},
		{line(), durations.Rules(body, durations.Options{Name: "a" + strings.Repeat("9", 254)}), true},
		{line(), durations.Rules(body, durations.Options{Name: "a" + strings.Repeat("9", 255)}), false},
		{line(), durations.Rules(body, durations.Options{Name: "9a"}), false},
		{line(), durations.Rules(body, durations.Options{Name: "or ders"}), false},
		{line(), durations.Rules(body, durations.Options{Name: "a\n"}), false},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "orders", Rules: tt.rules})
		want := fmt.Sprintf("durations_test.go:%d: orders: name is ", tt.line)
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
