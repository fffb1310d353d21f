// Package memcache holds the aspect that traces and measures what a program does with memcached
// by github.com/bradfitz/gomemcache, with any client, made by the program or by a library.
//
// The methods of that library have no context. So each call begins a trace of its own: to guess
// a parent, from the goroutine say, would put calls where they do not belong. What the calls
// take, and how they fail, is in their durations as well, which need no parent.
package memcache

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/memcache/hooks."

// Aspect traces and measures memcached clients.
var Aspect = &instrument.Aspect{
	Name: "memcache",
	Doc:  "trace and measure what goes through github.com/bradfitz/gomemcache",
	Rules: []instrument.Rule{
		instrument.BodyNamed("github.com/bradfitz/gomemcache/memcache.New").Around(instrument.Named(hooks + "New")),

		// Calls, by the memcached command that each stands for.
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Get").Around(instrument.Named(hooks+"Call")).With("command", "get"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).GetMulti").Around(instrument.Named(hooks+"Call")).With("command", "get"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Touch").Around(instrument.Named(hooks+"Call")).With("command", "touch"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Set").Around(instrument.Named(hooks+"Call")).With("command", "set"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Add").Around(instrument.Named(hooks+"Call")).With("command", "add"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Replace").Around(instrument.Named(hooks+"Call")).With("command", "replace"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Append").Around(instrument.Named(hooks+"Call")).With("command", "append"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Prepend").Around(instrument.Named(hooks+"Call")).With("command", "prepend"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).CompareAndSwap").Around(instrument.Named(hooks+"Call")).With("command", "cas"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Delete").Around(instrument.Named(hooks+"Call")).With("command", "delete"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).DeleteAll").Around(instrument.Named(hooks+"Call")).With("command", "flush_all"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).FlushAll").Around(instrument.Named(hooks+"Call")).With("command", "flush_all"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Ping").Around(instrument.Named(hooks+"Call")).With("command", "version"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Increment").Around(instrument.Named(hooks+"Call")).With("command", "incr"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).Decrement").Around(instrument.Named(hooks+"Call")).With("command", "decr"),
		instrument.BodyNamed("(*github.com/bradfitz/gomemcache/memcache.Client).GetAndTouch").Around(instrument.Named(hooks+"Call")).With("command", "gat"),

		// The program's own instrumentation.
		instrument.BodyNamed("go.opentelemetry.io/contrib/instrumentation/github.com/bradfitz/gomemcache/memcache/otelmemcache.NewClientWithTracing").
			Before(instrument.Named(hooks + "Otel")),
	},
}
