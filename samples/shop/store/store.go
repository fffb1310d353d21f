// Package store keeps the shop's products in memory.
package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"example.com/shop/problem"
)

// A Product is something that the shop sells.
type Product struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Stock int    `json:"stock"`
}

// A Store holds products. It may be used by several goroutines at once.
type Store struct {
	mu       sync.Mutex
	products map[string]Product
}

// New returns a store with the given products.
func New(products ...Product) *Store {
	s := &Store{products: map[string]Product{}}
	for _, p := range products {
		s.products[p.ID] = p
	}
	return s
}

// List returns all products, sorted by ID.
func (s *Store) List(context.Context) []Product {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Product
	for _, p := range s.products {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Product) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Get returns the product, or [problem.NotFound].
func (s *Store) Get(_ context.Context, id string) (Product, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(id)
}

// Take takes n pieces of the product out of the stock. It fails with
// [problem.NotFound] or [problem.SoldOut] and then takes none.
func (s *Store) Take(_ context.Context, id string, n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.find(id)
	if err != nil {
		return err
	}
	if p.Stock < n {
		return fmt.Errorf("%s: %w", id, problem.SoldOut)
	}
	p.Stock -= n
	s.products[id] = p
	return nil
}

func (s *Store) find(id string) (Product, error) {
	p, ok := s.products[id]
	if !ok {
		return Product{}, fmt.Errorf("product %s: %w", id, problem.NotFound)
	}
	return p, nil
}
