package sql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

// Every form of an operation is one span, whichever other methods it goes through.
func TestOneSpan(t *testing.T) {
	ctx := context.Background()
	do := func(err error) {
		if err != nil {
			t.Helper()
			t.Error(err)
		}
	}
	read := func(rs *sql.Rows, err error) {
		t.Helper()
		do(err)
		do(rs.Close())
	}
	var a int
	for _, c := range []struct {
		name string
		call func(db *sql.DB)
		want string
	}{
		{"DB.Ping", func(db *sql.DB) { do(db.Ping()) }, "PING"},
		{"DB.Exec", func(db *sql.DB) { _, err := db.Exec("DELETE FROM t"); do(err) }, "DELETE t"},
		{"DB.Query", func(db *sql.DB) { read(db.Query("SELECT a FROM t")) }, "SELECT t"},
		{"DB.QueryRow", func(db *sql.DB) { do(db.QueryRow("SELECT a FROM t").Scan(&a)) }, "SELECT t"},
		{"DB.Begin", func(db *sql.DB) { tx, err := db.Begin(); do(err); do(tx.Commit()) }, "BEGIN, COMMIT"},
		{"DB.Prepare", func(db *sql.DB) {
			s, err := db.Prepare("SELECT a FROM t WHERE b = ?")
			do(err)
			read(s.Query(1))
			do(s.QueryRow(1).Scan(&a))
			_, err = s.Exec(1)
			do(err)
			do(s.Close())
		}, "PREPARE SELECT t, SELECT t, SELECT t, SELECT t"},
		{"Conn", func(db *sql.DB) {
			c, err := db.Conn(ctx)
			do(err)
			do(c.PingContext(ctx))
			_, err = c.ExecContext(ctx, "DELETE FROM t")
			do(err)
			read(c.QueryContext(ctx, "SELECT a FROM t"))
			do(c.QueryRowContext(ctx, "SELECT a FROM t").Scan(&a))
			s, err := c.PrepareContext(ctx, "SELECT a FROM u")
			do(err)
			read(s.QueryContext(ctx))
			do(s.Close())
			tx, err := c.BeginTx(ctx, nil)
			do(err)
			do(tx.Rollback())
			do(c.Close())
		}, "PING, DELETE t, SELECT t, SELECT t, PREPARE SELECT u, SELECT u, BEGIN, ROLLBACK"},
		{"Tx", func(db *sql.DB) {
			tx, err := db.BeginTx(ctx, nil)
			do(err)
			_, err = tx.Exec("DELETE FROM t")
			do(err)
			read(tx.Query("SELECT a FROM t"))
			do(tx.QueryRow("SELECT a FROM t").Scan(&a))
			s, err := tx.Prepare("SELECT a FROM u")
			do(err)
			read(s.Query())
			read(tx.Stmt(s).Query())
			do(tx.Commit())
			if err := tx.Rollback(); err != sql.ErrTxDone {
				t.Errorf("Rollback behind Commit: %v", err)
			}
			if err := tx.Commit(); err != sql.ErrTxDone {
				t.Errorf("Commit behind Commit: %v", err)
			}
		}, "BEGIN, DELETE t, SELECT t, SELECT t, PREPARE SELECT u, SELECT u, SELECT u, COMMIT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{rows: 1}
			db, r := f.open(t), recorded.Record(t)
			c.call(db)
			if got := r.Names(t); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if len(r.Started()) != len(r.Ended()) {
				t.Error("a span has not ended")
			}
		})
	}
}

// Failures are told of, and are for the program what they were.
func TestErrors(t *testing.T) {
	failure := errors.New("no such table")
	for _, c := range []struct {
		name string
		fake *fake
		err  error
		kind string
	}{
		{"the driver's", &fake{err: failure}, failure, "*errors.errorString"},
		{"a connection is bad again and again", &fake{bad: 100}, driver.ErrBadConn, "database/sql/driver.ErrBadConn"},
		{"nothing to connect to", &fake{dial: failure}, failure, "*errors.errorString"},
	} {
		for name, call := range map[string]func(*sql.DB) error{
			"SELECT t": func(db *sql.DB) error { _, err := db.Query("SELECT a FROM t"); return err },
			"DELETE t": func(db *sql.DB) error { _, err := db.Exec("DELETE FROM t"); return err },
			"PING":     func(db *sql.DB) error { return db.Ping() },
		} {
			f := &fake{err: c.fake.err, bad: c.fake.bad, dial: c.fake.dial}
			r := recorded.Record(t)
			if err := call(f.open(t)); err != c.err {
				t.Errorf("%s, %s: %v", c.name, name, err)
			}
			s := r.One(t)
			if s.Status().Code != codes.Error || s.Name() != name || recorded.Value(s, "error.type") != c.kind || s.Status().Description != c.err.Error() {
				t.Errorf("%s, %s: %s %+v %v", c.name, name, s.Name(), s.Status(), s.Attributes())
			}
		}
	}
}

// What database/sql tries again on another connection is one operation, and no failure.
func TestRetry(t *testing.T) {
	f := &fake{bad: 2}
	db, r := f.open(t), recorded.Record(t)
	if _, err := db.Exec("DELETE FROM t"); err != nil {
		t.Fatal(err)
	}
	if s := r.One(t); s.Status().Code != codes.Unset {
		t.Errorf("%+v", s.Status())
	}
	if n := len(f.seen()); n != 3 {
		t.Errorf("%d tries", n)
	}
}

// No rows are an answer.
func TestNoRows(t *testing.T) {
	f := &fake{}
	db, r := f.open(t), recorded.Record(t)
	var a int
	if err := db.QueryRow("SELECT a FROM t").Scan(&a); err != sql.ErrNoRows {
		t.Errorf("%v", err)
	}
	if s := r.One(t); s.Status().Code != codes.Unset || recorded.Value(s, "db.response.returned_rows") != "0" {
		t.Errorf("%+v %v", s.Status(), s.Attributes())
	}
}

// A panic of the driver's passes as it is, and the span says that there was one.
func TestPanic(t *testing.T) {
	f := &fake{panics: "driver"}
	db, r := f.open(t), recorded.Record(t)
	func() {
		defer func() {
			if v := recover(); v != "driver" {
				t.Errorf("recovered %v", v)
			}
		}()
		_, _ = db.Exec("DELETE FROM t")
	}()
	if s := r.One(t); s.Status().Code != codes.Error || recorded.Value(s, "error.type") != "panic" {
		t.Errorf("%+v", s.Status())
	}
}

// A context that is nil panics where it did.
func TestNilContext(t *testing.T) {
	db, r := sql.OpenDB(&fake{}), recorded.Record(t) // not to be closed: its mutex is locked for good
	defer func() {
		if r.Data(t, "db.client.connection.count") != nil { // and is not waited for
			t.Error("the pool is observed")
		}
		if _, ok := recover().(runtime.Error); !ok {
			t.Error("it does not panic")
		}
		if len(r.Started()) != 0 {
			t.Error("there is a span")
		}
	}()
	var none context.Context
	_, _ = db.ExecContext(none, "DELETE FROM t")
}

// What a program can look at is its own.
func TestPlain(t *testing.T) {
	recorded.Record(t)
	f := &fake{rows: 1}
	db := f.open(t)
	if f.asked != 0 {
		t.Error("the connector was asked for its driver")
	}
	if db.Driver() != driver.Driver(f) {
		t.Error("the driver is another one")
	}
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Raw(func(raw any) error {
		if s, ok := raw.(interface{ Secret() string }); !ok || s.Secret() != "plain" || raw.(*conn).f != f {
			t.Errorf("the connection is a %T", raw)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

type key struct{}

// The driver's context has the operation's span and all that the caller's has. The end of
// a transaction is beside its beginning.
func TestContext(t *testing.T) {
	f := &fake{rows: 1}
	db, r := f.open(t), recorded.Record(t)
	ctx, parent := otel.Tracer("test").Start(context.WithValue(t.Context(), key{}, "v"), "parent")
	if _, err := db.ExecContext(ctx, "DELETE FROM t"); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM t"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := r.Names(t); got != "DELETE t, BEGIN, DELETE t, COMMIT" {
		t.Fatal(got)
	}
	for i, s := range r.Ended() {
		if s.Parent().SpanID() != parent.SpanContext().SpanID() {
			t.Errorf("%s has another parent", s.Name())
		}
		if i == 3 {
			break // Commit gives the driver none
		}
		seen := f.seen()[i]
		if trace.SpanContextFromContext(seen).SpanID() != s.SpanContext().SpanID() || seen.Value(key{}) != "v" {
			t.Errorf("%s: the driver's context has another span, or not the caller's values", s.Name())
		}
	}
}

// A provider that is set later is noticed, and so is one that is taken away.
func TestProviderLater(t *testing.T) {
	db := (&fake{rows: 1}).open(t)
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	rs, err := db.Query("SELECT a FROM t")
	if err != nil {
		t.Fatal(err)
	}
	r := recorded.Record(t)
	for rs.Next() {
	}
	if err := errors.Join(rs.Close(), c.PingContext(t.Context()), tx.Commit()); err != nil {
		t.Fatal(err)
	}
	if got := r.Names(t); got != "PING, COMMIT" {
		t.Error(got)
	}
	rs, err = db.Query("SELECT a FROM t")
	if err != nil {
		t.Fatal(err)
	}
	otel.SetTracerProvider(noop.NewTracerProvider())
	if err := rs.Close(); err != nil {
		t.Fatal(err)
	}
	if got := r.Names(t); got != "PING, COMMIT, SELECT t" {
		t.Error(got)
	}
}

// allocations returns the allocations of each form of an operation, without a provider.
func allocations() map[string]float64 {
	f := &fake{rows: 2, quiet: true}
	db := sql.OpenDB(f)
	defer db.Close()
	ctx := context.Background()
	s, err := db.Prepare("SELECT a FROM t")
	if err != nil {
		panic(err)
	}
	out := map[string]float64{}
	for name, call := range map[string]func(){
		"ping": func() { _ = db.PingContext(ctx) },
		"exec": func() { _, _ = db.ExecContext(ctx, "DELETE FROM t WHERE a = ? AND b = ?", 1, 2) },
		"stmt": func() { _, _ = s.ExecContext(ctx, 1, 2) },
		"query": func() {
			rs, _ := db.QueryContext(ctx, "SELECT a FROM t WHERE a = ? AND b = ?", 1, 2)
			for rs.Next() {
			}
		},
		"row": func() { var a int64; _ = db.QueryRowContext(ctx, "SELECT a FROM t", 1).Scan(&a) },
	} {
		out[name] = testing.AllocsPerRun(200, call)
	}
	return out
}

// Without a provider no operation allocates more than in the plain program.
func TestAllocations(t *testing.T) {
	plain := recorded.Plain(t)
	for name, n := range allocations() {
		if n != plain[name] {
			t.Errorf("%s: %v allocations, plain %v", name, n, plain[name])
		}
	}
}
