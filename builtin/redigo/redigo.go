// Package redigo holds the aspect that traces and measures what a program does with Redis by
// github.com/gomodule/redigo, over connections of a pool or plain ones, made by the program or
// by a library.
//
// It is woven into the methods of the library's own connection, which all others stand on; see
// its hooks for what a span's parent is where a call has no context.
package redigo

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/redigo/hooks."

// Aspect traces and measures Redis connections.
var Aspect = &instrument.Aspect{
	Name: "redigo",
	Doc:  "trace and measure what goes through github.com/gomodule/redigo",
	Rules: []instrument.Rule{
		instrument.BodyNamed("github.com/gomodule/redigo/redis.DialContext").Around(instrument.Named(hooks+"Dial")).
			Take(instrument.Param(1), instrument.Param(2), instrument.Result(0)),
		instrument.BodyNamed("github.com/gomodule/redigo/redis.NewConn").Around(instrument.Named(hooks + "NewConn")),

		// Calls, each in the method that all forms of it come down to. Of DoContext that is
		// DoWithTimeout too, in a goroutine of its own, which is not told of once more.
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.conn).DoWithTimeout").Around(instrument.Named(hooks + "Do")).Capture("c"),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.conn).DoContext").Around(instrument.Named(hooks + "DoContext")).Capture("c"),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.conn).Send").Before(instrument.Named(hooks + "Send")).Capture("c"),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.conn).Flush").Around(instrument.Named(hooks + "Flush")).Capture("c"),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.conn).ReceiveWithTimeout").Around(instrument.Named(hooks + "Receive")).Capture("c"),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.conn).Close").Before(instrument.Named(hooks + "Close")).Capture("c"),

		// A pool, which lends connections; what it hands out where it has none fails.
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.Pool).GetContext").Around(instrument.Named(hooks+"GetContext")).
			Take(instrument.Param(0), instrument.Recv, instrument.Result(0), instrument.Result(1)),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.Pool).put").Before(instrument.Named(hooks + "Put")).Capture("pc.c"),
		instrument.BodyNamed("(*github.com/gomodule/redigo/redis.Pool).Close").Before(instrument.Named(hooks + "ClosePool")),
		instrument.BodyNamed("(github.com/gomodule/redigo/redis.errorConn).Do").Around(instrument.Named(hooks + "DoNone")),
		instrument.BodyNamed("(github.com/gomodule/redigo/redis.errorConn).DoWithTimeout").Around(instrument.Named(hooks + "DoNone")),
		instrument.BodyNamed("(github.com/gomodule/redigo/redis.errorConn).DoContext").Around(instrument.Named(hooks + "DoNoneContext")),

		// The program's own instrumentation.
		instrument.BodyNamed("github.com/signalfx/splunk-otel-go/instrumentation/github.com/gomodule/redigo/splunkredigo/redis.newConn").
			Before(instrument.Named(hooks + "Splunk")),
	},
}
