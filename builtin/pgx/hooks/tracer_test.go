package hooks

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

// A tracer of a program's, which opens spans or does not.
type tracer struct{ opens bool }

func (t tracer) TraceQueryStart(ctx context.Context, c *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if t.opens {
		ctx, _ = otel.Tracer("own").Start(ctx, "own")
	}
	Traced(ctx, c) // as woven pgx does next
	return ctx
}

func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if t.opens {
		trace.SpanFromContext(ctx).End()
	}
}

// A tracer that opens spans is what tells, call by call; one that does not changes nothing
// but that its context has none of ours.
func TestTracer(t *testing.T) {
	dsn, _ := server(t)
	for want, c := range map[string]*pgx.Conn{
		"own":         open(t, dsn, tracer{true}),
		"SELECT":      open(t, dsn, tracer{false}),
		"SELECT once": open(t, dsn, nil),
	} {
		spans := record(t)
		ctx, end := Exec(t.Context(), c, "SELECT 1")
		tag, err := c.Exec(ctx, "SELECT 1")
		end(tag, err, hook.Returned)
		if want == "SELECT once" {
			want = "SELECT"
		}
		if n := len(spans.Ended()); n != 1 || spans.Ended()[0].Name() != want {
			t.Errorf("%d spans, want %s", n, want)
		}
	}
	// What is called of the connection below.
	spans := record(t)
	c := open(t, dsn, tracer{})
	ctx, end := Prepare(t.Context(), c, "", "SELECT 1")
	TracedBelow(ctx, open(t, dsn, nil).PgConn())
	if len(spans.Started()) != 0 {
		t.Error("another connection starts it")
	}
	if TracedBelow(ctx, c.PgConn()); len(spans.Started()) != 1 {
		t.Error("it has not started")
	}
	end(nil, hook.Returned)
	// One that fails before the tracer's context was seen.
	spans = record(t)
	_, end = Prepare(t.Context(), open(t, dsn, tracer{}), "", "SELECT 1")
	end(context.Canceled, hook.Returned)
	if len(spans.Ended()) != 1 {
		t.Errorf("%d spans", len(spans.Ended()))
	}
}

// embeds is a tracer that has a known one in it.
type embeds struct{ pgx.QueryTracer }

// Tracers of known instrumentations are known, by themselves and in others.
func TestForeign(t *testing.T) {
	if isForeign(nil) || isForeign(tracer{}) || isForeign(embeds{tracer{}}) || isForeign(embeds{}) {
		t.Error("a tracer of the program's is taken for a known one")
	}
	before := instrumentations
	instrumentations = []string{"github.com/goweaver/weaver/builtin/pgx"}
	t.Cleanup(func() { instrumentations = before })
	type several struct {
		pgx.QueryTracer
		QueryTracers []pgx.QueryTracer
	}
	if !isForeign(tracer{}) || !isForeign(&several{QueryTracers: []pgx.QueryTracer{tracer{}}}) || !isForeign(struct{ pgx.QueryTracer }{tracer{}}) {
		t.Error("a known tracer is not seen")
	}
}
