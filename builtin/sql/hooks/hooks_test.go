package hooks

// The hooks are tested here as far as they go without being woven. What they do within
// database/sql is in builtin/internal/livetest/sql, where it is woven.

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/sql/hooks/internal/dsn"
	"github.com/goweaver/weaver/instrument/hook"
)

// nothing is a connector to no database.
type nothing struct{}

func (nothing) Connect(context.Context) (driver.Conn, error) { return nil, driver.ErrBadConn }
func (nothing) Driver() driver.Driver                        { panic("not asked for") }

// openNothing opens a database, as woven code does, which the test closes.
func openNothing(t testing.TB) *sql.DB {
	exit := OpenDB()
	db := sql.OpenDB(nothing{})
	exit(db)
	t.Cleanup(func() {
		CloseDB(db)
		_ = db.Close()
	})
	return db
}

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// measure gives the process a meter provider until the test ends.
func measure(t testing.TB) *metric.ManualReader {
	r := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(r)))
	t.Cleanup(func() { otel.SetMeterProvider(before) })
	return r
}

// collect returns the metric's data, or nil.
func collect(t testing.TB, r metric.Reader, name string) metricdata.Aggregation {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			if m.Name == name {
				return m.Data
			}
		}
	}
	return nil
}

// The fields of database/sql that the hooks read are there, in this version of Go. The one
// that the aspect adds is not, in a test that is not woven.
func TestMembers(t *testing.T) {
	for name, known := range map[string]bool{
		"DB.connector": dbConnector.known, "Tx.db": txDB.known, "Tx.ctx": txContext.known,
		"Stmt.db": stmtDB.known, "Stmt.query": stmtQuery.known, "Rows.lasterr": rowsLastErr.known, "DB.mu": dbMutex.known,
	} {
		if !known {
			t.Errorf("database/sql has no %s of the type that is expected", name)
		}
	}
	if memberOf[sql.Rows, string]("lasterr").known || memberOf[sql.Rows, error]("none").known {
		t.Error("a field is known that is not there")
	}
}

// A slot without a field keeps a value as long as what it is about lives, and not longer.
func TestSlotAside(t *testing.T) {
	s := newSlot[sql.Rows]()
	rs := new(sql.Rows)
	if s.load(rs) != nil || s.load(nil) != nil {
		t.Error("there is something in an empty slot")
	}
	s.of(rs).Store(closed)
	if s.load(rs) != closed {
		t.Error("the slot has lost its value")
	}
	runtime.KeepAlive(rs)
	for range 1000 { // until the cleanup has run
		runtime.GC()
		n := 0
		s.aside.Range(func(any, any) bool { n++; return true })
		if n == 0 {
			return
		}
		runtime.Gosched()
	}
	t.Error("the slot outlives what it is about")
}

// Without a provider each hook leaves its target alone, and costs no allocation.
func TestNoProvider(t *testing.T) {
	db, ctx := openNothing(t), t.Context()
	rs, tx, st, c := new(sql.Rows), new(sql.Tx), new(sql.Stmt), new(sql.Conn)
	rowsSlot.of(rs) // so that the table, which is only for tests, need not make it
	same := func(got context.Context, end any) {
		if got != ctx || end != nil {
			t.Fatal("the hook does something")
		}
	}
	for name, call := range map[string]func(){
		"PingDB":      func() { c, end := PingDB(ctx, db); same(c, isNil(end)) },
		"PingConn":    func() { c, end := PingConn(ctx, c); same(c, isNil(end)) },
		"PrepareDB":   func() { c, end := PrepareDB(ctx, db, "x"); same(c, isNil(end)) },
		"PrepareConn": func() { c, end := PrepareConn(ctx, c, "x"); same(c, isNil(end)) },
		"PrepareTx":   func() { c, end := PrepareTx(ctx, tx, "x"); same(c, isNil(end)) },
		"ExecDB":      func() { c, end := ExecDB(ctx, db, "x"); same(c, isNil(end)) },
		"ExecConn":    func() { c, end := ExecConn(ctx, c, "x"); same(c, isNil(end)) },
		"ExecTx":      func() { c, end := ExecTx(ctx, tx, "x"); same(c, isNil(end)) },
		"ExecStmt":    func() { c, end := ExecStmt(ctx, st); same(c, isNil(end)) },
		"QueryDB": func() {
			if c, end := QueryDB(ctx, db, "x"); c != ctx || end != nil {
				t.Fatal("the hook does something")
			}
		},
		"BeginDB":  func() { c, end := BeginDB(ctx, db); same(c, isNil(end)) },
		"Commit":   func() { same(ctx, isNil(Commit(tx))) },
		"Rollback": func() { same(ctx, isNil(Rollback(tx, false))) },
		"Acquire": func() {
			if Acquire(db) != nil {
				t.Fatal("the hook does something")
			}
		},
		"CloseRows": func() {
			if CloseRows(rs) != nil {
				t.Fatal("the hook does something")
			}
		},
	} {
		if n := testing.AllocsPerRun(100, call); n != 0 && name != "CloseRows" { // which uses the table
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// isNil returns nil for a nil exit function, which is of a type and so is not nil as it is.
func isNil(end func(error, hook.Exit)) any {
	if end == nil {
		return nil
	}
	return end
}

// A context that is nil is database/sql's to complain about, and telemetry's own work is
// not told of.
func TestLeftAlone(t *testing.T) {
	spans := record(t)
	db := openNothing(t)
	var none context.Context
	if ctx, end := ExecDB(none, db, "x"); ctx != nil || end != nil {
		t.Error("a nil context has been replaced")
	}
	if _, end := ExecDB(telemetry.Untraced(t.Context()), db, "x"); end != nil {
		t.Error("telemetry's own work is traced")
	}
	if n := len(spans.Started()); n != 0 {
		t.Errorf("%d spans", n)
	}
}

// Where the built-in is switched off no hook does anything, whatever the program's providers.
func TestSwitchedOff(t *testing.T) {
	on = false // the switch is read once, when the package is initialised
	t.Cleanup(func() { on = true })
	spans := record(t)
	measure(t)
	if OpenDB() != nil || Open("", "") != nil || Conn(nil) != nil || Acquire(nil) != nil || CloseRows(new(sql.Rows)) != nil || Commit(nil) != nil {
		t.Error("a hook does something")
	}
	db := sql.OpenDB(nothing{})
	t.Cleanup(func() { _ = db.Close() })
	if _, end := ExecDB(t.Context(), db, "x"); end != nil || len(spans.Started()) != 0 {
		t.Error("an operation is traced")
	}
}

// Pools that are the same to look at have names of their own; a name is free when its
// database is closed; one that is dropped without being closed is not kept alive.
func TestPoolNames(t *testing.T) {
	r := measure(t)
	a, b := openNothing(t), openNothing(t)
	_ = meters.Current()
	want := func(names ...string) {
		t.Helper()
		var got []string
		sum, _ := collect(t, r, "db.client.connection.count").(metricdata.Sum[int64])
		for _, p := range sum.DataPoints {
			name, _ := p.Attributes.Value("db.client.connection.pool.name")
			if state, _ := p.Attributes.Value("db.client.connection.state"); state.AsString() == "idle" {
				got = append(got, name.AsString())
			}
		}
		if slices.Sort(got); !slices.Equal(got, names) {
			t.Errorf("pools %q instead of %q", got, names)
		}
	}
	want("other_sql", "other_sql-2")
	CloseDB(a)
	want("other_sql-2")
	c := openNothing(t)
	want("other_sql", "other_sql-2")
	CloseDB(a) // again, when its name is another's
	want("other_sql", "other_sql-2")
	CloseDB(b)
	CloseDB(c)
	want()

	dropped := &database{}
	open.add(dropped, description{system: "gone"})
	want()
	if len(open.named) != 0 {
		t.Error("a database that is gone is still observed")
	}
}

// A pool is reported once, also where two goroutines ask for the first instruments at the
// same time.
func TestReportedOnce(t *testing.T) {
	r := measure(t)
	db := openNothing(t)
	mp, _ := telemetry.MeterProvider()
	for range 3 {
		newInstruments(mp.Meter(scope))
	}
	sum, _ := collect(t, r, "db.client.connection.idle.max").(metricdata.Sum[int64])
	if len(sum.DataPoints) != 1 || sum.DataPoints[0].Value != 2 {
		t.Errorf("idle.max: %+v", sum.DataPoints)
	}
	for n, want := range map[int]int64{5: 5, 0: 0, -1: 0} {
		SetMaxIdleConns(db, n)
		sum, _ = collect(t, r, "db.client.connection.idle.max").(metricdata.Sum[int64])
		if sum.DataPoints[0].Value != want {
			t.Errorf("idle.max after %d: %+v", n, sum.DataPoints)
		}
	}
	SetMaxIdleConns(db, 5)
	db.SetMaxOpenConns(3)
	sum, _ = collect(t, r, "db.client.connection.idle.max").(metricdata.Sum[int64])
	if sum.DataPoints[0].Value != 3 {
		t.Errorf("idle.max below max: %+v", sum.DataPoints)
	}
	sum, _ = collect(t, r, "db.client.connection.max").(metricdata.Sum[int64])
	if len(sum.DataPoints) != 1 || sum.DataPoints[0].Value != 3 {
		t.Errorf("max: %+v", sum.DataPoints)
	}
}

// What is told of a statement is found out once, and not remembered without end.
func TestRemembered(t *testing.T) {
	target := newTarget(description{system: "sqlite"}, "p")
	key := callKey{"SELECT 'x' FROM t", execute}
	if first := target.call(key); first != target.call(key) {
		t.Error("the statement is read again")
	}
	for i := range 3 * remembered {
		target.call(callKey{"SELECT " + string(rune('a'+i)), execute})
	}
	if n := len(target.calls); n > remembered {
		t.Errorf("%d calls are remembered", n)
	}
	long := callKey{"SELECT " + strings.Repeat("x", longestRemembered), execute}
	if first, other := target.call(long), unknown.call(key); first == target.call(long) || other == unknown.call(key) {
		t.Error("a statement is remembered that is too long, or of no database")
	}

	// What is remembered keeps nothing larger alive.
	part := "SELECT a FROM t WHERE b = ?; and more"[:27]
	told := target.call(callKey{part, execute})
	for k := range target.calls {
		if unsafe.StringData(k.text) == unsafe.StringData(part) {
			t.Error("the key is a part of the statement's memory")
		}
	}
	config := trace.NewSpanStartConfig(told.start...)
	for _, a := range config.Attributes() {
		if a.Key == "db.query.text" && (a.Value.AsString() != part || unsafe.StringData(a.Value.AsString()) == unsafe.StringData(part)) {
			t.Errorf("the text is a part of the statement's memory, or %q", a.Value.AsString())
		}
	}

	for name, want := range map[callKey][]attribute.KeyValue{
		{"SELECT 'x' FROM t", execute}: {attribute.String("db.query.summary", "SELECT t"), attribute.String("db.system.name", "sqlite")},
		{"SELECT 'x' FROM t", prepare}: {attribute.String("db.operation.name", "PREPARE"), attribute.String("db.query.summary", "PREPARE SELECT t"), attribute.String("db.system.name", "sqlite")},
		{"COMMIT", byName}:             {attribute.String("db.operation.name", "COMMIT"), attribute.String("db.system.name", "sqlite")},
	} {
		if got := attribute.NewSet(target.call(name).measured...); !slices.Equal(got.ToSlice(), want) {
			t.Errorf("%v: %v", name, got.ToSlice())
		}
	}
}

// What is told of one call does not change with the next, however many attributes the
// database has.
func TestCallsApart(t *testing.T) {
	for n, d := range []description{
		{}, {Source: dsn.Source{Address: "h"}}, {Source: dsn.Source{Address: "h", Port: 1}},
		{Source: dsn.Source{Address: "h", Port: 1, Namespace: "d"}},
		{Source: dsn.Source{Address: "h", Port: 1, Namespace: "d", Service: "s"}},
	} {
		target := newTarget(d, "")
		ping := target.call(callKey{"PING", byName})
		shared := slices.Clone(target.shared)
		target.call(callKey{"COMMIT", byName})
		target.call(callKey{"", execute})
		set := attribute.NewSet(slices.Clone(ping.measured)...)
		if name, _ := set.Value("db.operation.name"); set.Len() != n+2 || name.AsString() != "PING" {
			t.Errorf("the first call: %v", set.ToSlice())
		}
		if !slices.Equal(target.shared, shared) {
			t.Errorf("shared by all, and maybe read by another: %v, was %v", target.shared, shared)
		}
	}
}
