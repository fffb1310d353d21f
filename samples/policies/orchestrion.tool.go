//go:build tools

// Command main lists the aspects woven into this module's builds.
package main

import (
	"github.com/goweaver/weaver/builtin/audit"
	"github.com/goweaver/weaver/builtin/authorize"
	"github.com/goweaver/weaver/builtin/breaker"
	"github.com/goweaver/weaver/builtin/counters"
	"github.com/goweaver/weaver/builtin/durations"
	"github.com/goweaver/weaver/builtin/entrylog"
	"github.com/goweaver/weaver/builtin/errortrack"
	"github.com/goweaver/weaver/builtin/health"
	"github.com/goweaver/weaver/builtin/profilelabels"
	"github.com/goweaver/weaver/builtin/retry"
	"github.com/goweaver/weaver/builtin/slog"
	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/builtin/validate"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

// aspects nest in this order where a function has several: the first is the outermost.
var aspects = []*instrument.Aspect{
	slog.Aspect, // exports what is logged

	spans.Marked,         // the span is there for all that follows
	entrylog.Aspect,      // so is the line that says how it went
	counters.Aspect,      // calls that are refused are counted too,
	durations.Aspect,     // and measured
	errortrack.Aspect,    // sees errors as the caller gets them
	audit.Aspect,         // what is denied is on record too
	authorize.Aspect,     // who may not gets no further
	validate.Aspect,      // what is not valid is not tried
	health.Aspect,        // tells of what was, when no attempt is left
	retry.Aspect,         // each attempt
	breaker.Aspect,       // asks the circuit, and an open one ends the attempts
	profilelabels.Aspect, // labels are on what the function itself does
}

func main() { weaver.Main(aspects...) }
