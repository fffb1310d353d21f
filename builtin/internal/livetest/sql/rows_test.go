package sql_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"go.opentelemetry.io/otel/codes"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

// A query's span ends when its rows are closed, in whatever way that happens, and says
// how many rows were read and what went wrong.
func TestRows(t *testing.T) {
	broken := errors.New("connection reset")
	for _, c := range []struct {
		name string
		fake *fake
		read func(t *testing.T, rs *sql.Rows, cancel func())
		rows string
		kind string
	}{
		{"Close", &fake{rows: 5}, func(t *testing.T, rs *sql.Rows, _ func()) {
			rs.Next()
			rs.Next()
			if err := errors.Join(rs.Close(), rs.Close()); err != nil {
				t.Error(err)
			}
		}, "2", ""},
		{"the end of Next", &fake{rows: 5}, func(t *testing.T, rs *sql.Rows, _ func()) {
			for rs.Next() {
			}
			if rs.Err() != nil {
				t.Error(rs.Err())
			}
		}, "5", ""},
		{"an error of Next", &fake{rows: 1, after: broken}, func(t *testing.T, rs *sql.Rows, _ func()) {
			for rs.Next() {
			}
			if rs.Err() != broken {
				t.Error(rs.Err())
			}
		}, "1", "*errors.errorString"},
		{"NextResultSet", &fake{rows: 5}, func(t *testing.T, rs *sql.Rows, _ func()) {
			if rs.NextResultSet() {
				t.Error("there is another result set")
			}
		}, "0", ""},
		{"the end of the context", &fake{rows: 5}, func(_ *testing.T, rs *sql.Rows, cancel func()) {
			rs.Next()
			cancel()
		}, "1", "context.Canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, r := c.fake.open(t), recorded.Record(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			rs, err := db.QueryContext(ctx, "SELECT a FROM t")
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Ended()) != 0 {
				t.Error("the span has ended before the rows are read")
			}
			c.read(t, rs, cancel)
			r.Until(t, 1)
			s := r.One(t)
			if recorded.Value(s, "db.response.returned_rows") != c.rows || recorded.Value(s, "error.type") != c.kind {
				t.Errorf("%v", s.Attributes())
			}
			_ = rs.Close()
			r.One(t)
		})
	}
}

// A row's query ends with Scan.
func TestRow(t *testing.T) {
	db, r := (&fake{rows: 5}).open(t), recorded.Record(t)
	row := db.QueryRow("SELECT a FROM t")
	if len(r.Ended()) != 0 {
		t.Error("the span has ended before the row is read")
	}
	var a int
	if err := row.Scan(&a); err != nil || a != 4 {
		t.Error(a, err)
	}
	if s := r.One(t); recorded.Value(s, "db.response.returned_rows") != "1" {
		t.Errorf("%v", s.Attributes())
	}
}

// Rows that are never closed have a span that does not end, as they have a connection that
// does not come back.
func TestLeak(t *testing.T) {
	db, r := (&fake{rows: 5}).open(t), recorded.Record(t)
	if _, err := db.Query("SELECT a FROM t"); err != nil {
		t.Fatal(err)
	}
	if len(r.Started()) != 1 || len(r.Ended()) != 0 {
		t.Errorf("%d spans have started, %d have ended", len(r.Started()), len(r.Ended()))
	}
}

// A transaction that ends with rows open closes them, and their span.
func TestRowsOfTx(t *testing.T) {
	db, r := (&fake{rows: 5}).open(t), recorded.Record(t)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Query("SELECT a FROM t"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	r.Until(t, 3)
	if got := r.Names(t); got != "BEGIN, SELECT t, ROLLBACK" && got != "BEGIN, ROLLBACK, SELECT t" {
		t.Error(got)
	}
}

// A context that ends a transaction has it rolled back by database/sql, which is an
// operation as well.
func TestTxOfContext(t *testing.T) {
	db, r := (&fake{}).open(t), recorded.Record(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := db.BeginTx(ctx, nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	r.Until(t, 2)
	if got := r.Names(t); got != "BEGIN, ROLLBACK" {
		t.Error(got)
	}
}

// Rows may be closed by their context before the query has returned, or while Next runs:
// each has one span all the same, and nothing races.
func TestRowsRace(t *testing.T) {
	db, r := (&fake{rows: 3}).open(t), recorded.Record(t)
	const n = 300
	queries := 0
	for i := range n {
		ctx, cancel := context.WithCancel(t.Context())
		if i%3 == 0 {
			go cancel()
		}
		rs, err := db.QueryContext(ctx, "SELECT a FROM t")
		if i%3 == 1 {
			go cancel()
		}
		if err == nil {
			for rs.Next() {
			}
			_ = rs.Err()
			if err := rs.Close(); err != nil {
				t.Error(err)
			}
		}
		queries++
		cancel()
	}
	r.Until(t, queries)
	if len(r.Ended()) != queries {
		t.Errorf("%d spans of %d queries", len(r.Ended()), queries)
	}
	for _, s := range r.Ended() {
		if s.Status().Code == codes.Error && recorded.Value(s, "error.type") != "context.Canceled" {
			t.Errorf("%+v", s.Status())
		}
	}
}
