// Package aws holds the aspect that tells of what a program asks AWS for by
// github.com/aws/aws-sdk-go-v2: a client span and a duration for each operation of any of its
// services, of every client, made by the program or by a library.
//
// An operation is one call of the program's, and one span, named as AWS has it:
// "DynamoDB.GetItem". What the SDK needs for it lies below: an HTTP request for each attempt,
// which is net/http's client span and carries the trace's header, and operations that get
// credentials, which have a span of this kind of their own. The span ends when the operation
// returns: an object's body, or the events of a stream, are read in that of the HTTP request.
// Making a presigned URL sends nothing, and has no span.
//
// Contrib's otelaws, a middleware for the SDK, is not what is woven in. It is no longer
// supported; it imports four services' packages, and so would have every program linked with
// these, and raise its versions of them; and it measures nothing. Nor are smithy-go's adapters
// for OpenTelemetry, which make a span of each of an operation's steps, by names of their own.
// A client for which the program has installed either keeps it, and has the spans of that.
//
// Nothing is added to a client's options or its middleware: what is woven is the function in
// which the stack of all middleware runs, and the one by which a request leaves it.
package aws

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither the SDK nor
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/aws/hooks."

// Aspect traces and measures the operations of AWS's SDK.
var Aspect = &instrument.Aspect{
	Name: "aws",
	Doc:  "trace and measure what goes through github.com/aws/aws-sdk-go-v2",
	Rules: []instrument.Rule{
		// Every operation of every service runs its middleware here.
		instrument.BodyNamed("(*github.com/aws/smithy-go/middleware.Stack).HandleMiddleware").
			Around(instrument.Named(hooks+"Operation")).Take(ctx, instrument.Recv, value, result, err),
		// Every attempt at it leaves here, whatever HTTP client the program has given.
		instrument.BodyNamed("(github.com/aws/smithy-go/transport/http.ClientHandler).Handle").
			Around(instrument.Named(hooks+"Attempt")).Take(ctx, value, result),
	},
}

// What the hooks take.
var (
	ctx    = instrument.Param(0)
	value  = instrument.Param(1) // an operation's parameters, an attempt's request
	result = instrument.Result(0)
	err    = instrument.Result(-1)
)
