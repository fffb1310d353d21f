package hooks

import (
	"context"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
)

// A connection is what the hooks know of a pgx.Conn.
type connection struct {
	target  *dbspan.Target
	foreign bool // the program has an instrumentation that is known, as its tracer
	traced  bool // it has another tracer
}

// What is known of values of the library's, and the unexported fields that the hooks read.
// Where a version has no such field, what it would have told is not known.
var (
	connections = dbspan.NewField[pgx.Conn, connection]()
	configs     = dbspan.MemberOf[pgx.Conn, *pgx.ConnConfig]("config")
	statements  = dbspan.MemberOf[pgx.Conn, map[string]*pgconn.StatementDescription]("preparedStatements")
)

// Connect is for pgx.connect, by which all connections are made.
func Connect() func(*pgx.Conn, error) {
	if !library.On {
		return nil
	}
	return func(c *pgx.Conn, err error) {
		if c != nil && err == nil {
			connections.Set(c, newConnection(c))
		}
	}
}

// connectionOf returns what is known of c. That of a connection which was made before this
// package was initialised is found out here.
func connectionOf(c *pgx.Conn) *connection {
	if known := connections.Load(c); known != nil {
		return known
	}
	return connections.Add(c, newConnection(c))
}

func newConnection(c *pgx.Conn) *connection {
	var config *pgx.ConnConfig
	if own := configs.Of(c); own != nil {
		config = *own
	} else {
		config = c.Config()
	}
	known := &connection{foreign: isForeign(config.Tracer), traced: config.Tracer != nil}
	p := place(config)
	if several(config) {
		p.Address, p.Port = "", 0
		if conn := c.PgConn().Conn(); conn != nil && conn.RemoteAddr() != nil {
			p.Address, p.Port = dbspan.SplitAddress(conn.RemoteAddr().String())
		}
	}
	known.target = library.Target(p)
	return known
}

// place returns what a configuration says of where the database is. With a schema that a
// connection begins with, the namespace has that too, as the conventions have it.
func place(config *pgx.ConnConfig) dbspan.Place {
	p := dbspan.Place{System: system, Address: config.Host, Port: int(config.Port), Namespace: config.Database}
	if strings.HasPrefix(p.Address, "/") || strings.HasPrefix(p.Address, "@") { // a socket
		p.Port = 0
	}
	schema, _, _ := strings.Cut(config.RuntimeParams["search_path"], ",")
	if schema = strings.TrimSpace(schema); p.Namespace != "" && schema != "" {
		p.Namespace += "|" + schema
	}
	return p
}

// several reports whether the server is one of several, which a connection has chosen.
func several(config *pgx.ConnConfig) bool {
	for _, f := range config.Fallbacks {
		if f.Host != config.Host || f.Port != config.Port {
			return true
		}
	}
	return false
}

// statementOf returns the statement that is prepared under the name, or else the name: it is
// a statement then.
func statementOf(c *pgx.Conn, name string) string {
	if all := statements.Of(c); all != nil {
		if s := (*all)[name]; s != nil {
			return s.SQL
		}
	}
	return name
}

// isPrepared reports whether the statement is prepared under the name already.
func isPrepared(c *pgx.Conn, name, sql string) bool {
	all := statements.Of(c)
	if all == nil || name == "" {
		return false
	}
	s := (*all)[name]
	return s != nil && s.SQL == sql
}

// instrumentations are packages by which a program tells of its connections itself.
var instrumentations = []string{
	"github.com/exaring/otelpgx", "github.com/DataDog/dd-trace-go", "gopkg.in/DataDog/dd-trace-go.v1",
	"github.com/newrelic/go-agent", "go.elastic.co/apm", "github.com/signalfx/splunk-otel-go",
}

// isForeign reports whether a tracer is one of a known instrumentation, or has one in it.
func isForeign(tracer pgx.QueryTracer) bool {
	if tracer == nil {
		return false
	}
	v := reflect.ValueOf(tracer)
	if of(v.Type()) {
		return true
	}
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Slice { // of package multitracer
			for j := range f.Len() {
				if e := f.Index(j); e.Kind() == reflect.Interface && !e.IsNil() && of(e.Elem().Type()) {
					return true
				}
			}
			continue
		}
		if f.Kind() == reflect.Interface && !f.IsNil() {
			f = f.Elem()
		}
		if f.IsValid() && f.Type().Implements(reflect.TypeFor[pgx.QueryTracer]()) && of(f.Type()) {
			return true
		}
	}
	return false
}

// of reports whether the type is of a known instrumentation.
func of(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, known := range instrumentations {
		if rest, ok := strings.CutPrefix(t.PkgPath(), known); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

// sqlKey is the key of a context of what database/sql does by package stdlib.
type sqlKey struct{}

// SQL is for the methods by which database/sql calls.
func SQL(ctx context.Context) context.Context {
	if ctx == nil || !library.Live() {
		return ctx
	}
	return context.WithValue(ctx, sqlKey{}, true)
}

// nameKey is the key of the *name that the next statement has in what is told of it.
type nameKey struct{}

// A name is that of one statement: a tracer of the program's may send others with the context.
type name struct {
	text  string
	taken atomic.Bool
}

func named(ctx context.Context, text string) context.Context {
	if ctx == nil || !library.Live() {
		return ctx
	}
	return context.WithValue(ctx, nameKey{}, &name{text: text})
}

// takeName returns the name of the statement that is sent with the context, or "".
func takeName(ctx context.Context) string {
	if n, _ := ctx.Value(nameKey{}).(*name); n != nil && !n.taken.Swap(true) {
		return n.text
	}
	return ""
}

// Begin is for (*pgx.Conn).BeginTx.
func Begin(ctx context.Context) context.Context { return named(ctx, "BEGIN") }

// Commit is for (*dbTx).Commit.
func Commit(ctx context.Context) context.Context { return named(ctx, "COMMIT") }

// Rollback is for (*dbTx).Rollback.
func Rollback(ctx context.Context) context.Context { return named(ctx, "ROLLBACK") }
