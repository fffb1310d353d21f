package hooks

import (
	"errors"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"

	"example.com/shop/problem"
)

func TestQuantity(t *testing.T) {
	fn := &hook.Func{Options: []hook.Option{{Key: "most", Value: int64(100)}}}
	if err := Quantity(t.Context(), "assam", 100, fn); err != nil {
		t.Error(err)
	}
	if err := Quantity(t.Context(), "assam", 101, fn); !errors.Is(err, problem.Refused) {
		t.Errorf("an order above the limit: %v", err)
	}
}
