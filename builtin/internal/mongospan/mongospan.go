// Package mongospan makes the spans and metrics of MongoDB's drivers, by OpenTelemetry's
// conventions for databases and for MongoDB. The hooks of the drivers' two major versions say
// what is called and when; this package knows none of them.
//
// An operation is one span, named like its command, however often the driver tries it. It is
// known only when the command has been made, and the program's own command monitor, which may
// make a span itself, is told of that before this package is: so a span starts then, at the
// time at which the operation did.
package mongospan

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Library is a driver that is told of.
type Library struct{ *dbspan.Library }

// NewLibrary returns the driver that is instrumented by the built-in of that name.
func NewLibrary(name string, failed func(error) *dbspan.Failure) *Library {
	return &Library{dbspan.NewLibrary(name, "github.com/goweaver/weaver/builtin/"+name, failed)}
}

// An operation is one that is under way.
type operation struct {
	library  *Library
	ctx      context.Context // the caller's
	began    time.Time
	database string
	command  command
	address  string
	told     *dbspan.Operation // nil until it has started
	started  bool
	foreign  atomic.Bool // the program tells of it
}

type opKey struct{}

func operationOf(ctx context.Context) *operation {
	if ctx == nil {
		return nil
	}
	op, _ := ctx.Value(opKey{}).(*operation)
	return op
}

// Execute starts an operation on the database and returns the context to go on with. One of a
// single connection's, by which the driver sets that up or sees how the server is, is alone:
// it is not told of.
func (l *Library) Execute(ctx context.Context, database string, alone bool) (context.Context, func(error, hook.Exit)) {
	if !l.Live() || ctx == nil || telemetry.IsUntraced(ctx) {
		return ctx, nil
	}
	if alone {
		if operationOf(ctx) != nil { // which older drivers connect for, with its context
			ctx = context.WithValue(ctx, opKey{}, (*operation)(nil))
		}
		return ctx, nil
	}
	op := &operation{library: l, ctx: ctx, began: time.Now(), database: database}
	return context.WithValue(ctx, opKey{}, op), op.end
}

// Message says what the driver is about to send for the operation with that context.
func (l *Library) Message(ctx context.Context) func([]byte) {
	if !l.Live() {
		return nil
	}
	op := operationOf(ctx)
	if op == nil || op.started {
		return nil
	}
	return func(message []byte) { op.command = parse(message) }
}

// Published says that the program's monitor has been told of the command, which goes to a
// connection of that name: the server's address and a number. started is the function that
// the monitor has for that, or nil.
func (l *Library) Published(ctx context.Context, connection string, started any) func() {
	if !l.Live() {
		return nil
	}
	op := operationOf(ctx)
	if op == nil || op.started {
		return nil
	}
	if isForeign(started) {
		op.foreign.Store(true)
		return nil
	}
	op.address, _, _ = strings.Cut(connection, "[")
	return op.start
}

// Own says that an instrumentation of the program's tells of the operation with that context.
func (l *Library) Own(ctx context.Context) {
	if op := operationOf(ctx); op != nil {
		op.foreign.Store(true)
	}
}

// start starts the operation's span.
func (op *operation) start() {
	if op.started || op.foreign.Load() {
		return
	}
	op.started = true
	place := dbspan.Place{System: "mongodb", Namespace: op.database}
	if op.address != "" {
		place.Address, place.Port = dbspan.SplitAddress(op.address)
	}
	var own []attribute.KeyValue
	if op.command.size > 1 {
		own = append(own, semconv.DBOperationBatchSize(op.command.size))
	}
	key := dbspan.CallKey{Text: op.command.name, Sub: op.command.collection}
	_, op.told = op.library.Start(op.ctx, op.library.Target(place).Call(key, describe), op.began, own...)
}

// end ends the operation, also one that found no server to go to.
func (op *operation) end(err error, how hook.Exit) {
	op.start()
	op.told.End(err, how)
}

// describe says what is told of commands.
func describe(t *dbspan.Target, key dbspan.CallKey) (told dbspan.Told) {
	target := key.Sub
	if key.Text != "" {
		told.Measured = append(told.Measured, semconv.DBOperationName(key.Text))
	}
	if target != "" {
		told.Measured = append(told.Measured, semconv.DBCollectionName(target))
	} else {
		target = t.Name
	}
	told.Name = strings.TrimSpace(key.Text + " " + target)
	return told
}

// instrumentations are packages by which a program tells of its commands itself, by a monitor.
var instrumentations = []string{
	"go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/", "github.com/DataDog/dd-trace-go", "gopkg.in/DataDog/dd-trace-go.v1",
	"github.com/newrelic/go-agent", "go.elastic.co/apm", "github.com/signalfx/splunk-otel-go",
}

// isForeign reports whether a function is of a known instrumentation.
func isForeign(started any) bool {
	v := reflect.ValueOf(started)
	if v.Kind() != reflect.Func || v.IsNil() {
		return false
	}
	f := runtime.FuncForPC(v.Pointer())
	if f == nil {
		return false
	}
	for _, known := range instrumentations {
		if strings.HasPrefix(f.Name(), known) {
			return true
		}
	}
	return false
}

// Message returns what a server says of an error, as far as it does not quote what it was
// sent: documents stand in braces, values in quotes.
func Message(text string) string {
	if i := strings.IndexAny(text, "{'\""); i >= 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, " :(,")
}
