package attempt_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/goweaver/weaver/builtin/retry/attempt"
)

// A context without a number is that of a first attempt, and stays as it is for one.
func TestWith(t *testing.T) {
	ctx := t.Context()
	if attempt.Of(ctx) != 1 || attempt.With(ctx, 1) != ctx {
		t.Errorf("attempt %d", attempt.Of(ctx))
	}
	second := attempt.With(ctx, 2)
	if attempt.Of(second) != 2 || attempt.With(second, 2) != second || attempt.Of(attempt.With(second, 1)) != 1 {
		t.Errorf("attempt %d", attempt.Of(second))
	}
}

// Each that asks is told, in order, until it asks no more.
func TestOnFailure(t *testing.T) {
	got := ""
	tell := func(name string) func(context.Context, attempt.Failure) {
		return func(_ context.Context, f attempt.Failure) { got += fmt.Sprint(name, f.Attempt) }
	}
	stopA, stopB := attempt.OnFailure(tell("a")), attempt.OnFailure(tell("b"))
	defer stopB()
	attempt.Failed(t.Context(), attempt.Failure{Attempt: 1})
	stopA()
	stopA()
	attempt.Failed(t.Context(), attempt.Failure{Attempt: 2})
	stopB()
	attempt.Failed(t.Context(), attempt.Failure{Attempt: 3})
	if got != "a1b1b2" {
		t.Errorf("told %q", got)
	}
}

func ExampleOnFailure() {
	stop := attempt.OnFailure(func(_ context.Context, f attempt.Failure) {
		fmt.Println(f.Function, "failed:", f.Err)
	})
	defer stop()
	attempt.Failed(context.Background(), attempt.Failure{Function: "example.com/shop.Charge", Err: fmt.Errorf("no answer")})
	// Output: example.com/shop.Charge failed: no answer
}
