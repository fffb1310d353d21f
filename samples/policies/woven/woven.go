// Package woven processes orders. What else has to happen at each of them, its functions name:
// the build adds it.
package woven

import (
	"context"

	"example.com/policies/order"
)

// A Shop processes orders. It may be used by several goroutines at once.
type Shop struct{ gateway order.Gateway }

// New returns a shop that takes the money by that gateway.
func New(g order.Gateway) *Shop { return &Shop{g} }

// ProcessOrder takes the money for an order.
//
//weaver:span name=ProcessOrder o.ID
//weaver:log message=ProcessOrder o.ID
//weaver:count name=orders.processed
//weaver:duration name=orders.duration
//weaver:authorize orders:write
//weaver:retry attempts=3 initial=1ms jitter=0
//weaver:breaker name=payments failures=3 open=1m
func (s *Shop) ProcessOrder(ctx context.Context, o order.Order) error {
	return order.Process(ctx, s.gateway, o)
}

// Refund gives the money for an order back. There is a record of each refund, and a gateway that
// refuses them shows in the program's readiness.
//
//weaver:span name=Refund o.ID
//weaver:profile
//weaver:health name=refunds failures=1
//weaver:audit action=orders.refund o.ID o.Cents
//weaver:authorize orders:refund
//weaver:validate o
func (s *Shop) Refund(ctx context.Context, o order.Order) error {
	return s.gateway.Refund(ctx, o.Customer, o.Cents)
}
