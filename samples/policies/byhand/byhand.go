// Package byhand processes orders as package woven does, with all that has to happen at each of
// them written out.
package byhand

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"example.com/policies/order"
)

const (
	scope      = "example.com/policies/byhand"
	function   = scope + ".(*Shop).ProcessOrder"
	permission = "orders:write"

	attempts = 3
	wait     = time.Millisecond // before the second attempt, and twice as long before the third
	failures = 3                // in a row, before the circuit opens
)

// A Shop processes orders. It may be used by several goroutines at once.
type Shop struct {
	gateway order.Gateway
	access  func(ctx context.Context, permission string) error
	circuit *gobreaker.TwoStepCircuitBreaker[struct{}]

	tracer    trace.Tracer
	processed metric.Int64Counter
	duration  metric.Float64Histogram
	outcomes  outcomes
}

// New returns a shop that takes the money by that gateway, for those who have access.
func New(g order.Gateway, access func(ctx context.Context, permission string) error) (*Shop, error) {
	meter := otel.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))
	processed, err := meter.Int64Counter("orders.processed",
		metric.WithUnit("{call}"), metric.WithDescription("Number of calls of a function that have ended."))
	if err != nil {
		return nil, err
	}
	duration, err := meter.Float64Histogram("orders.duration",
		metric.WithUnit("s"), metric.WithDescription("Duration of calls of a function."),
		metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	if err != nil {
		return nil, err
	}
	return &Shop{
		gateway: g, access: access,
		circuit: gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
			Name: "payments", MaxRequests: 1, Interval: time.Minute, Timeout: time.Minute,
			ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failures },
			IsExcluded:  func(err error) bool { return errors.Is(err, errGivenUp) },
		}),
		tracer:    otel.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		processed: processed, duration: duration, outcomes: newOutcomes(),
	}, nil
}

// ProcessOrder takes the money for an order.
func (s *Shop) ProcessOrder(ctx context.Context, o order.Order) (err error) {
	ctx, span := s.tracer.Start(ctx, "ProcessOrder", trace.WithAttributes(
		semconv.CodeFunctionName(function), attribute.String("o.ID", o.ID)))
	t := told{shop: s, ctx: ctx, span: span, id: slog.String("o.ID", o.ID)}
	slog.LogAttrs(ctx, slog.LevelInfo, "ProcessOrder started", t.id)
	t.began = time.Now()
	returned := false
	defer func() {
		if returned {
			t.returned(err)
			return
		}
		p := recover()
		if p == nil { // runtime.Goexit
			t.exited()
			return
		}
		t.panicked(p)
		panic(p)
	}()
	err = s.checked(ctx, o)
	returned = true
	return err
}

// checked processes the order if the caller may.
func (s *Shop) checked(ctx context.Context, o order.Order) error {
	if err := s.access(ctx, permission); err != nil {
		return &deniedError{err}
	}
	return s.retried(ctx, o)
}

// retried tries again what has failed, as long as that may help.
func (s *Shop) retried(ctx context.Context, o order.Order) error {
	for n, wait := 1, wait; ; n, wait = n+1, 2*wait {
		err := s.guarded(ctx, o)
		if err == nil || n == attempts || errors.Is(err, context.Canceled) || errors.Is(err, errOpen) {
			return err
		}
		if ctx.Err() == nil {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
				continue
			case <-ctx.Done():
				timer.Stop()
			}
		}
		if n == 1 {
			return fmt.Errorf("%w after 1 attempt: %w", ctx.Err(), err)
		}
		return fmt.Errorf("%w after %d attempts: %w", ctx.Err(), n, err)
	}
}

// guarded leaves the gateway alone that has failed too often.
func (s *Shop) guarded(ctx context.Context, o order.Order) error {
	done, err := s.circuit.Allow()
	if err != nil {
		return &openError{err}
	}
	outcome := errNotReturned
	defer func() { done(outcome) }()
	err = order.Process(ctx, s.gateway, o)
	outcome = err
	if err != nil && (errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled)) {
		outcome = errGivenUp
	}
	return err
}

var (
	errOpen        = errors.New("circuit is open")
	errNotReturned = errors.New("the gateway did not return")
	errGivenUp     = errors.New("the caller has given up")
)

// A deniedError is that of a caller who may not.
type deniedError struct{ reason error }

// Error returns function, permission and reason.
func (e *deniedError) Error() string {
	return function + ": permission \"" + permission + "\" denied: " + e.reason.Error()
}

// Unwrap returns the reason.
func (e *deniedError) Unwrap() error { return e.reason }

// An openError is that of an order that the circuit did not let pass.
type openError struct{ reason error }

// Error returns which circuit it is.
func (e *openError) Error() string { return "circuit payments is open" }

// Is reports whether target is errOpen.
func (e *openError) Is(target error) bool { return target == errOpen }

// Unwrap returns the breaker's error.
func (e *openError) Unwrap() error { return e.reason }
