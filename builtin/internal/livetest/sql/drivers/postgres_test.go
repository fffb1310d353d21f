package drivers_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
	"github.com/goweaver/weaver/internal/servertest"
)

// PostgreSQL, through both drivers, TCP and a socket: the same program, the same spans.
func TestPostgres(t *testing.T) {
	folder, port := servertest.Postgres(t)
	tcp := fmt.Sprintf("postgres://bob:s3cret@127.0.0.1:%d/postgres?sslmode=disable", port)
	socket := fmt.Sprintf("host=%s port=%d user=bob password=s3cret dbname=postgres sslmode=disable", folder, port)
	for _, c := range []struct{ driver, name, address, port string }{
		{"pgx", tcp, "127.0.0.1", strconv.Itoa(port)},
		{"postgres", tcp, "127.0.0.1", strconv.Itoa(port)},
		{"pgx", socket, folder, ""},
		{"postgres", socket, folder, ""},
	} {
		t.Run(c.driver+" "+c.address, func(t *testing.T) {
			r := recorded.Record(t)
			db, err := sql.Open(c.driver, c.name)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			shop(t, db)
			const want = "DROP TABLE orders, CREATE TABLE orders, BEGIN postgres, INSERT orders, INSERT orders!, ROLLBACK postgres, " +
				"PREPARE INSERT orders, INSERT orders, INSERT orders, SELECT orders SELECT orders, SELECT!, SELECT!"
			if got := r.Names(t); got != want {
				t.Fatalf("\n got %s\nwant %s", got, want)
			}
			spans := r.Ended()
			for _, s := range spans {
				if recorded.Value(s, "db.system.name") != "postgresql" || recorded.Value(s, "db.namespace") != "postgres" ||
					recorded.Value(s, "server.address") != c.address || recorded.Value(s, "server.port") != c.port {
					t.Errorf("%s: %v", s.Name(), s.Attributes())
				}
				if all := fmt.Sprint(s.Name(), s.Attributes(), s.Status()); strings.Contains(all, "s3cret") {
					t.Errorf("credentials or data in %s", all)
				}
			}
			if got := recorded.Value(spans[4], "db.response.status_code"); got != "23505" {
				t.Errorf("a duplicate has the code %s", got)
			}
			if got := recorded.Value(spans[9], "db.response.returned_rows"); got != "2" {
				t.Errorf("%s rows", got)
			}
			if got := recorded.Value(spans[3], "db.query.text"); got != "INSERT INTO orders VALUES (?, ?)" {
				t.Errorf("%s", got)
			}
			if got := recorded.Value(spans[9], "db.query.text"); got != "SELECT note FROM orders WHERE id > $1 AND note <> '' UNION ALL SELECT note FROM orders WHERE false" {
				t.Errorf("%s", got)
			}
			if got := recorded.Value(spans[11], "error.type"); !slices.Contains([]string{"context.DeadlineExceeded", "57014"}, got) {
				t.Errorf("a timeout is a %s", got)
			}
		})
	}
}

// shop does a little of everything.
func shop(t *testing.T, db *sql.DB) {
	ctx := t.Context()
	do := func(_ sql.Result, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(db.ExecContext(ctx, "DROP TABLE IF EXISTS orders"))
	do(db.ExecContext(ctx, "CREATE TABLE orders (id int PRIMARY KEY, note text)"))
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	do(tx.ExecContext(ctx, "INSERT INTO orders VALUES (1, 's3cret')"))
	_, err = tx.ExecContext(ctx, "INSERT INTO orders VALUES (1, 's3cret')")
	var pg *pgconn.PgError
	if state, ok := err.(interface{ SQLState() string }); !ok && !errors.As(err, &pg) || ok && state.SQLState() != "23505" {
		t.Errorf("%T %v", err, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	s, err := db.PrepareContext(ctx, "INSERT INTO orders VALUES ($1, $2)")
	if err != nil {
		t.Fatal(err)
	}
	do(s.ExecContext(ctx, 1, "a"))
	do(s.ExecContext(ctx, 2, "b"))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	rs, err := db.QueryContext(ctx, "SELECT note FROM orders WHERE id > $1 AND note <> '' UNION ALL SELECT note FROM orders WHERE false", 0)
	if err != nil {
		t.Fatal(err)
	}
	for rs.Next() {
	}
	if rs.Err() != nil {
		t.Error(rs.Err())
	}
	var a int
	if err := db.QueryRowContext(ctx, "SELECT nothing").Scan(&a); err == nil {
		t.Error("there is no error")
	}
	late, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := db.QueryRowContext(late, "SELECT pg_sleep(60)").Scan(&a); err == nil {
		t.Error("there is no error")
	}
}
