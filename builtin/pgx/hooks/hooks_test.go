package hooks

// The hooks are tested here as far as they go without being woven: the tests call them as
// woven code does, around the calls of real connections to a real server.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A call has what the conventions ask for: its span all of it, its duration what does not
// differ from one call to the next, and neither has a value.
func TestStatements(t *testing.T) {
	dsn, port := server(t)
	c := open(t, dsn, nil)
	if err := exec(t.Context(), c, "CREATE TABLE orders (id int PRIMARY KEY, name text)"); err != nil {
		t.Fatal(err)
	}
	unique := map[string]string{"error.type": "23505 STRING", "db.response.status_code": "23505 STRING"}
	for _, one := range []struct {
		do                  func(context.Context)
		name, text, message string
		told                map[string]string // of span and metric
	}{
		{func(ctx context.Context) { _ = exec(ctx, c, "INSERT INTO orders VALUES ($1, $2)", 1, "s3cret") },
			"INSERT orders", "INSERT INTO orders VALUES ($1, $2)", "", map[string]string{"db.query.summary": "INSERT orders STRING"}},
		{func(ctx context.Context) { _ = exec(ctx, c, "INSERT INTO orders VALUES (1, 's3cret')") },
			"INSERT orders", "INSERT INTO orders VALUES (?, ?)",
			`ERROR: duplicate key value violates unique constraint "orders_pkey" (SQLSTATE 23505)`,
			map[string]string{"db.query.summary": "INSERT orders STRING", "error.type": unique["error.type"], "db.response.status_code": unique["db.response.status_code"]}},
		{func(ctx context.Context) { _ = exec(ctx, c, "INSERT INTO orders VALUES ($1, $2)", "s3cret", "s3cret") },
			"INSERT orders", "INSERT INTO orders VALUES ($1, $2)", "ERROR: invalid input syntax for type integer (SQLSTATE 22P02)",
			map[string]string{"db.query.summary": "INSERT orders STRING", "error.type": "22P02 STRING", "db.response.status_code": "22P02 STRING"}},
		{func(ctx context.Context) {
			_ = exec(ctx, c, "INSERT INTO orders VALUES ($1, $2)", struct{ a string }{"s3cret"}, "s3cret")
		},
			"INSERT orders", "INSERT INTO orders VALUES ($1, $2)", "failed to encode",
			map[string]string{"db.query.summary": "INSERT orders STRING", "error.type": "*errors.errorString STRING"}},
		{func(ctx context.Context) {
			ctx, end := Prepare(ctx, c, "byID", "SELECT name FROM orders WHERE id = $1")
			_, err := c.Prepare(ctx, "byID", "SELECT name FROM orders WHERE id = $1")
			end(err, hook.Returned)
		}, "PREPARE SELECT orders", "SELECT name FROM orders WHERE id = $1", "",
			map[string]string{"db.query.summary": "PREPARE SELECT orders STRING", "db.operation.name": "PREPARE STRING"}},
		{func(ctx context.Context) { _ = exec(ctx, c, "byID", 1) },
			"SELECT orders", "SELECT name FROM orders WHERE id = $1", "", map[string]string{"db.query.summary": "SELECT orders STRING"}},
		{func(ctx context.Context) {
			ctx, end := Ping(ctx, c)
			end(c.Ping(ctx), hook.Returned)
		}, "PING postgres", "", "", map[string]string{"db.operation.name": "PING STRING"}},
		{func(ctx context.Context) { _ = exec(Begin(ctx), c, "begin isolation level serializable") },
			"BEGIN postgres", "", "", map[string]string{"db.operation.name": "BEGIN STRING"}},
		{func(ctx context.Context) { _ = exec(ctx, c, "select * from nosuch") }, "select nosuch", "select * from nosuch",
			`ERROR: relation "nosuch" does not exist (SQLSTATE 42P01)`,
			map[string]string{"db.query.summary": "select nosuch STRING", "error.type": "42P01 STRING", "db.response.status_code": "42P01 STRING"}},
		{func(ctx context.Context) { _ = exec(Commit(ctx), c, "commit") }, // of what has failed
			"COMMIT postgres", "", "commit unexpectedly resulted in rollback",
			map[string]string{"db.operation.name": "COMMIT STRING", "error.type": "github.com/jackc/pgx/v5.ErrTxCommitRollback STRING"}},
		{func(ctx context.Context) {
			ctx, end := CopyFrom(ctx, c, pgx.Identifier{"public", "orders"})
			_, err := c.CopyFrom(ctx, pgx.Identifier{"public", "orders"}, []string{"id", "name"}, pgx.CopyFromRows([][]any{{2, "s3cret"}}))
			end(err, hook.Returned)
		}, "COPY public.orders", "", "", map[string]string{
			"db.operation.name": "COPY STRING", "db.collection.name": "public.orders STRING", "db.query.summary": "COPY public.orders STRING"}},
		{func(ctx context.Context) {
			ctx, end := CopyFrom(ctx, c, pgx.Identifier{"orders"})
			_, err := c.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "name"}, pgx.CopyFromRows([][]any{{"s3cret", "s3cret"}}))
			end(err, hook.Returned)
		}, "COPY orders", "", "ERROR: COPY from stdin failed: unable to encode", map[string]string{
			"db.operation.name": "COPY STRING", "db.collection.name": "orders STRING", "db.query.summary": "COPY orders STRING",
			"error.type": "57014 STRING", "db.response.status_code": "57014 STRING"}},
	} {
		spans, r := record(t), measure(t)
		one.do(t.Context())
		want := at(port)
		maps.Copy(want, one.told)
		h, _ := collect(t, r, "db.client.operation.duration").(metricdata.Histogram[float64])
		if len(h.DataPoints) != 1 || !maps.Equal(texts(h.DataPoints[0].Attributes.ToSlice()), want) || h.DataPoints[0].Count != 1 {
			t.Errorf("%s: measured %+v", one.name, h.DataPoints)
		}
		if one.text != "" {
			want["db.query.text"] = one.text + " STRING"
		}
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%s: %d spans", one.name, n)
		}
		s := spans.Ended()[0]
		if s.Name() != one.name || s.SpanKind() != trace.SpanKindClient || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%s %v %v\nwant %s %v", s.Name(), s.SpanKind(), texts(s.Attributes()), one.name, want)
		}
		if (s.Status().Code == codes.Error) != (one.message != "") || !strings.HasPrefix(s.Status().Description, one.message) {
			t.Errorf("%s: %+v, want %q", one.name, s.Status(), one.message)
		}
		if s.InstrumentationScope().SchemaURL != semconv.SchemaURL {
			t.Errorf("the schema is %q", s.InstrumentationScope().SchemaURL)
		}
		for _, a := range s.Attributes() {
			if strings.Contains(a.Value.String(), "s3cret") || strings.Contains(s.Status().Description, "s3cret") {
				t.Errorf("%s: a value is told: %v %v", one.name, a, s.Status())
			}
		}
	}
}

// A query lasts until its rows are closed, and knows how many there were.
func TestRows(t *testing.T) {
	dsn, _ := server(t)
	c := open(t, dsn, nil)
	spans, r := record(t), measure(t)
	ctx, rows, err := query(t.Context(), c, "SELECT * FROM generate_series(1, $1)", 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(spans.Ended()) != 0 {
		t.Error("the query is over")
	}
	closeRows(ctx, rows, 3)
	closeRows(ctx, rows, 0) // once more
	if len(spans.Ended()) != 1 || texts(spans.Ended()[0].Attributes())["db.response.returned_rows"] != "3 INT64" {
		t.Errorf("%v", spans.Ended())
	}
	if h, _ := collect(t, r, "db.client.response.returned_rows").(metricdata.Histogram[int64]); len(h.DataPoints) != 1 || h.DataPoints[0].Sum != 3 {
		t.Errorf("%+v", h)
	}
	// What fails before there are any.
	if _, _, err := query(t.Context(), c, "SELECT FROM"); err == nil || len(spans.Ended()) != 2 || spans.Ended()[1].Status().Code != codes.Error {
		t.Errorf("%v: %v", err, spans.Ended())
	}
	// What pgx closes before it returns it.
	ctx, end := Query(t.Context(), c, "")
	rows, err = c.Query(ctx, "")
	closeRows(ctx, rows, 0)
	end(rows, err, hook.Returned)
	if len(spans.Ended()) != 3 || spans.Ended()[2].Status().Code == codes.Error {
		t.Errorf("%v: %v", err, spans.Ended())
	}
}

// A batch lasts until its results are closed. Its statements are told, and how many there
// are; the rows of one are none of its own.
func TestBatch(t *testing.T) {
	dsn, _ := server(t)
	c := open(t, dsn, nil)
	for _, one := range []struct {
		texts            []string
		name, text, size string
		fails            bool
	}{
		{[]string{"SELECT 1 FROM pg_class", "SELECT 2 FROM pg_class"}, "BATCH SELECT pg_class", "SELECT ? FROM pg_class; SELECT ? FROM pg_class", "2 INT64", false},
		{[]string{"SELECT 1", "SHOW search_path"}, "BATCH", "SELECT ?; SHOW search_path", "2 INT64", false},
		{[]string{"SELECT 1", "SELECT 1", "SELECT 1"}, "BATCH SELECT", "SELECT ?", "3 INT64", false},
		{[]string{"SELECT 1"}, "SELECT", "SELECT ?", "", false},
		{[]string{"SELECT 1", "SELECT FROM nosuch"}, "BATCH", "SELECT ?; SELECT FROM nosuch", "2 INT64", true},
	} {
		spans := record(t)
		b := &pgx.Batch{}
		for _, text := range one.texts {
			b.Queue(text)
		}
		ctx, end := SendBatch(t.Context(), c, b)
		results := c.SendBatch(ctx, b)
		end(results, hook.Returned)
		if !one.fails {
			rows, err := results.Query()
			if err != nil {
				t.Fatal(err)
			}
			closeRows(ctx, rows, 1)
			if len(spans.Ended()) != 0 {
				t.Errorf("%s ends with its first rows", one.name)
			}
		}
		exit := CloseBatch(hook.Captured{Values: hook.MakeValues("br.ctx", ctx)})
		if err := results.Close(); exit != nil {
			exit(err, hook.Returned)
		}
		if n := len(spans.Ended()); n != 1 {
			t.Fatalf("%s: %d spans", one.name, n)
		}
		s := spans.Ended()[0]
		told := texts(s.Attributes())
		if s.Name() != one.name || told["db.query.text"] != one.text+" STRING" || told["db.operation.batch.size"] != one.size ||
			(s.Status().Code == codes.Error) != one.fails {
			t.Errorf("%s %v %v, want %+v", s.Name(), told, s.Status(), one)
		}
	}
	if _, end := SendBatch(t.Context(), c, &pgx.Batch{}); end != nil {
		t.Error("an empty batch is told of")
	}
}

// Without a provider each hook leaves its target alone, and costs no allocation.
func TestNoProvider(t *testing.T) {
	c, ctx, b := new(pgx.Conn), t.Context(), &pgx.Batch{}
	captured := hook.Captured{Values: hook.MakeValues("rows", nil, "rows.ctx", ctx, "rows.rowCount", 1)}
	for name, call := range map[string]func() bool{
		"Exec":       func() bool { got, end := Exec(ctx, c, "SELECT 1"); return got == ctx && end == nil },
		"Query":      func() bool { got, end := Query(ctx, c, "SELECT 1"); return got == ctx && end == nil },
		"Prepare":    func() bool { got, end := Prepare(ctx, c, "", "SELECT 1"); return got == ctx && end == nil },
		"SendBatch":  func() bool { got, end := SendBatch(ctx, c, b); return got == ctx && end == nil },
		"CopyFrom":   func() bool { got, end := CopyFrom(ctx, c, nil); return got == ctx && end == nil },
		"Ping":       func() bool { got, end := Ping(ctx, c); return got == ctx && end == nil },
		"Acquire":    func() bool { got, end := Acquire(ctx, nil); return got == ctx && end == nil },
		"CloseRows":  func() bool { return CloseRows(captured) == nil },
		"CloseBatch": func() bool { return CloseBatch(captured) == nil },
		"others": func() bool {
			Traced(ctx, c)
			TracedBelow(ctx, nil)
			return Begin(ctx) == ctx && Commit(ctx) == ctx && Rollback(ctx) == ctx && SQL(ctx) == ctx && PoolExec(ctx, "SELECT 1") == ctx &&
				PoolSendBatch(ctx, b) == ctx && PoolCopyFrom(ctx, nil) == ctx && PoolBegin(ctx) == ctx && PoolPing(ctx) == ctx
		},
	} {
		if !call() {
			t.Errorf("%s does something else", name)
		}
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// Where the built-in is switched off no hook does anything, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	library.On = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { library.On = true })
	spans := record(t)
	if _, end := Exec(t.Context(), new(pgx.Conn), "SELECT 1"); end != nil || Connect() != nil || NewPool(nil) != nil || len(spans.Started()) != 0 {
		t.Error("a hook does something")
	}
}

// What is not to be told of is left alone: telemetry's own work, what database/sql does, and
// what pgx does for another call; so is a context that is nil.
func TestLeftAlone(t *testing.T) {
	dsn, _ := server(t)
	c, other := open(t, dsn, nil), open(t, dsn, nil)
	spans := record(t)
	var none context.Context
	for name, ctx := range map[string]context.Context{"nil": none, "telemetry": telemetry.Untraced(t.Context()), "sql": SQL(t.Context())} {
		if got, end := Exec(ctx, c, "SELECT 1"); got != ctx || end != nil {
			t.Errorf("%s is told of", name)
		}
	}
	ctx, end := Exec(t.Context(), c, "SELECT 1")
	if _, inner := Prepare(ctx, c, "", "SELECT 1"); inner != nil {
		t.Error("what is part of a call is told of")
	}
	if _, inner := Exec(ctx, other, "SELECT 1"); inner == nil {
		t.Error("another connection's call is not told of")
	}
	end(pgconn.CommandTag{}, nil, hook.Returned)
	if _, inner := Exec(ctx, c, "SELECT 1"); inner == nil {
		t.Error("what follows a call is not told of")
	}
	if len(spans.Ended()) != 1 {
		t.Errorf("%d spans", len(spans.Ended()))
	}
}

// A failure has the name of its kind.
func TestFailures(t *testing.T) {
	dsn, _ := server(t)
	c := open(t, dsn, nil)
	for want, err := range map[string]error{
		"context.Canceled":                     fmt.Errorf("wrapped: %w", context.Canceled),
		"github.com/jackc/pgx/v5.ErrTxClosed":  pgx.ErrTxClosed,
		"40001":                                &pgconn.PgError{Code: "40001", Message: "again"},
		"github.com/jackc/pgx/v5.ScanArgError": pgx.ScanArgError{Err: errors.New(`parsing "s3cret"`)},
		"":                                     pgx.ErrNoRows,
	} {
		spans := record(t)
		_, end := Exec(t.Context(), c, "SELECT 1")
		end(pgconn.CommandTag{}, err, hook.Returned)
		s := spans.Ended()[0]
		got := strings.TrimSuffix(texts(s.Attributes())["error.type"], " STRING")
		if got != want || (s.Status().Code == codes.Error) != (want != "") || strings.Contains(s.Status().Description, "s3cret") {
			t.Errorf("error.type is %q, want %q: %+v", got, want, s.Status())
		}
	}
}
