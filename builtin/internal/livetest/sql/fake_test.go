package sql_test

// A driver of a database that is not there, and does what a test asks for.

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
)

// A fake is a driver, its connector, and what its connections do.
type fake struct {
	rows   int   // rows of a query
	after  error // instead of the end of the rows
	err    error // of every operation on a connection
	bad    int   // as many operations fail with driver.ErrBadConn first
	panics any   // in every operation
	dial   error // of Connect
	quiet  bool  // nothing is remembered

	mu       sync.Mutex
	contexts []context.Context // of the operations
	asked    int               // how often Driver was called
}

func (f *fake) Connect(context.Context) (driver.Conn, error) {
	if f.dial != nil {
		return nil, f.dial
	}
	return &conn{f}, nil
}

func (f *fake) Driver() driver.Driver {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	return f
}

func (f *fake) Open(string) (driver.Conn, error) { return f.Connect(context.Background()) }

// do is an operation.
func (f *fake) do(ctx context.Context) error {
	f.mu.Lock()
	if !f.quiet {
		f.contexts = append(f.contexts, ctx)
	}
	bad := f.bad > 0
	f.bad--
	f.mu.Unlock()
	switch {
	case f.panics != nil:
		panic(f.panics)
	case bad:
		return driver.ErrBadConn
	}
	return f.err
}

// conn is a connection, with an optional interface that is nobody's business.
type conn struct{ f *fake }

func (c *conn) Secret() string                             { return "plain" }
func (c *conn) Close() error                               { return nil }
func (c *conn) Begin() (driver.Tx, error)                  { return nil, errors.New("not used") }
func (c *conn) Prepare(q string) (driver.Stmt, error)      { return nil, errors.New("not used") }
func (c *conn) Ping(ctx context.Context) error             { return c.f.do(ctx) }
func (c *conn) CheckNamedValue(*driver.NamedValue) error   { return nil }
func (c *conn) Commit() error                              { return c.f.do(context.Background()) }
func (c *conn) Rollback() error                            { return c.f.do(context.Background()) }
func (c *conn) LastInsertId() (int64, error)               { return 0, nil }
func (c *conn) RowsAffected() (int64, error)               { return 1, nil }
func (c *conn) NumInput() int                              { return -1 }
func (c *conn) Exec([]driver.Value) (driver.Result, error) { return c, nil }

func (c *conn) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	return c, c.f.do(ctx)
}

func (c *conn) PrepareContext(ctx context.Context, _ string) (driver.Stmt, error) {
	return stmt{c}, c.f.do(ctx)
}

func (c *conn) ExecContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Result, error) {
	return c, c.f.do(ctx)
}

func (c *conn) QueryContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Rows, error) {
	if err := c.f.do(ctx); err != nil {
		return nil, err
	}
	return &result{left: c.f.rows, after: c.f.after}, nil
}

type stmt struct{ *conn }

func (s stmt) Close() error { return nil }

func (s stmt) Query([]driver.Value) (driver.Rows, error) { return nil, errors.New("not used") }

func (s stmt) ExecContext(ctx context.Context, v []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, "", v)
}

func (s stmt) QueryContext(ctx context.Context, v []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, "", v)
}

type result struct {
	left  int
	after error
}

func (r *result) Columns() []string { return []string{"a"} }
func (r *result) Close() error      { return nil }

func (r *result) Next(dest []driver.Value) error {
	if r.left == 0 {
		if r.after != nil {
			return r.after
		}
		return io.EOF
	}
	r.left--
	dest[0] = int64(r.left)
	return nil
}

// open returns the fake as a database, which the test closes.
func (f *fake) open(t testing.TB) *sql.DB {
	db := sql.OpenDB(f)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// seen returns the contexts that the operations had.
func (f *fake) seen() []context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.contexts)
}
