// Package rueidis holds the aspect that traces and measures what a program does with Redis by
// github.com/redis/rueidis, with any of its clients, made by the program or by a library.
//
// The library's own instrumentation, rueidisotel, is not what is woven in. It is a wrapper around
// a client, so programs would get another type from NewClient; its spans and metrics have names
// of conventions that are no more, or of its own; and its version would raise the library's. A
// program that has wrapped a client by it keeps that, and only that.
package rueidis

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/rueidis/hooks."

// Aspect traces and measures Redis clients.
var Aspect = &instrument.Aspect{
	Name: "rueidis",
	Doc:  "trace and measure what goes through github.com/redis/rueidis",
	Rules: []instrument.Rule{
		instrument.BodyNamed("github.com/redis/rueidis.NewClient").Around(instrument.Named(hooks+"New")).
			Take(instrument.Param(0), instrument.Result(0)),

		// Calls, of each kind of client; of what has not been made by NewClient its connection says
		// where it goes. A client of the kind standalone hands all on to such as these.
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).Do").Around(instrument.Named(hooks+"Do")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).DoMulti").Around(instrument.Named(hooks+"DoMulti")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).DoCache").Around(instrument.Named(hooks+"DoCache")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).DoMultiCache").Around(instrument.Named(hooks+"DoMultiCache")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).DoStream").Around(instrument.Named(hooks+"DoStream")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).DoMultiStream").Around(instrument.Named(hooks+"DoMultiStream")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).Dedicated").Before(instrument.Named(hooks+"Dedicated")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.singleClient).Dedicate").Around(instrument.Named(hooks+"Dedicate")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).Do").Around(instrument.Named(hooks + "Do")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).DoMulti").Around(instrument.Named(hooks + "DoMulti")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).DoCache").Around(instrument.Named(hooks + "DoCache")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).DoMultiCache").Around(instrument.Named(hooks + "DoMultiCache")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).DoStream").Around(instrument.Named(hooks + "DoStream")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).DoMultiStream").Around(instrument.Named(hooks + "DoMultiStream")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).Dedicated").Before(instrument.Named(hooks + "Dedicated")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).Dedicate").Around(instrument.Named(hooks + "Dedicate")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.sentinelClient).Nodes").Around(instrument.Named(hooks + "Nodes")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).Do").Around(instrument.Named(hooks + "Do")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).DoMulti").Around(instrument.Named(hooks + "DoMulti")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).DoCache").Around(instrument.Named(hooks + "DoCache")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).DoMultiCache").Around(instrument.Named(hooks + "DoMultiCache")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).DoStream").Around(instrument.Named(hooks + "DoStream")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).DoMultiStream").Around(instrument.Named(hooks + "DoMultiStream")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).Dedicated").Before(instrument.Named(hooks + "Dedicated")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).Dedicate").Around(instrument.Named(hooks + "Dedicate")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.clusterClient).Nodes").Around(instrument.Named(hooks + "Nodes")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.dedicatedSingleClient).Do").Around(instrument.Named(hooks+"Do")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.dedicatedSingleClient).DoMulti").Around(instrument.Named(hooks+"DoMulti")).Capture("c", "c.conn"),
		instrument.BodyNamed("(*github.com/redis/rueidis.dedicatedClusterClient).Do").Around(instrument.Named(hooks + "Do")).Capture("c"),
		instrument.BodyNamed("(*github.com/redis/rueidis.dedicatedClusterClient).DoMulti").Around(instrument.Named(hooks + "DoMulti")).Capture("c"),

		// The program's own instrumentation.
		instrument.BodyNamed("github.com/redis/rueidis/rueidisotel.NewClient").Around(instrument.Named(hooks + "OtelClient")),
		instrument.BodyNamed("github.com/redis/rueidis/rueidisotel.WithClient").Before(instrument.Named(hooks + "Otel")),
	},
}
