// Package hooks holds the functions that make spans and metrics of what a program does with
// Cassandra by github.com/gocql/gocql, called from the bodies of the library's own methods.
//
// The context of a query stays as it is, for the program's observers and policies: no span is
// ever made below that of a query.
package hooks

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/gocql/gocql"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the
// calls of the hooks, which have no receiver to keep it in.
var library = dbspan.NewLibrary("gocql", "github.com/goweaver/weaver/builtin/gocql", failed)

// The unexported fields of the library's that the hooks read. Where a version has no such
// field, what it would have told is not known.
var (
	failures       = dbspan.MemberOf[gocql.Iter, error]("err")
	pageSizes      = dbspan.MemberOf[gocql.Query, int]("pageSize")
	queryObservers = dbspan.MemberOf[gocql.Query, gocql.QueryObserver]("observer")
	batchObservers = dbspan.MemberOf[gocql.Batch, gocql.BatchObserver]("observer")
)

// Query is for (*gocql.Session).executeQuery, which the queries of a program's come down to,
// also where they ask for another page.
func Query(q *gocql.Query) func(*gocql.Iter, hook.Exit) {
	if !library.Live() || q == nil {
		return nil
	}
	if o := queryObservers.Of(q); o != nil && isForeign(*o) {
		return nil
	}
	r := &request{
		key: dbspan.CallKey{Kind: query, Text: q.Statement()},
		at:  place(q.Keyspace()),
		own: []attribute.KeyValue{consistency(q.GetConsistency()), semconv.CassandraQueryIdempotent(q.IsIdempotent())},
	}
	if n := pageSizes.Of(q); n != nil && *n > 0 {
		r.own = append(r.own, semconv.CassandraPageSize(*n))
	}
	return r.start(q.Context())
}

// Batch is for (*gocql.Session).executeBatch.
func Batch(b *gocql.Batch) func(*gocql.Iter, hook.Exit) {
	if !library.Live() || b == nil {
		return nil
	}
	if o := batchObservers.Of(b); o != nil && isForeign(*o) {
		return nil
	}
	r := batch(b)
	r.own = append(r.own, consistency(b.GetConsistency()))
	return r.start(b.Context())
}

// A request is a query or a batch that is under way.
type request struct {
	key  dbspan.CallKey
	at   dbspan.Place
	own  []attribute.KeyValue              // of its span
	call func(*dbspan.Target) *dbspan.Call // of what has no key
	told *dbspan.Operation
}

// place returns what is known of where a query goes before a node is chosen.
func place(keyspace string) dbspan.Place {
	return dbspan.Place{System: system, Namespace: keyspace}
}

// described returns what is told of the request.
func (r *request) described() *dbspan.Call {
	t := library.Target(r.at)
	if r.call != nil {
		return r.call(t)
	}
	return t.Call(r.key, describe)
}

func (r *request) start(ctx context.Context) func(*gocql.Iter, hook.Exit) {
	_, r.told = library.Start(ctx, r.described(), noTime, r.own...)
	if r.told == nil {
		return nil
	}
	return r.end
}

// end ends the request, which an iterator has the outcome of, and the node that has answered.
func (r *request) end(iter *gocql.Iter, how hook.Exit) {
	if how != hook.Returned || iter == nil {
		r.told.End(nil, how)
		return
	}
	if host := iter.Host(); host != nil {
		r.served(host)
	}
	var err error
	if f := failures.Of(iter); f != nil {
		err = *f
	}
	r.told.End(err, how)
}

// served says which node it was. One that has no address to connect to panics if it is asked
// for that.
func (r *request) served(host *gocql.HostInfo) {
	defer func() { _ = recover() }()
	if dc := host.DataCenter(); dc != "" {
		r.told.Set(semconv.CassandraCoordinatorDC(text(dc)))
	}
	if id := host.HostID(); id != "" {
		r.told.Set(semconv.CassandraCoordinatorID(text(id)))
	}
	r.at.Address, r.at.Port = host.ConnectAddress().String(), host.Port()
	r.told.Served(r.described())
}

// consistency returns the attribute, whose values are in lower case.
func consistency(c gocql.Consistency) attribute.KeyValue {
	return semconv.CassandraConsistencyLevelKey.String(strings.ToLower(c.String()))
}

// batch returns what is to be told of a batch. One that has the same statement several times is
// told of like the statement.
func batch(b *gocql.Batch) *request {
	r := &request{key: dbspan.CallKey{Kind: batched}, at: place(b.Keyspace())}
	if len(b.Entries) > 1 {
		r.own = append(r.own, semconv.DBOperationBatchSize(len(b.Entries)))
	}
	if len(b.Entries) == 0 {
		return r
	}
	statements, same := make([]string, 0, len(b.Entries)), true
	for _, e := range b.Entries {
		statements = append(statements, e.Stmt)
		same = same && e.Stmt == statements[0]
	}
	switch {
	case len(statements) == 1:
		r.key = dbspan.CallKey{Kind: query, Text: statements[0]}
	case same:
		r.key.Text = statements[0]
	default:
		told := describeBatch(statements)
		r.call = func(t *dbspan.Target) *dbspan.Call { return t.NewCall(told) }
	}
	return r
}

// instrumentations are packages by which a program tells of its queries itself.
var instrumentations = []string{
	"go.opentelemetry.io/contrib/instrumentation/github.com/gocql/", "github.com/DataDog/dd-trace-go", "gopkg.in/DataDog/dd-trace-go.v1",
	"github.com/signalfx/splunk-otel-go",
}

// isForeign reports whether an observer is of a known instrumentation.
func isForeign(observer any) bool {
	if observer == nil {
		return false
	}
	t := reflect.TypeOf(observer)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, known := range instrumentations {
		if strings.HasPrefix(t.PkgPath(), known) {
			return true
		}
	}
	return false
}

// failed returns how a request has failed: by the server's code if it has answered.
func failed(err error) *dbspan.Failure {
	f := &dbspan.Failure{Message: err.Error()}
	var answer gocql.RequestError
	if errors.As(err, &answer) {
		f.Code = strconv.Itoa(answer.Code())
		f.Message = answer.Message()
	}
	for _, known := range []struct {
		err  error
		name string
	}{
		{gocql.ErrNoConnections, "ErrNoConnections"},
		{gocql.ErrSessionClosed, "ErrSessionClosed"},
		{gocql.ErrTimeoutNoResponse, "ErrTimeoutNoResponse"},
		{gocql.ErrConnectionClosed, "ErrConnectionClosed"},
		{gocql.ErrTooManyStmts, "ErrTooManyStmts"},
	} {
		if errors.Is(err, known.err) {
			f.Kind = "github.com/gocql/gocql." + known.name
		}
	}
	// A server quotes what it can not read, and so does the library what it can not encode.
	if i := strings.IndexAny(f.Message, "'\"("); i >= 0 {
		f.Message = strings.TrimRight(f.Message[:i], " :")
	}
	if before, _, found := strings.Cut(f.Message, "can not marshal "); found {
		f.Message = before + "can not marshal"
	}
	return f
}
