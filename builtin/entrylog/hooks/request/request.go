// Package request holds the hooks for functions that are handed a request of net/http, whose
// context their lines have. They are a package of their own so that no other program links
// net/http because of them.
package request

import (
	"context"
	"net/http"

	"github.com/goweaver/weaver/builtin/entrylog/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// Log is hooks.Ctx with the request's context.
func Log(r *http.Request, fn *hook.Func, c hook.Captured) func(hook.Exit) {
	return hooks.Ctx(contextOf(r), fn, c)
}

// LogErr is hooks.CtxErr with the request's context.
func LogErr(r *http.Request, fn *hook.Func, c hook.Captured) func(hook.Exit, error) {
	return hooks.CtxErr(contextOf(r), fn, c)
}

func contextOf(r *http.Request) context.Context {
	if r == nil {
		return nil
	}
	return r.Context()
}
