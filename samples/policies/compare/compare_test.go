// Package compare holds both ways of processing orders against each other: by what they return
// and do, and by what a collector gets to know of it.
//
//	go tool weaver go test ./...
package compare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/authorize/checker"
	"github.com/goweaver/weaver/builtin/breaker/circuits"

	"example.com/policies/byhand"
	"example.com/policies/order"
	"example.com/policies/woven"
)

// A processor is one of the two shops.
type processor interface {
	ProcessOrder(ctx context.Context, o order.Order) error
}

// variants make the shops: byhand is what woven has to be like.
var variants = map[string]func(order.Gateway) (processor, error){
	"byhand": func(g order.Gateway) (processor, error) { return byhand.New(g, access) },
	"woven":  func(g order.Gateway) (processor, error) { return woven.New(g), nil },
}

func TestMain(m *testing.M) {
	if !checker.Woven() {
		fmt.Println("package woven is not woven here: go tool weaver go test ./...")
		os.Exit(0)
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	checker.Set(access)
	os.Exit(m.Run())
}

// A customerKey is the context's key for who is calling.
type customerKey struct{}

var errNoRole = errors.New("missing role clerk")

// access lets clerks process orders.
func access(ctx context.Context, _ string) error {
	if ctx.Value(customerKey{}) != "clerk" {
		return errNoRole
	}
	return nil
}

// A gateway does at each of its calls what it has a function for, and nothing at others.
type gateway struct {
	calls int
	does  []func() error
}

func (g *gateway) Charge(context.Context, string, int) error {
	g.calls++
	if g.calls > len(g.does) || g.does[g.calls-1] == nil {
		return nil
	}
	return g.does[g.calls-1]()
}

func (g *gateway) Refund(context.Context, string, int) error { return nil }

var errRefused = errors.New("connection refused")

func refused() error { return errRefused }

// scenarios are all ways in which orders can go. Each calls the shop it is given and says what it
// saw.
var scenarios = map[string]struct {
	as    string // who is calling
	calls int    // of ProcessOrder
	does  func(cancel func()) []func() error
}{
	"success":          {as: "clerk", calls: 2},
	"denial":           {as: "guest", calls: 1},
	"a second attempt": {"clerk", 1, func(func()) []func() error { return []func() error{refused} }},
	"failure":          {"clerk", 1, func(func()) []func() error { return []func() error{refused, refused, refused} }},
	"open breaker":     {"clerk", 2, func(func()) []func() error { return []func() error{refused, refused, refused} }},
	"cancellation between attempts": {"clerk", 1, func(cancel func()) []func() error {
		return []func() error{refused, func() error { cancel(); return errRefused }}
	}},
	"cancellation before an attempt fails": {"clerk", 1, func(cancel func()) []func() error {
		return []func() error{func() error { cancel(); return fmt.Errorf("charge: %w", context.Canceled) }}
	}},
	"panic":  {"clerk", 1, func(func()) []func() error { return []func() error{func() error { panic("out of paper") }} }},
	"goexit": {"clerk", 1, func(func()) []func() error { return []func() error{func() error { runtime.Goexit(); return nil }} }},
}

// Both shops return the same errors after the same attempts, and a collector gets the same spans,
// logs and metrics of them.
func TestSame(t *testing.T) {
	for name := range scenarios {
		t.Run(name, func(t *testing.T) {
			saw := map[string]string{}
			for variant := range variants {
				saw[variant] = observe(t, variant, name)
			}
			if saw["woven"] != saw["byhand"] {
				t.Errorf("woven:\n%s\nby hand:\n%s", saw["woven"], saw["byhand"])
			}
			for _, must := range []string{"trace ", "log ", "metric orders.processed", "metric orders.duration"} {
				if !strings.Contains(saw["woven"], must) {
					t.Errorf("a collector gets no %s:\n%s", must, saw["woven"])
				}
			}
		})
	}
}

// observe returns all that there is to see of a scenario.
func observe(t *testing.T, variant, name string) string {
	t.Helper()
	circuits.Reset()
	c := collect(t)
	sc := scenarios[name]
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), customerKey{}, sc.as))
	defer cancel()
	g := &gateway{}
	if sc.does != nil {
		g.does = sc.does(cancel)
	}
	shop, err := variants[variant](g)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for range sc.calls {
		fmt.Fprintln(&out, called(ctx, shop), "attempts:", g.calls)
	}
	return normal(out.String() + c.all(t))
}

// called processes an order and says how that ended.
func called(ctx context.Context, p processor) string {
	end := "goexit"
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				end = fmt.Sprint("panic: ", v)
			}
		}()
		err := p.ProcessOrder(ctx, order.Order{ID: "o-1", Customer: "ann", Cents: 995})
		end = fmt.Sprint("returned: ", err)
		for _, is := range []error{errRefused, errNoRole, context.Canceled} {
			end += fmt.Sprintf("; is %v: %t", is, errors.Is(err, is))
		}
	}()
	<-done
	return end
}

// normal returns the text with what has other names by hand as woven has it: packages, and types
// of errors.
func normal(s string) string {
	lines := strings.Split(strings.NewReplacer(
		"*byhand.deniedError", "*checker.Error",
		"*byhand.openError", "*circuit.Rejection",
		"*fmt.wrapErrors", "*hooks.interruption",
		"example.com/policies/byhand.(*told).returned", "example.com/policies/woven.(*Shop).ProcessOrder",
		"example.com/policies/byhand.(*told).panicked", "example.com/policies/woven.(*Shop).ProcessOrder",
		"example.com/policies/byhand.(*told).exited", "example.com/policies/woven.(*Shop).ProcessOrder",
		"example.com/policies/byhand", "example.com/policies/woven",
	).Replace(s), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// What weaving adds to an order that goes well allocates at most a tenth more than what is written
// by hand.
func TestAllocations(t *testing.T) {
	circuits.Reset() // a scenario may have left it open
	record()
	allocs := map[string]float64{}
	for variant, make := range variants {
		shop, err := make(&gateway{})
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.WithValue(t.Context(), customerKey{}, "clerk")
		allocs[variant] = testing.AllocsPerRun(1000, func() {
			if err := shop.ProcessOrder(ctx, order.Order{ID: "o-1", Customer: "ann", Cents: 995}); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Logf("allocations an order: %v", allocs)
	if allocs["woven"] > 1.1*allocs["byhand"] {
		t.Errorf("allocations an order: %v", allocs)
	}
}

func BenchmarkProcessOrder(b *testing.B) {
	for _, variant := range []string{"byhand", "woven"} {
		b.Run(variant, func(b *testing.B) {
			circuits.Reset()
			record()
			shop, err := variants[variant](&gateway{})
			if err != nil {
				b.Fatal(err)
			}
			ctx := context.WithValue(b.Context(), customerKey{}, "clerk")
			b.ReportAllocs()
			for b.Loop() {
				if err := shop.ProcessOrder(ctx, order.Order{ID: "o-1", Customer: "ann", Cents: 995}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
