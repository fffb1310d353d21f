package hooks

import (
	"context"
	"testing"

	"github.com/sony/gobreaker/v2"
)

// breakHook is called as woven code calls a hook: what it is given may be kept, for all that the
// compiler knows.
var breakHook = Break

type shop struct{ calls int }

//go:noinline
func (s *shop) work(context.Context, string) (int, error) {
	s.calls++
	return s.calls, nil
}

// A function with a circuit as it is woven and as one writes it by hand, while it is closed.
func BenchmarkBreak(b *testing.B) {
	s, fn, cb := &shop{}, guarded(), gobreaker.NewCircuitBreaker[int](gobreaker.Settings{})
	twoStep := gobreaker.NewTwoStepCircuitBreaker[int](gobreaker.Settings{})
	for _, form := range []struct {
		name string
		call func(context.Context, string) (int, error)
	}{
		{"plain", s.work},
		{"woven", func(ctx context.Context, id string) (n int, err error) {
			err = breakHook(ctx, fn, func() error { n, err = s.work(ctx, id); return err })
			return
		}},
		{"by hand with Execute", func(ctx context.Context, id string) (int, error) {
			return cb.Execute(func() (int, error) { return s.work(ctx, id) })
		}},
		{"by hand in two steps", func(ctx context.Context, id string) (n int, err error) {
			done, err := twoStep.Allow()
			if err != nil {
				return 0, err
			}
			outcome := errRefused
			defer func() { done(outcome) }()
			n, err = s.work(ctx, id)
			outcome = err
			return n, err
		}},
	} {
		b.Run(form.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = form.call(context.Background(), "o-1")
			}
		})
	}
}
