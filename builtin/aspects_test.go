// Package builtin_test holds the aspects of this folder against what they weave.
package builtin_test

import (
	"database/sql"
	stdslog "log/slog"
	"net/http"
	"os"
	"os/signal"
	"testing"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel"
	"golang.org/x/net/http2"

	"github.com/goweaver/weaver/builtin/log"
	"github.com/goweaver/weaver/builtin/nethttp"
	nethttphooks "github.com/goweaver/weaver/builtin/nethttp/hooks"
	"github.com/goweaver/weaver/builtin/netrpc"
	"github.com/goweaver/weaver/builtin/otelsdk"
	otelsdkhooks "github.com/goweaver/weaver/builtin/otelsdk/hooks"
	otelsdkending "github.com/goweaver/weaver/builtin/otelsdk/hooks/ending"
	"github.com/goweaver/weaver/builtin/runtimemetrics"
	runtimehooks "github.com/goweaver/weaver/builtin/runtimemetrics/hooks"
	"github.com/goweaver/weaver/builtin/slog"
	sloghooks "github.com/goweaver/weaver/builtin/slog/hooks"
	"github.com/goweaver/weaver/builtin/spans"
	spanshooks "github.com/goweaver/weaver/builtin/spans/hooks"
	databases "github.com/goweaver/weaver/builtin/sql"
	sqlhooks "github.com/goweaver/weaver/builtin/sql/hooks"
	"github.com/goweaver/weaver/instrument"
)

// The aspects are declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(otelsdk.Aspect, nethttp.Aspect, spans.Aspect, databases.Aspect); err != nil {
		t.Error(err)
	}
	if err := instrument.Validate(slog.Aspect, log.Aspect, netrpc.Aspect, runtimemetrics.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspects name bind to their targets in this version of Go and of
// otelhttp. The rules are declared once more, by value, so that this is found out
// here; targets that are not exported show when they are woven.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*http.ServeMux).ServeHTTP).Around(nethttphooks.Route),
		instrument.BodyOf(otelhttp.NewMiddleware).Around(nethttphooks.Middleware),
		instrument.BodyOf((*stdslog.JSONHandler).Handle).Before(sloghooks.JSON),
		instrument.BodyOf((*stdslog.JSONHandler).WithAttrs).Around(sloghooks.JSONWithAttrs),
		instrument.BodyOf((*stdslog.JSONHandler).WithGroup).Around(sloghooks.JSONWithGroup),
		instrument.BodyOf((*stdslog.TextHandler).Handle).Before(sloghooks.Text),
		instrument.BodyOf((*stdslog.TextHandler).WithAttrs).Around(sloghooks.TextWithAttrs),
		instrument.BodyOf((*stdslog.TextHandler).WithGroup).Around(sloghooks.TextWithGroup),
		instrument.BodyOf((*stdslog.Logger).Log).Before(sloghooks.Log), // has the signature of log
		instrument.BodyOf((*stdslog.Logger).With).Around(sloghooks.With),
		instrument.BodyOf((*stdslog.Logger).WithGroup).Around(sloghooks.WithGroup),
		instrument.BodyOf(otelslog.NewHandler).Before(sloghooks.Bridge),
		instrument.BodyOf(otel.SetMeterProvider).Around(runtimehooks.Set),
		instrument.BodyOf(runtime.Start).Around(runtimehooks.Start),
		instrument.BodyOf((*otelhttp.Transport).RoundTrip).Around(nethttphooks.OwnTransport),
		instrument.BodyOf((*http.Transport).RoundTrip).Around(nethttphooks.RoundTrip),
		instrument.BodyOf((*http2.Transport).RoundTrip).Around(nethttphooks.RoundTrip),
		instrument.BodyOf(http.HandlerFunc.ServeHTTP).Around(nethttphooks.Serve), // has serverHandler's signature
		instrument.BodyOf((*http.Client).Do).Before(nethttphooks.Cancelable),     // takes a request
		instrument.BodyOf(http.NotFoundHandler).Around(nethttphooks.HTTP2),       // returns a handler
		instrument.BodyOf(os.Exit).Before(otelsdkending.Exit),
		instrument.BodyOf(signal.Notify).Before(otelsdkending.Notify),
		instrument.BodyOf(http.ListenAndServe).Around(otelsdkhooks.Main), // takes nothing from its target
		instrument.BodyOf(http.NewRequestWithContext).Around(spanshooks.SpanErr),
		instrument.BodyOf(signal.NotifyContext).Around(spanshooks.Span),
	}}); err != nil {
		t.Error(err)
	}
}

// So do those of the aspect sql, which take their context first.
func TestDatabaseHooksBind(t *testing.T) {
	var (
		receiver, ctx, query = instrument.Recv, instrument.Param(0), instrument.Param(1)
		rows, err            = instrument.Result(0), instrument.Result(-1)
	)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(sql.Open).Around(sqlhooks.Open),
		instrument.BodyOf(sql.OpenDB).Around(sqlhooks.OpenDB),
		instrument.BodyOf((*sql.DB).Conn).Around(sqlhooks.Conn),
		instrument.BodyOf((*sql.DB).PingContext).Around(sqlhooks.PingDB).Take(ctx, receiver, err),
		instrument.BodyOf((*sql.Conn).PingContext).Around(sqlhooks.PingConn).Take(ctx, receiver, err),
		instrument.BodyOf((*sql.DB).PrepareContext).Around(sqlhooks.PrepareDB).Take(ctx, receiver, query, err),
		instrument.BodyOf((*sql.Conn).PrepareContext).Around(sqlhooks.PrepareConn).Take(ctx, receiver, query, err),
		instrument.BodyOf((*sql.Tx).PrepareContext).Around(sqlhooks.PrepareTx).Take(ctx, receiver, query, err),
		instrument.BodyOf((*sql.DB).ExecContext).Around(sqlhooks.ExecDB).Take(ctx, receiver, query, err),
		instrument.BodyOf((*sql.Conn).ExecContext).Around(sqlhooks.ExecConn).Take(ctx, receiver, query, err),
		instrument.BodyOf((*sql.Tx).ExecContext).Around(sqlhooks.ExecTx).Take(ctx, receiver, query, err),
		instrument.BodyOf((*sql.Stmt).ExecContext).Around(sqlhooks.ExecStmt).Take(ctx, receiver, err),
		instrument.BodyOf((*sql.DB).QueryContext).Around(sqlhooks.QueryDB).Take(ctx, receiver, query, rows, err),
		instrument.BodyOf((*sql.Conn).QueryContext).Around(sqlhooks.QueryConn).Take(ctx, receiver, query, rows, err),
		instrument.BodyOf((*sql.Tx).QueryContext).Around(sqlhooks.QueryTx).Take(ctx, receiver, query, rows, err),
		instrument.BodyOf((*sql.Stmt).QueryContext).Around(sqlhooks.QueryStmt).Take(ctx, receiver, rows, err),
		instrument.BodyOf((*sql.DB).BeginTx).Around(sqlhooks.BeginDB).Take(ctx, receiver, err),
		instrument.BodyOf((*sql.Conn).BeginTx).Around(sqlhooks.BeginConn).Take(ctx, receiver, err),
		instrument.BodyOf((*sql.Tx).Commit).Around(sqlhooks.Commit),
		instrument.BodyOf((*sql.Rows).Next).Around(sqlhooks.Next),
		instrument.BodyOf((*sql.DB).Close).Before(sqlhooks.CloseDB),
		instrument.BodyOf((*sql.DB).SetMaxIdleConns).Before(sqlhooks.SetMaxIdleConns),
	}}); err != nil {
		t.Error(err)
	}
}
