package hooks

// Operations as woven code has them told of, with a driver that does what a test asks for.

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

// A fake is a connector, its connections, and their rows, of which there are two.
type fake struct {
	nothing
	read int
	end  error // of the rows; nil for none
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return f, nil }
func (f *fake) Prepare(string) (driver.Stmt, error)          { return nil, errors.New("not prepared") }
func (f *fake) Close() error                                 { return nil }
func (f *fake) Begin() (driver.Tx, error)                    { return f, nil }
func (f *fake) Commit() error                                { return nil }
func (f *fake) Rollback() error                              { return errors.New("gone") }
func (f *fake) Columns() []string                            { return []string{"a"} }
func (f *fake) Next(dest []driver.Value) error {
	if f.read++; f.read > 2 {
		return cmp.Or(f.end, io.EOF)
	}
	dest[0] = int64(f.read)
	return nil
}
func (f *fake) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	f.read = 0
	return f, nil
}

// openShop opens a fake that is PostgreSQL to look at.
func openShop(t *testing.T) *sql.DB { return openFake(t, &fake{}) }

func openFake(t *testing.T, f *fake) *sql.DB {
	db := sql.OpenDB(f)
	t.Cleanup(func() {
		CloseDB(db)
		_ = db.Close()
	})
	open.describe(databaseOf(db), describedAs("postgresql", "postgres://bob:s3cret@db.example:6432/shop"))
	return db
}

// place is what is told of each operation of openShop's.
var place = map[string]string{
	"db.system.name": "postgresql", "server.address": "db.example", "server.port": "6432", "db.namespace": "shop",
}

// with returns place with more.
func with(more map[string]string) map[string]string {
	all := maps.Clone(place)
	maps.Copy(all, more)
	return all
}

func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String()
	}
	return all
}

// measured returns the points of a histogram of seconds, and where its buckets end.
func measured(t *testing.T, r metric.Reader, name string) (points []map[string]string, sum float64, bounds []float64) {
	t.Helper()
	h, _ := collect(t, r, name).(metricdata.Histogram[float64])
	for _, p := range h.DataPoints {
		points, sum, bounds = append(points, texts(p.Attributes.ToSlice())), sum+p.Sum, p.Bounds
	}
	return points, sum, bounds
}

// An operation has what the conventions ask for: its span all of it, its duration what does
// not differ from one call to the next, and neither a literal or a credential.
func TestOperation(t *testing.T) {
	for _, c := range []struct {
		query      string
		err        error
		name, text string
		status     string
		more       map[string]string // of span and metric
	}{
		{"SELECT a FROM t WHERE b = 'secret'", nil, "SELECT t", "SELECT a FROM t WHERE b = ?", "",
			map[string]string{"db.query.summary": "SELECT t"}},
		{"DELETE FROM t WHERE b = $1 AND c = 2", fmt.Errorf("bob:s3cret: %w", &stateError{"28P01"}), "DELETE t", "DELETE FROM t WHERE b = $1 AND c = 2", "bob:xxxxx: state 28P01",
			map[string]string{"db.query.summary": "DELETE t", "error.type": "28P01", "db.response.status_code": "28P01"}},
		{"SELECT $1, '\xff'", nil, "SELECT", "SELECT $1, '\uFFFD'", "", map[string]string{"db.query.summary": "SELECT"}},
		{"", sql.ErrNoRows, "shop", "", "", nil},
	} {
		spans, r, db := record(t), measure(t), openShop(t)
		_, end := ExecDB(t.Context(), db, c.query)
		end(c.err, hook.Returned)
		s := spans.Ended()[0]
		want := with(c.more)
		if points, _, bounds := measured(t, r, "db.client.operation.duration"); len(points) != 1 || !maps.Equal(points[0], want) ||
			!slices.Equal(bounds, []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}) {
			t.Errorf("%s: measured %v in %v", c.query, points, bounds)
		}
		if c.text != "" {
			want["db.query.text"] = c.text
		}
		if s.Name() != c.name || s.SpanKind() != trace.SpanKindClient || !maps.Equal(texts(s.Attributes()), want) {
			t.Errorf("%s: %s %v %v", c.query, s.Name(), s.SpanKind(), s.Attributes())
		}
		if (s.Status().Code == codes.Error) != (c.status != "") || s.Status().Description != c.status {
			t.Errorf("%s: %+v", c.query, s.Status())
		}
		if s.InstrumentationScope().SchemaURL != semconv.SchemaURL {
			t.Errorf("the schema is %q", s.InstrumentationScope().SchemaURL)
		}
	}
}

// A driver without connectors of its own.
type plainDriver struct{}

func (plainDriver) Open(string) (driver.Conn, error) { return &fake{}, nil }

// A driver that is not known is taken for what its name says, and database/sql's own connector
// has the data source name, which no error may tell.
func TestOpen(t *testing.T) {
	const name = "postgres://bob:s3cret@db.example:6432/shop"
	if !slices.Contains(sql.Drivers(), "postgres") { // by an earlier run of this test
		sql.Register("postgres", plainDriver{})
	}
	spans := record(t)
	db, err := sql.Open("postgres", name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		CloseDB(db)
		_ = db.Close()
	})
	if known := databaseOf(db).described(); !slices.Contains(known.Secrets, name) || known.system != otherSQL {
		t.Errorf("by the connector: %+v", known.description)
	}
	Open("postgres", name)(db, err)
	_, end := PingDB(t.Context(), db)
	end(nil, hook.Returned)
	if got := texts(spans.Ended()[0].Attributes()); !maps.Equal(got, with(map[string]string{"db.operation.name": "PING"})) {
		t.Errorf("%v", got)
	}
}

// Where there are metrics and no traces operations are measured.
func TestMeasuredOnly(t *testing.T) {
	r, db := measure(t), openShop(t)
	ctx, end := PingDB(t.Context(), db)
	if end == nil || ctx != t.Context() {
		t.Fatal("it is not measured, or its context is another one")
	}
	end(nil, hook.Returned)
	if points, _, _ := measured(t, r, "db.client.operation.duration"); len(points) != 1 ||
		!maps.Equal(points[0], with(map[string]string{"db.operation.name": "PING"})) {
		t.Errorf("%v", points)
	}
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil || all.ScopeMetrics[0].Scope.SchemaURL != semconv.SchemaURL {
		t.Errorf("%v, the schema is not said: %+v", err, all.ScopeMetrics)
	}
}

// slow is a span processor that exports while the program waits.
type slow struct{ sdktrace.SpanProcessor }

func (slow) OnEnd(sdktrace.ReadOnlySpan) { time.Sleep(50 * time.Millisecond) }

// An operation is measured in seconds, and what is done with its span when that ends is not.
func TestSeconds(t *testing.T) {
	record(t)
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(slow{sdktrace.NewSimpleSpanProcessor(nil)})))
	r, db := measure(t), openShop(t)
	_, end := PingDB(t.Context(), db)
	began := time.Now()
	time.Sleep(5 * time.Millisecond)
	end(nil, hook.Returned)
	if _, sum, _ := measured(t, r, "db.client.operation.duration"); sum < 0.005 || sum > (time.Since(began)-25*time.Millisecond).Seconds() {
		t.Errorf("%v s", sum)
	}
}

// A query lasts until its rows are closed, counts them, and has the error that they end with.
func TestQuery(t *testing.T) {
	for _, c := range []struct {
		early bool // closed before the query has returned
		end   error
	}{{false, nil}, {true, nil}, {false, io.ErrUnexpectedEOF}} {
		early := c.early
		spans, r, db := record(t), measure(t), openFake(t, &fake{end: c.end})
		ctx, end := QueryDB(t.Context(), db, "SELECT a FROM t")
		rs, err := db.QueryContext(ctx, "SELECT a FROM t")
		if err != nil {
			t.Fatal(err)
		}
		closing := func() {
			exit := CloseRows(rs)
			_ = rs.Close()
			exit()
		}
		want := "0"
		if early {
			closing()
			if end(rs, nil, hook.Returned); len(spans.Ended()) != 1 {
				t.Error("a query that is over has not ended")
			}
		} else {
			end(rs, nil, hook.Returned)
			for exit := Next(rs); rs.Next(); exit(true) {
			}
			Next(rs)(false)
			if len(spans.Ended()) != 0 {
				t.Error("the span ends before the rows are closed")
			}
			want = "2"
		}
		closing()
		closing()
		if len(spans.Ended()) != 1 || texts(spans.Ended()[0].Attributes())["db.response.returned_rows"] != want ||
			(spans.Ended()[0].Status().Code == codes.Error) != (c.end != nil) {
			t.Errorf("%+v: %v", c, spans.Ended())
		}
		h, _ := collect(t, r, "db.client.response.returned_rows").(metricdata.Histogram[int64])
		if len(h.DataPoints) != 1 || h.DataPoints[0].Count != 1 ||
			!slices.Equal(h.DataPoints[0].Bounds, []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}) {
			t.Errorf("early %v: %+v", early, h.DataPoints)
		}
	}
}

// The end of a transaction is beside its beginning, begins when it was called for, and is
// told of once. A rollback that discards the connection is none that has failed.
func TestTransaction(t *testing.T) {
	spans, db := record(t), openShop(t)
	outer, parent := otel.Tracer("test").Start(t.Context(), "parent")
	beginning := func() *sql.Tx {
		ctx, end := BeginDB(outer, db)
		tx, err := db.BeginTx(ctx, nil)
		end(err, hook.Returned)
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	tx := beginning()
	exit := Commit(tx)
	called := time.Now()
	exit(tx.Commit(), hook.Returned)
	exit = Rollback(tx, false)
	exit(tx.Rollback(), hook.Returned)
	for _, discard := range []bool{false, true} {
		tx = beginning()
		exit = Rollback(tx, discard)
		exit(tx.Rollback(), hook.Returned)
	}
	want := []struct {
		name   string
		failed bool
	}{{"BEGIN shop", false}, {"COMMIT shop", false}, {"BEGIN shop", false}, {"ROLLBACK shop", true}, {"BEGIN shop", false}, {"ROLLBACK shop", false}}
	if len(spans.Ended()) != len(want) {
		t.Fatalf("%d spans", len(spans.Ended()))
	}
	for i, s := range spans.Ended() {
		if s.Name() != want[i].name || (s.Status().Code == codes.Error) != want[i].failed || s.Parent().SpanID() != parent.SpanContext().SpanID() {
			t.Errorf("%d: %s %+v below %v", i, s.Name(), s.Status(), s.Parent().SpanID())
		}
	}
	if s := spans.Ended()[1]; s.StartTime().After(called) {
		t.Error("a commit begins when it is over")
	}
}

// What another instrumentation tells of is not told of again: neither a database that it has
// wrapped, nor the operation below an ORM's span.
func TestOtherInstrumentation(t *testing.T) {
	spans, r, db := record(t), measure(t), openShop(t)
	for scope, want := range map[string]bool{"gorm.io/plugin/opentelemetry": false, "example.com/app": true} {
		for _, kind := range []trace.SpanKind{trace.SpanKindClient, trace.SpanKindInternal} {
			ctx, _ := otel.Tracer(scope).Start(t.Context(), "query", trace.WithSpanKind(kind))
			_, end := ExecDB(ctx, db, "DELETE FROM t")
			if told := end != nil; told != (want || kind == trace.SpanKindInternal) {
				t.Errorf("below a span of kind %v of %s: %v", kind, scope, told)
			}
		}
	}
	open.describe(databaseOf(db), description{system: "postgresql", foreign: true})
	began := len(spans.Started())
	if _, end := ExecDB(t.Context(), db, "DELETE FROM t"); end != nil || Acquire(db) != nil || len(spans.Started()) != began {
		t.Error("a database that is wrapped already is told of")
	}
	if collect(t, r, "db.client.connection.count") != nil {
		t.Error("its pool is measured")
	}
}

// A connection knows its database, and that costs no allocation.
func TestConnKnows(t *testing.T) {
	spans := record(t)
	db, c := openShop(t), new(sql.Conn)
	connSlot.of(c) // so that the table, which is only for tests, need not make it
	Conn(db)(c)
	_, end := PingConn(t.Context(), c)
	end(nil, hook.Returned)
	if s := spans.Ended()[0]; s.Name() != "PING shop" {
		t.Error(s.Name())
	}
	if n := testing.AllocsPerRun(100, func() { Conn(db)(nil) }); n > dbLoad(db) {
		t.Errorf("%v allocations", n)
	}
}

// dbLoad returns the allocations of finding a database, which costs some where the table is
// used.
func dbLoad(db *sql.DB) float64 {
	return testing.AllocsPerRun(100, func() { databaseOf(db) })
}
