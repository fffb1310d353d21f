package drivers_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/ClickHouse/clickhouse-go/v2"
	xsam "github.com/XSAM/otelsql"
	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
	_ "github.com/microsoft/go-mssqldb"
	_ "github.com/sijms/go-ora/v2"
	nhat "go.nhat.io/otelsql"
	"go.opentelemetry.io/otel/codes"
	modernc "modernc.org/sqlite"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

// The common drivers' databases are known by the data source name, or by the connector,
// and a connection that fails tells nobody the credentials.
func TestDrivers(t *testing.T) {
	config, err := pgx.ParseConfig("postgres://bob:s3cret@127.0.0.1:1/shop")
	if err != nil {
		t.Fatal(err)
	}
	mysqlConfig := mysql.NewConfig()
	mysqlConfig.Net, mysqlConfig.Addr, mysqlConfig.DBName, mysqlConfig.Passwd = "tcp", "127.0.0.1:1", "shop", "s3cret"
	connector, err := mysql.NewConnector(mysqlConfig)
	if err != nil {
		t.Fatal(err)
	}
	open := func(driver, name string) func() (*sql.DB, error) {
		return func() (*sql.DB, error) { return sql.Open(driver, name) }
	}
	for _, c := range []struct {
		name string
		open func() (*sql.DB, error)
		want string // system address:port namespace
	}{
		{"pgx", open("pgx", "postgres://bob:s3cret@127.0.0.1:1/shop?search_path=app"), "postgresql 127.0.0.1:1 shop|app"},
		{"pgx's connector", func() (*sql.DB, error) { return stdlib.OpenDB(*config), nil }, "postgresql 127.0.0.1:1 shop"},
		{"pq", open("postgres", "host=127.0.0.1 port=1 user=bob password=s3cret dbname=shop sslmode=disable"), "postgresql 127.0.0.1:1 shop"},
		{"mysql", open("mysql", "bob:s3cret@tcp(127.0.0.1:1)/shop"), "mysql 127.0.0.1:1 shop"},
		{"mysql's connector", func() (*sql.DB, error) { return sql.OpenDB(connector), nil }, "mysql : "},
		{"mssql", open("sqlserver", "sqlserver://sa:s3cret@127.0.0.1:1?database=shop"), "microsoft.sql_server 127.0.0.1:1 shop"},
		{"go-ora", open("oracle", "oracle://bob:s3cret@127.0.0.1:1/ORCL"), "oracle.db 127.0.0.1:1 "},
		{"clickhouse", open("clickhouse", "clickhouse://bob:s3cret@127.0.0.1:1/shop"), "clickhouse 127.0.0.1:1 shop"},
		{"modernc", open("sqlite", "file:/nowhere/at/all/s3cret/shop.db"), "sqlite : shop.db"},
		{"a bad name", open("postgres", "postgres://bob:s3cret@127.0.0.1:x/shop"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := recorded.Record(t)
			db, err := c.open()
			if err != nil {
				if c.want != "" {
					t.Fatal(err)
				}
				return
			}
			defer db.Close()
			_ = db.PingContext(t.Context())
			_, _ = db.ExecContext(t.Context(), "DELETE FROM t")
			for _, s := range r.Ended() {
				recorded.Conventional(t, s)
				got := fmt.Sprintf("%s %s:%s %s", recorded.Value(s, "db.system.name"), recorded.Value(s, "server.address"), recorded.Value(s, "server.port"), recorded.Value(s, "db.namespace"))
				if s.Status().Code != codes.Error || got != c.want && c.want != "" {
					t.Errorf("%+v: %s", s.Status(), got)
				}
				if all := fmt.Sprint(s.Name(), s.Attributes(), s.Status(), s.Events()); strings.Contains(all, "s3cret") {
					t.Errorf("credentials in %s", all)
				}
			}
			if len(r.Ended()) != 2 {
				t.Errorf("%d spans", len(r.Ended()))
			}
		})
	}
}

// A program that has wrapped its driver by another instrumentation keeps that one's spans,
// and has no others; nor is its pool measured twice.
func TestOtherInstrumentation(t *testing.T) {
	name, err := nhat.Register("sqlite", nhat.AllowRoot(), nhat.TraceQueryWithoutArgs())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.db")
	for _, c := range []struct {
		scope string
		open  func() (*sql.DB, error)
	}{
		{"github.com/XSAM/otelsql", func() (*sql.DB, error) { return xsam.Open("sqlite", file) }},
		{"go.nhat.io/otelsql", func() (*sql.DB, error) { return sql.Open(name, file) }},
	} {
		t.Run(c.scope, func(t *testing.T) {
			r := recorded.Record(t)
			if c.scope == "go.nhat.io/otelsql" { // made with the provider of its time
				r = nil
			}
			db, err := c.open()
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if r == nil {
				r = recorded.Record(t)
			}
			if _, err := db.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS t (a)"); err != nil {
				t.Fatal(err)
			}
			for _, s := range r.Started() {
				if s.InstrumentationScope().Name == "github.com/goweaver/weaver/builtin/sql" {
					t.Errorf("there is a second span: %s", s.Name())
				}
			}
			if r.Data(t, "db.client.connection.idle.max") != nil {
				t.Error("the pool is observed")
			}
		})
	}
}

// Libraries on top of database/sql are in it, such as sqlx.
func TestSqlx(t *testing.T) {
	r := recorded.Record(t)
	x, err := sqlx.Open("sqlite", filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	x.MustExec("CREATE TABLE users (name TEXT)")
	var names []string
	if err := x.Select(&names, "SELECT name FROM users WHERE name = ?", "bob"); err != nil {
		t.Fatal(err)
	}
	if got := r.Names(t); got != "CREATE TABLE users, SELECT users" {
		t.Error(got)
	}
}

// SQLite, by its real driver: the attributes of a span, a failing statement's code, and
// text with and without parameters.
func TestSQLite(t *testing.T) {
	r := recorded.Record(t)
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "shop.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, ok := db.Driver().(*modernc.Driver); !ok {
		t.Errorf("the driver is a %T", db.Driver())
	}
	for _, q := range []string{"CREATE TABLE t (a TEXT UNIQUE)", "INSERT INTO t VALUES ('s3cret')"} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	_, failed := db.ExecContext(t.Context(), "INSERT INTO t VALUES ('s3cret')")
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM t WHERE a <> ? AND a <> 'x'", "y").Scan(&n); err != nil || n != 1 || failed == nil {
		t.Fatal(n, err, failed)
	}
	if got := r.Names(t); got != "CREATE TABLE t, INSERT t, INSERT t!, SELECT t" {
		t.Fatal(got)
	}
	for i, want := range []map[string]string{
		{"db.query.text": "CREATE TABLE t (a TEXT UNIQUE)", "db.namespace": "shop.db", "db.system.name": "sqlite", "db.query.summary": "CREATE TABLE t"},
		{"db.query.text": "INSERT INTO t VALUES (?)", "error.type": ""},
		{"db.query.text": "INSERT INTO t VALUES (?)", "error.type": "2067", "db.response.status_code": "2067"},
		{"db.query.text": "SELECT count(*) FROM t WHERE a <> ? AND a <> 'x'", "db.response.returned_rows": "1"},
	} {
		for key, w := range want {
			if got := recorded.Value(r.Ended()[i], key); got != w {
				t.Errorf("%s: %s is %q, not %q", r.Ended()[i].Name(), key, got, w)
			}
		}
	}
}
