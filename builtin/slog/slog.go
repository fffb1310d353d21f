// Package slog holds the aspect that ties log/slog to telemetry: records that are logged
// with the context of a span say its trace_id and span_id, and where the program has a
// provider of loggers each record is exported, as OpenTelemetry's bridge otelslog does it.
// Loggers and handlers of dependencies are in it like the program's own.
//
// No logger and no handler is replaced by another one or wrapped: what the program gets
// from slog.Default or Logger.Handler is what it has put there. Where it has no provider
// nothing happens.
package slog

import (
	_ "embed"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/slog/hooks."

// adapter is compiled with log/slog. The file has no name of a Go file since it is none
// of this package.
//
//go:embed adapter.txt
var adapter string

// Aspect adds trace and span ids to log/slog's records and exports them.
var Aspect = &instrument.Aspect{
	Name: "slog",
	Doc:  "add trace ids to log/slog and export its records",
	Rules: []instrument.Rule{
		// All of a Logger's methods and slog's own functions come through these two.
		instrument.BodyNamed("(*log/slog.Logger).log").Before(instrument.Named(hooks + "Log")),
		instrument.BodyNamed("(*log/slog.Logger).logAttrs").Before(instrument.Named(hooks + "Log")),

		// The handlers of log/slog write the ids themselves, where no group is open and
		// whoever hands them the record.
		instrument.PackageNamed("log/slog").AddFile("weaver_ids.go", adapter),
		instrument.BodyNamed("(*log/slog.JSONHandler).Handle").Before(instrument.Named(hooks + "JSON")),
		instrument.BodyNamed("(*log/slog.TextHandler).Handle").Before(instrument.Named(hooks + "Text")),
		instrument.BodyNamed("(*log/slog.defaultHandler).Handle").
			Before(instrument.Named(hooks + "Default")).Capture("h.ch"),

		// What a logger was given before a record is in no record.
		instrument.BodyNamed("(*log/slog.Logger).With").Around(instrument.Named(hooks + "With")),
		instrument.BodyNamed("(*log/slog.Logger).WithGroup").Around(instrument.Named(hooks + "WithGroup")),
		instrument.BodyNamed("(*log/slog.JSONHandler).WithAttrs").Around(instrument.Named(hooks + "JSONWithAttrs")),
		instrument.BodyNamed("(*log/slog.JSONHandler).WithGroup").Around(instrument.Named(hooks + "JSONWithGroup")),
		instrument.BodyNamed("(*log/slog.TextHandler).WithAttrs").Around(instrument.Named(hooks + "TextWithAttrs")),
		instrument.BodyNamed("(*log/slog.TextHandler).WithGroup").Around(instrument.Named(hooks + "TextWithGroup")),

		// A program that exports its records itself has them exported once.
		instrument.BodyNamed("go.opentelemetry.io/contrib/bridges/otelslog.NewHandler").
			Before(instrument.Named(hooks + "Bridge")),
	},
}
