package reporter_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
)

// What a program says in main.
func Example() {
	reporter.Set(func(ctx context.Context, e reporter.Error) {
		slog.ErrorContext(ctx, e.Err.Error(), "function", e.Function, "stack", e.String())
	})
	reporter.Ignore(func(err error) bool {
		return errors.Is(err, context.Canceled) || errors.Is(err, sql.ErrNoRows)
	})
}
