// Package hooks holds what the woven shop runs before it takes an order. It imports
// none of the packages whose functions get spans: what a hook needs is not woven by
// description, since the hook could then call itself.
package hooks

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/goweaver/weaver/instrument/hook"

	"example.com/shop/problem"
)

// Quantity refuses an order of more pieces than the rule's constant "most" allows.
func Quantity(ctx context.Context, product string, quantity int, fn *hook.Func) error {
	most, _ := fn.Option("most").(int64)
	if int64(quantity) <= most {
		return nil
	}
	slog.WarnContext(ctx, "order refused", "product", product, "quantity", quantity, "most", most)
	return fmt.Errorf("more than %d pieces: %w", most, problem.Refused)
}
