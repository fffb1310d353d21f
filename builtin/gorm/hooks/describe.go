package hooks

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A kind is one of gorm's six kinds of operations.
type kind struct {
	name string
	// otelgorm is the callback of the instrumentations that are known.
	otelgorm string
}

// kindOf returns the kind of the operations that p runs, one of db's processors.
func kindOf(db *gorm.DB, p any) kind {
	all := db.Callback()
	if all == nil {
		return kind{name: "gorm"}
	}
	switch p {
	case all.Query():
		return kind{"gorm.Query", "otel:before:select"}
	case all.Create():
		return kind{"gorm.Create", "otel:before:create"}
	case all.Update():
		return kind{"gorm.Update", "otel:before:update"}
	case all.Delete():
		return kind{"gorm.Delete", "otel:before:delete"}
	case all.Row():
		return kind{"gorm.Row", "otel:before:row"}
	case all.Raw():
		return kind{"gorm.Raw", "otel:before:raw"}
	}
	return kind{name: "gorm"} // the processor of another DB
}

// covered reports whether the processor's operations have the spans of an instrumentation
// that the program has installed. The plugins are not looked at: gorm keeps them in a map
// that it reads nowhere else than in Use, so a program may call that at any time.
func (k kind) covered(p any) bool {
	callbacks, ok := p.(interface{ Get(string) func(*gorm.DB) })
	return ok && callbacks.Get(k.otelgorm) != nil
}

// longestName is how many bytes the name of a table may have. Databases allow no more.
const longestName = 128

// table returns the name of the table that the operation is about, as the program has it,
// or "" where there is none for sure: the program has written the statement or its
// FROM clause itself.
func (op *operation) table(stmt *gorm.Statement) string {
	table := stmt.Table
	if op.given || len(table) > longestName {
		return ""
	}
	if from := stmt.TableExpr; from != nil {
		// That of Table("orders") and Table("shop.orders") is just the name, quoted.
		if len(from.Vars) > 0 || strings.ContainsAny(from.SQL, " (") || !strings.Contains(from.SQL, table) {
			return ""
		}
	}
	return telemetry.Text(table)
}

// fail tells the span of an operation that has failed. That there is no such record is an
// answer, not a failure.
func fail(span trace.Span, err error, how hook.Exit) {
	if how != hook.Returned {
		reason := how.String()
		if how == hook.Panicked {
			reason = "panic" // as the other built-ins have it
		}
		span.SetAttributes(semconv.ErrorTypeKey.String(reason))
		span.SetStatus(codes.Error, reason)
		return
	}
	if err == nil {
		return
	}
	// An error's methods may not survive being called.
	defer func() {
		if recover() != nil {
			span.SetAttributes(semconv.ErrorTypeKey.String(fmt.Sprintf("%T", err)))
			span.SetStatus(codes.Error, "")
		}
	}()
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return
	}
	message := telemetry.Redacted(err.Error())
	span.SetAttributes(semconv.ErrorTypeKey.String(errorType(err)))
	span.SetStatus(codes.Error, message)
}

// errorType returns what kind of error err is: the name of one that is known, since all
// of gorm's have one type, or the type.
func errorType(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{
		{context.DeadlineExceeded, "context.DeadlineExceeded"},
		{context.Canceled, "context.Canceled"},
		{sql.ErrTxDone, "database/sql.ErrTxDone"},
		{sql.ErrConnDone, "database/sql.ErrConnDone"},
		{gorm.ErrInvalidTransaction, "gorm.io/gorm.ErrInvalidTransaction"},
		{gorm.ErrNotImplemented, "gorm.io/gorm.ErrNotImplemented"},
		{gorm.ErrMissingWhereClause, "gorm.io/gorm.ErrMissingWhereClause"},
		{gorm.ErrUnsupportedRelation, "gorm.io/gorm.ErrUnsupportedRelation"},
		{gorm.ErrPrimaryKeyRequired, "gorm.io/gorm.ErrPrimaryKeyRequired"},
		{gorm.ErrModelValueRequired, "gorm.io/gorm.ErrModelValueRequired"},
		{gorm.ErrInvalidData, "gorm.io/gorm.ErrInvalidData"},
		{gorm.ErrUnsupportedDriver, "gorm.io/gorm.ErrUnsupportedDriver"},
		{gorm.ErrInvalidField, "gorm.io/gorm.ErrInvalidField"},
		{gorm.ErrEmptySlice, "gorm.io/gorm.ErrEmptySlice"},
		{gorm.ErrInvalidDB, "gorm.io/gorm.ErrInvalidDB"},
		{gorm.ErrInvalidValue, "gorm.io/gorm.ErrInvalidValue"},
		{gorm.ErrInvalidValueOfLength, "gorm.io/gorm.ErrInvalidValueOfLength"},
	} {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	return semconv.ErrorType(err).Value.AsString()
}
