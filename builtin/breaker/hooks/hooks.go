// Package hooks holds the functions that ask a function's circuit before it runs, and tell it
// how the function ended.
//
// The breaker is github.com/sony/gobreaker's in two steps. Its Execute would recover from a
// panic and panic anew, and where the goroutine is ended by runtime.Goexit it never
// learns of the end: a circuit that is half open then waits for ever.
package hooks

import (
	"context"

	"github.com/goweaver/weaver/builtin/breaker/internal/circuit"
	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/instrument/hook"
)

// Break calls the body if the circuit lets it pass, and else returns why it does not. A body
// that does not return, since it panics or ends the goroutine, has failed.
func Break(ctx context.Context, fn *hook.Func, body func() error) error {
	done, err := of.Of(fn).Allow()
	if err != nil {
		circuit.Tell()
		return err
	}
	outcome := circuit.Failed
	defer func() {
		done(outcome)
		circuit.Tell()
	}()
	circuit.Tell() // that it is half open now, say
	err = body()
	outcome = circuit.Outcome(ctx, err)
	return err
}

// BreakPlain is [Break] for a function that takes no context first.
func BreakPlain(fn *hook.Func, body func() error) error { return Break(context.Background(), fn, body) }

// of holds the circuit of each function, which hooks have no receiver to keep in.
var of = perfunc.New(circuit.Of)
