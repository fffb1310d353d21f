//go:build tools

// Command main lists the aspects woven into this module's builds.
package main

import (
	"github.com/goweaver/weaver/builtin/gin"
	"github.com/goweaver/weaver/builtin/gorm"
	"github.com/goweaver/weaver/builtin/grpc"
	"github.com/goweaver/weaver/builtin/log"
	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/builtin/netrpc"
	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/builtin/redis"
	"github.com/goweaver/weaver/builtin/runtimemetrics"
	"github.com/goweaver/weaver/builtin/slog"
	"github.com/goweaver/weaver/builtin/sql"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

// aspects are woven in this order. Delete a line to leave one out; add your own.
// What the line below names and the list has not, pin leaves out.
//
//weaver:pin otelsdk nethttp sql slog log netrpc runtimemetrics gin grpc gorm redis
var aspects = []*instrument.Aspect{
	otelsdk.Aspect,
	nethttp.Aspect,
	sql.Aspect,
	slog.Aspect,
	log.Aspect,
	netrpc.Aspect,
	runtimemetrics.Aspect,
	gin.Aspect,
	grpc.Aspect,
	gorm.Aspect,
	redis.Aspect,
}

func main() { weaver.Main(aspects...) }
