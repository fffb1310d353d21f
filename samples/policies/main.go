// Command policies processes a few orders, and prints what becomes of them and what else is told.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"path"

	"github.com/goweaver/weaver/builtin/audit/sink"
	"github.com/goweaver/weaver/builtin/authorize/checker"
	"github.com/goweaver/weaver/builtin/errortrack/reporter"
	"github.com/goweaver/weaver/builtin/health/readiness"

	"example.com/policies/order"
	"example.com/policies/woven"
)

func main() {
	// The plain go command would leave out the checks, and say nothing.
	if !checker.Woven() || !sink.Woven() {
		log.Fatal("this program was built without its checks; build it with go tool weaver")
	}
	checker.Set(access)
	sink.Actor(caller)
	sink.Set(sink.Func(record))
	reporter.Set(report)
	run(context.Background())
}

// run plays a day at the shop.
func run(ctx context.Context) {
	shop := woven.New(&gateway{refuses: 1})
	clerk := context.WithValue(ctx, callerKey{}, "clerk")
	guest := context.WithValue(ctx, callerKey{}, "guest")
	o := order.Order{ID: "o-1", Customer: "ann", Cents: 995}

	show("a clerk's order", shop.ProcessOrder(clerk, o))
	show("a guest's order", shop.ProcessOrder(guest, o))
	show("a refund", shop.Refund(clerk, o))
	show("a refund of nothing", shop.Refund(clerk, order.Order{ID: "o-1", Customer: "ann"}))
	for _, c := range readiness.Now(ctx).Checks {
		fmt.Println("readiness:", c.Name, c.Status)
	}
}

func show(what string, err error) { fmt.Printf("%s: %v\n", what, err) }

// A callerKey is the context's key for who is calling.
type callerKey struct{}

func caller(ctx context.Context) string {
	name, _ := ctx.Value(callerKey{}).(string)
	return name
}

// access lets clerks do everything.
func access(ctx context.Context, _ string) error {
	if caller(ctx) != "clerk" {
		return errors.New("missing role clerk")
	}
	return nil
}

// record prints an audit record; a real sink keeps it.
func record(_ context.Context, r sink.Record) error {
	fmt.Println("audit:", r.Actor, r.Action, r.Details, r.Outcome, r.Error)
	return nil
}

// report prints where an error has come from.
func report(_ context.Context, e reporter.Error) {
	fmt.Println("error of", path.Base(e.Function)+":", e.Err)
}

// A gateway refuses the first calls, as one that is being restarted does.
type gateway struct{ refuses int }

var errRefused = errors.New("connection refused")

func (g *gateway) Charge(context.Context, string, int) error {
	if g.refuses > 0 {
		g.refuses--
		return errRefused
	}
	return nil
}

func (g *gateway) Refund(context.Context, string, int) error { return errRefused }
