package store

import (
	"errors"
	"testing"

	"example.com/shop/problem"
)

func TestTake(t *testing.T) {
	s := New(Product{ID: "assam", Stock: 3})
	for _, c := range []struct {
		id    string
		n     int
		err   error
		stock int
	}{
		{"assam", 2, nil, 1},
		{"assam", 2, problem.SoldOut, 1},
		{"sencha", 1, problem.NotFound, 1},
		{"assam", 1, nil, 0},
	} {
		if err := s.Take(t.Context(), c.id, c.n); !errors.Is(err, c.err) {
			t.Errorf("taking %d of %s: %v, not %v", c.n, c.id, err, c.err)
		}
		if p, err := s.Get(t.Context(), "assam"); err != nil || p.Stock != c.stock {
			t.Errorf("after %d of %s: %+v, %v", c.n, c.id, p, err)
		}
	}
	if list := s.List(t.Context()); len(list) != 1 || list[0].ID != "assam" {
		t.Errorf("the list is %v", list)
	}
}
