//go:build tools

// Package tools keeps what the default list of aspects needs in the requirements of
// every module that has weaver as a tool: the aspects name their hooks as text, so
// no other import says that the program will link them.
package tools

import (
	_ "github.com/goweaver/weaver/builtin/log/hooks"
	_ "github.com/goweaver/weaver/builtin/nethttp/hooks"
	_ "github.com/goweaver/weaver/builtin/netrpc/hooks"
	_ "github.com/goweaver/weaver/builtin/otelsdk/hooks"
	_ "github.com/goweaver/weaver/builtin/runtimemetrics/hooks"
	_ "github.com/goweaver/weaver/builtin/slog/hooks"
	_ "github.com/goweaver/weaver/builtin/spans/hooks"
	_ "github.com/goweaver/weaver/builtin/sql/hooks"
)
