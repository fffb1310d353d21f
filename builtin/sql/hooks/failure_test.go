package hooks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/builtin/sql/hooks/internal/dsn"
	"github.com/goweaver/weaver/instrument/hook"
)

// Errors in the shapes that the drivers give them.
type (
	stateError  struct{ state string }  // pgx, lib/pq
	numberError struct{ Number uint16 } // go-sql-driver/mysql
	codeError   struct{ code int }      // modernc.org/sqlite, godror
	sqliteError struct {                // mattn/go-sqlite3
		Code         int
		ExtendedCode int
	}
	serverError     struct{ n int32 }      // go-mssqldb
	oracleError     struct{ ErrCode int }  // go-ora
	clickHouseError struct{ Code int32 }   // clickhouse-go
	rudeError       struct{ text *string } // panics where it is nil
)

func (e *stateError) Error() string         { return "state " + e.state }
func (e *stateError) SQLState() string      { return e.state }
func (e *numberError) Error() string        { return "number" }
func (e *codeError) Error() string          { return "code" }
func (e *codeError) Code() int              { return e.code }
func (e sqliteError) Error() string         { return "sqlite" }
func (e serverError) Error() string         { return "server" }
func (e serverError) SQLErrorNumber() int32 { return e.n }
func (e *oracleError) Error() string        { return "oracle" }
func (e *clickHouseError) Error() string    { return "clickhouse" }
func (e *rudeError) Error() string          { return *e.text }

func TestFailed(t *testing.T) {
	for _, c := range []struct {
		system     string
		err        error
		kind, code string
	}{
		{"postgresql", &stateError{"23505"}, "23505", "23505"},
		{"postgresql", fmt.Errorf("wrapped: %w", &stateError{"23505"}), "23505", "23505"},
		{"mysql", &numberError{1062}, "1062", "1062"},
		{"sqlite", &codeError{2067}, "2067", "2067"},
		{"sqlite", sqliteError{19, 2067}, "2067", "2067"},
		{"microsoft.sql_server", fmt.Errorf("wrapped: %w", serverError{102}), "102", "102"},
		{"oracle.db", &codeError{942}, "ORA-00942", "ORA-00942"},
		{"oracle.db", &oracleError{12541}, "ORA-12541", "ORA-12541"},
		{"clickhouse", &clickHouseError{60}, "60", "60"},
		{"other_sql", &stateError{"42000"}, "42000", "42000"},

		{"mysql", driver.ErrBadConn, "database/sql/driver.ErrBadConn", ""},
		{"mysql", fmt.Errorf("wrapped: %w", driver.ErrBadConn), "database/sql/driver.ErrBadConn", ""},
		{"mysql", context.DeadlineExceeded, "context.DeadlineExceeded", ""},
		{"mysql", context.Canceled, "context.Canceled", ""},
		{"mysql", sql.ErrConnDone, "database/sql.ErrConnDone", ""},
		{"mysql", io.EOF, "*errors.errorString", ""},
		{"mysql", &rudeError{}, "*hooks.rudeError", ""},
		{"mysql", (*rudeError)(nil), "*hooks.rudeError", ""},
	} {
		f := newTarget(description{system: c.system}, "").failed(c.err, hook.Returned)
		if f == nil || f.kind != c.kind || f.code != c.code {
			t.Errorf("%s: %T: %+v", c.system, c.err, f)
		}
	}
	for _, err := range []error{nil, sql.ErrNoRows, fmt.Errorf("wrapped: %w", sql.ErrNoRows)} {
		if f := unknown.failed(err, hook.Returned); f != nil {
			t.Errorf("%v is a failure: %+v", err, f)
		}
	}
	if f := unknown.failed(nil, hook.Panicked); f == nil || f.kind != "panic" {
		t.Errorf("a panic: %+v", f)
	}
}

// An error that quotes the data source name, as a URL's does that can not be parsed, is
// told without the credentials in it.
func TestRedact(t *testing.T) {
	name := "postgres://bob:s3%2Fcret@db.example/shop"
	target := newTarget(describedAs("postgresql", name), "")
	for in, want := range map[string]string{
		"cannot parse `" + name + "`":                          "cannot parse `xxxxx`",
		"password s3/cret is wrong":                            "password xxxxx is wrong",
		`parse "mysql://eve:other@h:x/d": invalid port`:        `parse "mysql://xxxxx@h:x/d": invalid port`,
		`dial tcp://h:1: refused`:                              `dial tcp://h:1: refused`,
		`bad dsn: host=h user=eve password='an other' port=x`:  `bad dsn: host=h user=eve password=xxxxx port=x`,
		`bad dsn: server=h;User Id=eve;PWD = other;database=d`: `bad dsn: server=h;User Id=eve;PWD = xxxxx;database=d`,
		"password authentication failed for user \"bob\"":      "password authentication failed for user \"bob\"",
		"broken \xff text":                                     "broken  text",
	} {
		if got := target.redact(in); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
	short := newTarget(describedAs("mysql", "bob:at@tcp(h)/d"), "")
	if got := short.redact("bad data at 1"); got != "bad data at 1" {
		t.Errorf("what may stand anywhere is taken for a password: %q", got)
	}
	if got := target.redact(strings.Repeat("ä", telemetry.LongestMessage)); len(got) > telemetry.LongestMessage || !utf8.ValidString(got) {
		t.Errorf("%d bytes", len(got))
	}
}

func describedAs(system, name string) description {
	return description{system: system, Source: dsn.Parse(system, name)}
}

// Connectors as pgx and godror have them: what they embed is exported.
type (
	pgConfig struct {
		Host, Database, Password string
		Port                     uint16
	}
	ConnConfig struct {
		pgConfig
		Tracer any
	}
	pgConnector struct {
		nothing
		ConnConfig
	}
	hidden      struct{ Password string }
	behindNil   struct{ *hidden }
	oraclesLike struct {
		nothing
		ConnectString string
	}
)

func TestConfigured(t *testing.T) {
	v := pgConnector{ConnConfig: ConnConfig{pgConfig: pgConfig{"db.example", "shop", "s3cret", 6432}}}
	got := configured(field(reflect.ValueOf(v), "ConnConfig"))
	if got.Address != "db.example" || got.Port != 6432 || got.Namespace != "shop" || len(got.Secrets) != 1 {
		t.Errorf("%+v", got)
	}
	v.Host = "/run/postgresql"
	if got := configured(field(reflect.ValueOf(&v), "ConnConfig")); got.Address != "/run/postgresql" || got.Port != 0 {
		t.Errorf("a socket: %+v", got)
	}
	if f := field(reflect.ValueOf(behindNil{}), "Password"); f.IsValid() {
		t.Error("a field behind a nil pointer")
	}
	if got := describe(oraclesLike{ConnectString: "db.example/ORCL"}, "", ""); got.system != otherSQL || got.Address != "" {
		t.Errorf("a connector that is none of Oracle's: %+v", got)
	}
	if got := describe(nil, "", ""); got.system != otherSQL {
		t.Errorf("no connector: %+v", got)
	}
	var none *pgConnector
	if got := describe(none, "", ""); got.system != otherSQL {
		t.Errorf("a nil connector: %+v", got)
	}
}

func TestWithin(t *testing.T) {
	modules := []string{"github.com/jackc/pgx", "modernc.org/sqlite"}
	for p, want := range map[string]bool{
		"github.com/jackc/pgx/v5/stdlib": true, "modernc.org/sqlite": true,
		"modernc.org/sqlite3": false, "github.com/jackc": false, "": false,
	} {
		if got := within([]string{"x", p}, modules); got != want {
			t.Errorf("%s: %v", p, got)
		}
	}
	// A wrapper without a name is known by what it embeds.
	anonymous := struct{ error }{&codeError{}}
	if got := packages(reflect.ValueOf(anonymous)); len(got) != 1 || got[0] != "github.com/goweaver/weaver/builtin/sql/hooks" {
		t.Errorf("%q", got)
	}
}
