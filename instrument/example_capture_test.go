package instrument_test

// Examples of what a hook is given beside the items of its target. The hooks stand
// beside the aspects here; in a program they have a package of their own.

import (
	"fmt"
	"log/slog"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

// LogOrder logs what the rule captures, and how the function ended.
func LogOrder(f *hook.Func, c hook.Captured) func(hook.Exit, error) {
	var attrs []any
	for v := range c.All() {
		attrs = append(attrs, slog.Any(v.Key, v.Any()))
	}
	log := slog.With(attrs...)
	log.Info("start", "function", f.Name)
	return func(end hook.Exit, err error) { log.Info("done", "function", f.Name, "end", end, "error", err) }
}

// The rule says what is logged, so one hook serves functions that have nothing in
// common but that.
func ExampleRule_Capture() {
	// func LogOrder(f *hook.Func, c hook.Captured) func(hook.Exit, error)
	aspect := &instrument.Aspect{
		Name: "audit",
		Rules: []instrument.Rule{
			instrument.BodyNamed("(*example.com/shop/orders.Store).Place").Around(LogOrder).Capture("order.ID", "order.Customer.Name"),
			instrument.BodyNamed("(*example.com/shop/orders.Store).Cancel").Around(LogOrder).Capture("id", "s.region"),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
