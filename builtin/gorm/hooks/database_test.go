package hooks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"testing"

	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/utils/tests"

	"github.com/goweaver/weaver/instrument/hook"
)

// A server is a database that knows one user, and whoever asks it. It is a driver, a
// connection and a gorm dialect in one.
type server struct {
	tests.DummyDialector
	spans []trace.SpanContext // of the contexts that it was asked with
	fail  error
}

func (s *server) Initialize(db *gorm.DB) error {
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{
		CreateClauses: []string{"INSERT", "VALUES"},
		UpdateClauses: []string{"UPDATE", "SET", "WHERE"},
		DeleteClauses: []string{"DELETE", "FROM", "WHERE"},
	})
	db.ConnPool = sql.OpenDB(s)
	return nil
}

func (s *server) Connect(context.Context) (driver.Conn, error) { return s, nil }
func (s *server) Driver() driver.Driver                        { return nil }
func (s *server) Prepare(string) (driver.Stmt, error)          { return nil, driver.ErrSkip }
func (s *server) Close() error                                 { return nil }
func (s *server) Begin() (driver.Tx, error)                    { return s, nil }
func (s *server) Commit() error                                { return nil }
func (s *server) Rollback() error                              { return nil }
func (s *server) LastInsertId() (int64, error)                 { return 1, nil }
func (s *server) RowsAffected() (int64, error)                 { return 1, nil }

func (s *server) asked(ctx context.Context) {
	s.spans = append(s.spans, trace.SpanContextFromContext(ctx))
}

func (s *server) ExecContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Result, error) {
	s.asked(ctx)
	return s, s.fail
}

func (s *server) QueryContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Rows, error) {
	s.asked(ctx)
	return &rows{left: 1}, s.fail
}

// rows are n users.
type rows struct{ left int }

func (r *rows) Columns() []string { return []string{"id", "name"} }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(into []driver.Value) error {
	if r.left--; r.left < 0 {
		return io.EOF
	}
	into[0], into[1] = int64(1), "bob"
	return nil
}

type user struct {
	ID   int
	Name string
}

// open opens the database.
func open(t testing.TB, s *server, options ...gorm.Option) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(s, append([]gorm.Option{&gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true}}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// A processor runs operations of a kind: the type of gorm's is not exported.
type processor interface{ Execute(*gorm.DB) *gorm.DB }

// run is an operation of p on db, with what gorm's methods set before they come to it, as
// it is woven.
func run(p processor, db *gorm.DB, dest any) (tx *gorm.DB) {
	db.Statement.Dest = dest
	if end := Execute(db, captured(p)); end != nil {
		how := hook.Panicked
		defer func() { end(tx, how) }()
		tx = p.Execute(db)
		how = hook.Returned
		return tx
	}
	return p.Execute(db)
}

func captured(p processor) hook.Captured { return hook.Captured{Values: hook.MakeValues("p", p)} }
