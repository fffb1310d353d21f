package instrument_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

// Recorded logs what a function does, by the words of its directive.
func Recorded(f *hook.Func) func(err error) {
	op := f.Text("op")
	if op == "" {
		op = f.Name
	}
	return func(err error) {
		if err != nil || f.Option("always") == true {
			log.Println(op, f.Args, err)
		}
	}
}

// The source says which functions are meant, literals too, and more about them:
//
//	//weaver:traced orders op="take the money" always=true
//	func Checkout(ctx context.Context) error {
func ExampleHasDirective() {
	// func Recorded(f *hook.Func) func(err error)
	aspect := &instrument.Aspect{
		Name: "traced",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.HasDirective("traced", "op", "always")).
				Around(Recorded).With("always", false),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// A rule on calls asks its conditions of the function that the call is written in: here
// tests keep the real clock, and so does what a directive excepts.
func ExampleCall_Where() {
	// func Noon() time.Time
	aspect := &instrument.Aspect{
		Name: "clock",
		Rules: []instrument.Rule{
			instrument.CallTo(time.Now).
				Where(instrument.Not(instrument.InTests()), instrument.Not(instrument.HasDirective("realtime"))).
				Replace(Noon),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Opened logs that something is read.
func Opened(f *hook.Func) { log.Println("read in", f.FullName()) }

// What is matched need import neither the package of the interface nor that of a type that
// is given as text.
func ExampleImplements() {
	// func Opened(f *hook.Func)
	aspect := &instrument.Aspect{
		Name: "readers",
		Rules: []instrument.Rule{
			instrument.BodyWhere(
				instrument.Implements[io.Reader](instrument.Param(-1)),
				instrument.TypeIs(instrument.Recv, "*example.com/shop/orders.Store"),
				instrument.Any(instrument.Exported(), instrument.ParamIs[context.Context](0)),
			).Before(Opened),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Quiet drops what a test binary logs.
func Quiet() { log.SetOutput(io.Discard) }

// A test binary starts in the main package that go test makes.
func ExampleTestMain() {
	// func Quiet()
	aspect := &instrument.Aspect{
		Name: "quiet",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.TestMain(), instrument.Name("main")).Before(Quiet),
			instrument.BodyOf(os.Exit).Where(instrument.Not(instrument.Generated())).Before(Quiet),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
