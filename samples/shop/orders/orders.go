// Package orders takes orders and keeps them.
package orders

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"example.com/shop/problem"
	"example.com/shop/store"
)

// An Order is what a customer has bought.
type Order struct {
	ID       int    `json:"id"`
	Product  string `json:"product"`
	Quantity int    `json:"quantity"`
	Cents    int    `json:"cents"` // in total
}

// Prices tells what one piece of a product costs, in cents.
type Prices interface {
	Price(ctx context.Context, product string) (int, error)
}

// A Service takes orders. It may be used by several goroutines at once.
type Service struct {
	stock  *store.Store
	prices Prices

	mu     sync.Mutex
	orders []Order
}

// New returns a service that sells what is in stock.
func New(stock *store.Store, prices Prices) *Service { return &Service{stock: stock, prices: prices} }

// Place takes an order: what is ordered is out of the stock when it returns. It fails
// with [problem.Invalid], or as the store and the price service do.
func (s *Service) Place(ctx context.Context, product string, quantity int) (Order, error) {
	if quantity < 1 {
		return Order{}, fmt.Errorf("quantity %d: %w", quantity, problem.Invalid)
	}
	cents, err := s.total(ctx, product, quantity)
	if err != nil {
		return Order{}, err
	}
	if err := s.stock.Take(ctx, product, quantity); err != nil {
		return Order{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := Order{len(s.orders) + 1, product, quantity, cents}
	s.orders = append(s.orders, o)
	slog.InfoContext(ctx, "order placed", "id", o.ID, "product", o.Product, "cents", o.Cents)
	return o, nil
}

// Get returns the order, or [problem.NotFound].
func (s *Service) Get(_ context.Context, id int) (Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 1 || id > len(s.orders) {
		return Order{}, fmt.Errorf("order %d: %w", id, problem.NotFound)
	}
	return s.orders[id-1], nil
}

// total returns what an order costs, in cents.
func (s *Service) total(ctx context.Context, product string, quantity int) (int, error) {
	if _, err := s.stock.Get(ctx, product); err != nil {
		return 0, err
	}
	each, err := s.prices.Price(ctx, product)
	if err != nil {
		return 0, err
	}
	return each * quantity, nil
}
