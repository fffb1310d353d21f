package entrylog_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/entrylog"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, entrylog.Aspect, "testdata/*.txtar") }

// byRule logs the functions of package shop that are about orders.
var byRule = &instrument.Aspect{
	Name: "orders",
	Rules: entrylog.Rules(instrument.BodyWhere(instrument.Name("*Order"), instrument.Package("example.com/case/shop")), entrylog.Options{
		Level: slog.LevelDebug, EndOnly: true, Message: "order", Parameters: []string{"o"}, Redact: []string{"iban", "example.com/case/shop.Card"},
	}),
}

func TestRules(t *testing.T) { instrumenttest.Run(t, byRule, "testdata/rules/*.txtar") }

// Each mistake is told at the line that makes the rules.
func TestMistakes(t *testing.T) {
	body := instrument.BodyNamed("example.com/shop.Order")
	for _, tt := range []struct {
		rules []instrument.Rule
		want  string
	}{
		{entrylog.Rules(body, entrylog.Options{Level: slog.LevelInfo + 1}), `:34: entrylog: level is "info+1", and it may be debug or info or warn or error`},
		{entrylog.Rules(body, entrylog.Options{Parameters: []string{"o..ID"}}), `"o..ID"`},
		{entrylog.Rules(instrument.BodyNamed("Order"), entrylog.Options{}), `"Order"`},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "entrylog", Rules: tt.rules})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v\nwant %s", err, tt.want)
		}
		if strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("told more than once: %v", err)
		}
		for line := range strings.Lines(fmt.Sprint(err)) {
			if filepath.Base(strings.SplitN(line, ":", 2)[0]) != "entrylog_test.go" {
				t.Errorf("not told at its line: %s", line)
			}
		}
	}
}

// What a user puts into the registration file.
func ExampleRules() {
	aspect := &instrument.Aspect{
		Name: "shoplog",
		Doc:  "log what is done to orders",
		Rules: entrylog.Rules(instrument.BodyWhere(instrument.Name("*Order"), instrument.Exported()), entrylog.Options{
			Level:      slog.LevelDebug,
			Parameters: []string{"order.ID"},
			Redact:     []string{"iban", "example.com/shop.Card"},
		}),
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
