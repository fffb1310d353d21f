package hooks

import (
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
	if reason := telemetry.NotReturned(how); reason != "" {
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

// errorType returns what kind of error err is.
func errorType(err error) string {
	return telemetry.ErrorKind(err, telemetry.Names(
		telemetry.NamedError{Err: sql.ErrTxDone, Name: "database/sql.ErrTxDone"},
		telemetry.NamedError{Err: sql.ErrConnDone, Name: "database/sql.ErrConnDone"},
		telemetry.NamedError{Err: gorm.ErrInvalidTransaction, Name: "gorm.io/gorm.ErrInvalidTransaction"},
		telemetry.NamedError{Err: gorm.ErrNotImplemented, Name: "gorm.io/gorm.ErrNotImplemented"},
		telemetry.NamedError{Err: gorm.ErrMissingWhereClause, Name: "gorm.io/gorm.ErrMissingWhereClause"},
		telemetry.NamedError{Err: gorm.ErrUnsupportedRelation, Name: "gorm.io/gorm.ErrUnsupportedRelation"},
		telemetry.NamedError{Err: gorm.ErrPrimaryKeyRequired, Name: "gorm.io/gorm.ErrPrimaryKeyRequired"},
		telemetry.NamedError{Err: gorm.ErrModelValueRequired, Name: "gorm.io/gorm.ErrModelValueRequired"},
		telemetry.NamedError{Err: gorm.ErrInvalidData, Name: "gorm.io/gorm.ErrInvalidData"},
		telemetry.NamedError{Err: gorm.ErrUnsupportedDriver, Name: "gorm.io/gorm.ErrUnsupportedDriver"},
		telemetry.NamedError{Err: gorm.ErrInvalidField, Name: "gorm.io/gorm.ErrInvalidField"},
		telemetry.NamedError{Err: gorm.ErrEmptySlice, Name: "gorm.io/gorm.ErrEmptySlice"},
		telemetry.NamedError{Err: gorm.ErrInvalidDB, Name: "gorm.io/gorm.ErrInvalidDB"},
		telemetry.NamedError{Err: gorm.ErrInvalidValue, Name: "gorm.io/gorm.ErrInvalidValue"},
		telemetry.NamedError{Err: gorm.ErrInvalidValueOfLength, Name: "gorm.io/gorm.ErrInvalidValueOfLength"},
	))
}
