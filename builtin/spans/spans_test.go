package spans_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, spans.Aspect, "testdata/*.txtar") }

func TestMarked(t *testing.T) { instrumenttest.Run(t, spans.Marked, "testdata/marked/*.txtar") }

func TestRules(t *testing.T) {
	instrumenttest.Run(t, &instrument.Aspect{
		Name: "orders",
		Rules: append(
			spans.Rules(instrument.BodyWhere(instrument.Name("Place*")), spans.Options{Kind: "producer", Attributes: []string{"order.ID"}}),
			spans.Rules(instrument.BodyNamed("main.Load"), spans.Options{Name: "load it"})...),
	}, "testdata/rules/*.txtar", spans.Marked)
}

func TestRulesNamed(t *testing.T) {
	instrumenttest.Run(t, &instrument.Aspect{
		Name:  "orders",
		Rules: spans.Rules(instrument.BodyNamed("main.Close"), spans.Options{}),
	}, "testdata/named/*.txtar")
}

// What is wrong with options is told where Rules is called.
func TestMistakes(t *testing.T) {
	body := instrument.BodyWhere(instrument.Name("Place"))
	for _, tt := range []struct {
		line  int
		rules []instrument.Rule
		want  string
	}{
		{line(), spans.Rules(body, spans.Options{Kind: "sender"}), `kind is "sender", and it may be internal or client or server or producer or consumer`},
		{line(), spans.Rules(body, spans.Options{Attributes: []string{"order.ID", "order..ID"}}), `"order..ID" is no selector`},
		{line(), spans.Rules(body, spans.Options{Attributes: []string{"id", "id"}}), `Capture lists "id" twice`},
		{line(), spans.Rules(body, spans.Options{Name: "place", Kind: "client", Attributes: []string{"id"}}), ""},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "orders", Rules: tt.rules})
		if tt.want == "" {
			if err != nil {
				t.Error(err)
			}
		} else if want := fmt.Sprintf("spans_test.go:%d: orders: %s", tt.line, tt.want); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the mistake is %v, want %s", err, want)
		}
	}
}

// line returns the line that it is called on.
func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}

// Aspect makes a span where Marked would make another one, so one program can not have both.
func TestBoth(t *testing.T) {
	err := instrument.Validate(spans.Aspect, spans.Marked)
	if err == nil || !strings.Contains(err.Error(), "another registered aspect has this name") {
		t.Errorf("both are registered, and the mistake is %v", err)
	}
}
