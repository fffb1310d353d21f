package hooks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/statement"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A failure is how an operation failed.
type failure struct {
	kind    string // error.type
	code    string // the database's own, or ""
	message string
}

func (f *failure) attributes() []attribute.KeyValue {
	all := []attribute.KeyValue{semconv.ErrorTypeKey.String(f.kind)}
	if f.code != "" {
		all = append(all, semconv.DBResponseStatusCode(f.code))
	}
	return all
}

// failed returns how an operation on t failed that has ended that way, or nil. That there
// are no rows is an answer, not a failure.
func (t *target) failed(err error, how hook.Exit) (f *failure) {
	if kind := telemetry.NotReturned(how); kind != "" {
		return &failure{kind: kind, message: kind}
	}
	if err == nil {
		return nil
	}
	// What an error's methods do is up to its author, who may not reckon with them being
	// called.
	defer func() {
		if recover() != nil {
			f = &failure{kind: fmt.Sprintf("%T", err)}
		}
	}()
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	f = &failure{code: t.code(err), message: t.redact(err.Error())}
	if f.kind = f.code; f.kind == "" {
		f.kind = errorType(err)
	}
	return f
}

// errorType returns what kind of error err is.
func errorType(err error) string {
	return telemetry.ErrorKind(err, telemetry.Names(
		telemetry.NamedError{Err: driver.ErrBadConn, Name: "database/sql/driver.ErrBadConn"},
		telemetry.NamedError{Err: sql.ErrConnDone, Name: "database/sql.ErrConnDone"},
		telemetry.NamedError{Err: sql.ErrTxDone, Name: "database/sql.ErrTxDone"},
	))
}

// code returns the code that the database has for err, in the form that the conventions
// have for the system, or "". Drivers are not imported, so it is asked for by method,
// where there is one, and by exported field.
func (t *target) code(err error) string {
	switch t.system {
	case "mysql":
		return number(err, "Number")
	case "sqlite":
		if c, ok := find[interface {
			error
			Code() int
		}](err); ok {
			return strconv.Itoa(c.Code())
		}
		return number(err, "ExtendedCode")
	case "microsoft.sql_server":
		if c, ok := find[interface {
			error
			SQLErrorNumber() int32
		}](err); ok {
			return strconv.Itoa(int(c.SQLErrorNumber()))
		}
	case "oracle.db":
		n := number(err, "ErrCode")
		if c, ok := find[interface {
			error
			Code() int
		}](err); ok {
			n = strconv.Itoa(c.Code())
		}
		if n != "" {
			return "ORA-" + strings.Repeat("0", max(0, 5-len(n))) + n
		}
	case "clickhouse":
		return number(err, "Code")
	default:
		if c, ok := find[interface {
			error
			SQLState() string
		}](err); ok {
			return statement.Cut(c.SQLState())
		}
	}
	return ""
}

func find[E error](err error) (E, bool) {
	var e E
	ok := errors.As(err, &e)
	return e, ok
}

// number returns the number in the exported field of that name of the first error that
// has one.
func number(err error, name string) string {
	for ; err != nil; err = errors.Unwrap(err) {
		switch f := field(reflect.ValueOf(err), name); {
		case !f.IsValid():
		case f.CanInt():
			return strconv.FormatInt(f.Int(), 10)
		case f.CanUint():
			return strconv.FormatUint(f.Uint(), 10)
		}
	}
	return ""
}

// redact returns an error's text without credentials: those of the data source name, and
// whatever looks like some.
func (t *target) redact(message string) string {
	for _, s := range t.Secrets {
		if len(s) > 2 { // else it says nothing, and might stand anywhere
			message = strings.ReplaceAll(message, s, "xxxxx")
		}
	}
	return telemetry.Redacted(message)
}

// covered reports whether the operation with that context has the span of an ORM's
// instrumentation, which is the current one then.
func covered(ctx context.Context) bool {
	span, ok := trace.SpanFromContext(ctx).(interface {
		SpanKind() trace.SpanKind
		InstrumentationScope() instrumentation.Scope
	})
	return ok && span.SpanKind() == trace.SpanKindClient && slices.Contains(orms, span.InstrumentationScope().Name)
}

// orms are the instrumentation scopes of ORMs whose spans have statements in them.
var orms = []string{
	"gorm.io/plugin/opentelemetry",
	"github.com/uptrace/opentelemetry-go-extra/otelgorm",
	"github.com/uptrace/bun",
}
