// Package zap holds the aspect that ties go.uber.org/zap to telemetry: where the program has a
// provider of loggers each record that is written is exported, as OpenTelemetry's bridge otelzap
// does it, with what its logger was given and the logger's name; and where a record has a context
// its lines say the trace_id and span_id of that.
//
// zap knows no context. As with otelzap a field that holds one is it, be it the record's or one
// that its logger was given; nothing is guessed from the goroutine. The context is none of the
// attributes that are exported, and stays in the line as zap writes it.
//
// otelzap itself is not installed by it. A core of it beside the program's own would be one that
// programs get from Logger.Core, and it asks for the newest zap. Where a program uses it, it is
// what exports.
//
// Loggers of dependencies are in it like the program's own, and no logger and no core is replaced
// by another one or wrapped. Where the program has no provider nothing happens.
package zap

import (
	_ "embed"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/zap/hooks."

// adapter is compiled with zap. The file has no name of a Go file since it is none of this
// package.
//
//go:embed adapter.txt
var adapter string

// Aspect exports zap's records and adds trace and span ids to them.
var Aspect = &instrument.Aspect{
	Name: "zap",
	Doc:  "export the records of go.uber.org/zap and add trace ids to them",
	Rules: []instrument.Rule{
		// All of a Logger's and SugaredLogger's methods come through this one.
		instrument.BodyNamed("(*go.uber.org/zap.Logger).check").Around(instrument.Named(hooks + "Check")),

		// What a logger was given before a record is in no record. It comes with the loggers
		// that are made of that one.
		instrument.BodyNamed("(*go.uber.org/zap.Logger).clone").Around(instrument.Named(hooks + "Clone")),
		instrument.BodyNamed("(*go.uber.org/zap.Logger).With").Around(instrument.Named(hooks + "With")),
		instrument.BodyNamed("(*go.uber.org/zap.Logger).WithLazy").Around(instrument.Named(hooks + "WithLazy")),
		instrument.BodyNamed("go.uber.org/zap.Fields").Around(instrument.Named(hooks + "Fields")),
		instrument.PackageNamed("go.uber.org/zap").AddFile("weaver_fields.go", adapter),

		// The core that writes lines, by whatever encoder and to whatever writer, is given the
		// ids like fields, in front of the others.
		instrument.BodyNamed("(*go.uber.org/zap/zapcore.ioCore).With").Before(instrument.Named(hooks + "Lines")),
		instrument.BodyNamed("(*go.uber.org/zap/zapcore.ioCore).Write").Before(instrument.Named(hooks + "Lines")),

		// A program that exports its records itself has them exported once.
		instrument.BodyNamed("go.opentelemetry.io/contrib/bridges/otelzap.NewCore").Before(instrument.Named(hooks + "Bridge")),
	},
}
