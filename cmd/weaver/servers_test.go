package main_test

import (
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/goweaver/weaver/internal/servertest"
)

// testKey is the key of a script's testscript.T.
type testKey struct{}

// A scriptTB is a script as package servertest needs it: a server ends with the script, and
// where there is none to start the script is skipped.
type scriptTB struct {
	*testscript.TestScript
}

func (s scriptTB) Helper() {}

func (s scriptTB) Skipf(format string, args ...any) {
	s.Value(testKey{}).(testscript.T).Skip(fmt.Sprintf(format, args...))
}

func (s scriptTB) Cleanup(f func()) { s.Defer(f) }

// cmdPostgres starts a PostgreSQL server, and says in POSTGRES_DSN where:
//
//	postgres
func cmdPostgres(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: postgres")
	}
	_, port := servertest.Postgres(scriptTB{ts})
	ts.Setenv("POSTGRES_DSN", fmt.Sprintf("postgres://bob@127.0.0.1:%d/postgres?sslmode=disable", port))
}
