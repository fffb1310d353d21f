package orders

import (
	"context"
	"errors"
	"testing"

	"example.com/shop/problem"
	"example.com/shop/store"
)

// flat is one price for everything.
type flat int

func (p flat) Price(context.Context, string) (int, error) { return int(p), nil }

func TestPlace(t *testing.T) {
	s := New(store.New(store.Product{ID: "assam", Stock: 5}), flat(450))
	o, err := s.Place(t.Context(), "assam", 2)
	if err != nil || o.Cents != 900 {
		t.Fatalf("%+v, %v", o, err)
	}
	if got, err := s.Get(t.Context(), o.ID); err != nil || got != o {
		t.Errorf("%+v, %v", got, err)
	}
	for _, c := range []struct {
		product  string
		quantity int
		want     error
	}{
		{"assam", 4, problem.SoldOut},
		{"assam", 0, problem.Invalid},
		{"sencha", 1, problem.NotFound},
	} {
		if _, err := s.Place(t.Context(), c.product, c.quantity); !errors.Is(err, c.want) {
			t.Errorf("%d of %s: %v, not %v", c.quantity, c.product, err, c.want)
		}
	}
	if _, err := s.Get(t.Context(), o.ID+1); !errors.Is(err, problem.NotFound) {
		t.Errorf("an order that was refused is there: %v", err)
	}
}
