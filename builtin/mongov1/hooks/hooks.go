// Package hooks holds the functions that make spans and metrics of what a program does with
// MongoDB by go.mongodb.org/mongo-driver, called from the bodies of the driver's own methods.
package hooks

import (
	"context"
	"errors"
	"strconv"

	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/x/mongo/driver"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/mongospan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// library has the switch, the tracer and the instruments of the built-in. It outlasts the
// calls of the hooks, which have no receiver to keep it in.
var library = mongospan.NewLibrary("mongov1", failed)

// Execute is for driver.Operation.Execute, which all that a program asks a server for comes
// down to. It is given the database and the deployment.
func Execute(ctx context.Context, captured hook.Captured) (context.Context, func(error, hook.Exit)) {
	if !library.Live() {
		return ctx, nil
	}
	_, alone := captured.At(1).Any().(driver.SingleConnectionDeployment)
	return library.Execute(ctx, captured.At(0).String(), alone)
}

// Message is for (driver.Operation).createWireMessage.
func Message(ctx context.Context) func([]byte) { return library.Message(ctx) }

// Published is for (driver.Operation).publishStartedEvent, which is called for each attempt,
// if there is a monitor or not. It is given the name of the connection, and the monitor.
func Published(ctx context.Context, captured hook.Captured) func() {
	if !library.Live() {
		return nil
	}
	var started any
	if m, _ := captured.At(1).Any().(*event.CommandMonitor); m != nil {
		started = m.Started
	}
	return library.Published(ctx, captured.At(0).String(), started)
}

// Own is for the monitor of otelmongo's, which makes a span of the command with that context.
func Own(ctx context.Context) { library.Own(ctx) }

// failed returns how an operation has failed: by the server's code if it has answered.
func failed(err error) *dbspan.Failure {
	f := &dbspan.Failure{}
	var answer driver.Error
	var write driver.WriteCommandError
	switch {
	case errors.As(err, &answer):
		if answer.Code != 0 {
			f.Code = strconv.Itoa(int(answer.Code))
		}
		f.Message = answer.Message
	case errors.As(err, &write) && len(write.WriteErrors) > 0:
		f.Code = strconv.FormatInt(write.WriteErrors[0].Code, 10)
		f.Message = write.WriteErrors[0].Message
	case errors.As(err, &write) && write.WriteConcernError != nil:
		f.Code = strconv.FormatInt(write.WriteConcernError.Code, 10)
		f.Message = write.WriteConcernError.Message
	default:
		f.Message = telemetry.ErrorText(err)
	}
	f.Message = mongospan.Message(f.Message)
	return f
}
