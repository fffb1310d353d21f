package instrument_test

// The examples of package instrument's documentation. The hooks stand beside the
// aspects here; in a program they have a package of their own.

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
)

// Serve logs the address that a server listens on.
func Serve(l net.Listener) { log.Println("serving", l.Addr()) }

// The target is named by its method expression, so a typo does not compile, and
// the hook's parameter is found among the target's by its type.
func ExampleBodyOf() {
	// func Serve(l net.Listener)
	aspect := &instrument.Aspect{
		Name: "listen",
		Doc:  "log the address of every HTTP server",
		Rules: []instrument.Rule{
			instrument.BodyOf((*http.Server).Serve).Before(Serve),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Authorize refuses callers that may not do what the rule is about.
func Authorize(ctx context.Context, f *hook.Func) error {
	if ctx.Value("may") != f.Text("permission") {
		return fmt.Errorf("%s: not permitted", f.FullName())
	}
	return nil
}

// A function of the module that is built is named as text, since a func value
// would link it into the registration binary.
func ExampleBodyNamed() {
	// func Authorize(ctx context.Context, f *hook.Func) error
	aspect := &instrument.Aspect{
		Name: "authorize",
		Rules: []instrument.Rule{
			instrument.BodyNamed("example.com/shop/orders.Process").Check(Authorize).With("permission", "orders:write"),
			instrument.BodyNamed("(*example.com/shop/orders.Store).Delete").Check(Authorize).With("permission", "orders:delete"),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Time reports how long the function took, and whether it failed.
func Time(f *hook.Func) func(error) {
	start := time.Now()
	return func(err error) { log.Println(f.FullName(), time.Since(start), err) }
}

// Every function of the main modules that takes a context first and can fail is a
// target, if its name has Order in it.
func ExampleBodyWhere() {
	// func Time(f *hook.Func) func(error)
	aspect := &instrument.Aspect{
		Name: "timing",
		Rules: []instrument.Rule{
			instrument.BodyWhere(
				instrument.ParamIs[context.Context](0),
				instrument.ResultIs[error](-1),
				instrument.Name("*Order*"),
			).Around(Time),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Noon is a clock for reproducible runs.
func Noon() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

// A replacement has the type of its target; another one does not compile.
func ExampleCallTo() {
	// func Noon() time.Time
	aspect := &instrument.Aspect{
		Name:  "clock",
		Scope: []instrument.Scope{"example.com/shop/..."},
		Rules: []instrument.Rule{
			instrument.CallTo(time.Now).Replace(Noon),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Link logs the name of a link that is made.
func Link(newname string) { log.Println("link", newname) }

// os.Link has two strings. Which one the hook means, no type can tell.
func ExampleRule_Take() {
	// func Link(newname string)
	ambiguous := &instrument.Aspect{Name: "links", Rules: []instrument.Rule{
		instrument.BodyOf(os.Link).Before(Link),
	}}
	explicit := &instrument.Aspect{Name: "links", Rules: []instrument.Rule{
		instrument.BodyOf(os.Link).Before(Link).Take(instrument.Param(1)),
	}}
	fmt.Println(instrument.Validate(ambiguous) != nil, instrument.Validate(explicit))
	// Output: true <nil>
}

// Slow reports calls that took longer than the rule allows.
func Slow(f *hook.Func, query string) func() {
	start := time.Now()
	limit, _ := f.Option("milliseconds").(int64)
	return func() {
		if took := time.Since(start); took.Milliseconds() > limit {
			log.Println(f.FullName(), query, took)
		}
	}
}

// One hook serves several rules, each with constants of its own.
func ExampleRule_With() {
	// func Slow(f *hook.Func, query string) func()
	aspect := &instrument.Aspect{
		Name: "slow",
		Rules: []instrument.Rule{
			instrument.BodyOf((*sql.DB).QueryContext).Around(Slow).With("milliseconds", 500),
			instrument.BodyOf((*sql.DB).ExecContext).Around(Slow).With("milliseconds", 2000),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// The hook's package needs a heavy library. Named keeps it out of the
// registration binary.
func ExampleNamed() {
	// func Serve(l net.Listener), in package example.com/shop/telemetry/hooks
	aspect := &instrument.Aspect{
		Name: "server",
		Rules: []instrument.Rule{
			instrument.BodyOf((*http.Server).Serve).Before(instrument.Named("example.com/shop/telemetry/hooks.Serve")),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
