//go:build tools

// Command main lists the aspects woven into this module's builds.
package main

import (
	"github.com/goweaver/weaver/builtin/log"
	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/builtin/netrpc"
	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/builtin/runtimemetrics"
	"github.com/goweaver/weaver/builtin/slog"
	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/builtin/sql"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"

	"example.com/shop/aspects/limit"
)

// aspects are woven in this order. Delete a line to leave one out; add your own.
//
//weaver:pin otelsdk nethttp sql slog log netrpc runtimemetrics
var aspects = []*instrument.Aspect{
	otelsdk.Aspect,
	nethttp.Aspect,
	sql.Aspect,
	slog.Aspect,
	log.Aspect,
	netrpc.Aspect,
	runtimemetrics.Aspect,
	spans.Aspect,
	limit.Aspect,
}

func main() { weaver.Main(aspects...) }
