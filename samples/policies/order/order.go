// Package order holds what the shop is about: what an order is, and what it takes to process one.
package order

import (
	"context"
	"fmt"
)

// An Order is what a customer has bought.
type Order struct {
	ID       string `validate:"required"`
	Customer string `validate:"required"`
	Cents    int    `validate:"min=1"` // in total
}

// A Gateway takes the customers' money.
type Gateway interface {
	Charge(ctx context.Context, customer string, cents int) error
	Refund(ctx context.Context, customer string, cents int) error
}

// Process takes the money for an order. It fails as the gateway does.
func Process(ctx context.Context, g Gateway, o Order) error {
	if err := g.Charge(ctx, o.Customer, o.Cents); err != nil {
		return fmt.Errorf("order %s: %w", o.ID, err)
	}
	return nil
}
