// Package mongov1 holds the aspect that traces and measures what a program does with MongoDB by
// go.mongodb.org/mongo-driver, version 1 of its driver, with any client, made by the
// program or by a library: a client span and a duration for each operation that the driver
// executes, by the name of its command and its collection.
//
// It is woven into the driver's one method that executes operations, and is no command monitor:
// a client has room for one, which is the program's, and the driver makes a copy of each
// command for it. The program's monitor is told what it is told plain. If it is otelmongo's, or
// has that in it, that one tells of the client's commands alone.
//
// What the driver tries again is within the operation; what it asks a server by a connection
// to set that up, and to see how it is, is not told of. Commands and documents are never told,
// and of a server's error no more than what it says before it quotes them. Nothing is told of
// the pools of connections yet.
//
// OTEL_GO_DISABLED_INSTRUMENTATIONS=mongov1 switches the aspect off at run time.
package mongov1

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the driver.
const hooks = "github.com/goweaver/weaver/builtin/mongov1/hooks."

// operation is the driver's type of operations, and own where the program's instrumentation
// is, if it has one.
const (
	operation = "(go.mongodb.org/mongo-driver/x/mongo/driver.Operation)."
	own       = "go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/mongo-driver/mongo/otelmongo."
)

// Aspect traces and measures MongoDB clients.
var Aspect = &instrument.Aspect{
	Name: "mongov1",
	Doc:  "trace and measure what goes through go.mongodb.org/mongo-driver",
	Rules: []instrument.Rule{
		instrument.BodyNamed(operation+"Execute").Around(instrument.Named(hooks+"Execute")).Capture("op.Database", "op.Deployment"),
		// What the operation is, where the driver has written its message.
		instrument.BodyNamed(operation+"createWireMessage").Around(instrument.Named(hooks+"Message")).Take(ctx, message),
		// Where it goes to, when the program's monitor has been told.
		instrument.BodyNamed(operation+"publishStartedEvent").Around(instrument.Named(hooks+"Published")).Capture("info.connID", "op.CommandMonitor"),
		instrument.BodyNamed("(*" + own + "monitor).Started").Before(instrument.Named(hooks + "Own")),
	},
}

// What a hook takes of a target whose parameters differ from version to version.
var (
	ctx     = instrument.Param(0)
	message = instrument.Result(0)
)
