// Package route holds the hook for handlers of net/http. It is a package of its own so that no
// other program links net/http because of it.
package route

import (
	"net/http"
	"strings"

	"github.com/goweaver/weaver/builtin/profilelabels/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// Handler labels the goroutine as hooks.Ctx does, and with http.route where the request has come
// by a pattern of an [http.ServeMux]. The request stays the one that the server knows: its context
// has none of the labels, and those that are set further down are added to the goroutine's.
func Handler(r *http.Request, fn *hook.Func) func() {
	if r == nil {
		return hooks.Plain(fn)
	}
	_, end := hooks.Label(r.Context(), hooks.Of(fn), routeOf(r.Pattern))
	return end
}

// routeOf returns the pattern's path: before it may stand a method and a host.
func routeOf(pattern string) string {
	return pattern[max(0, strings.IndexByte(pattern, '/')):]
}
