package hooks

// What a request comes from, where it is neither served nor sent: a program copies the
// request that it serves and sends the copy.

import (
	"github.com/valyala/fasthttp"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// CopyTo has a copy come from where the original does. The library clears dst first.
func CopyTo(req, dst *fasthttp.Request) func() {
	if !on || req == nil || dst == nil || !telemetry.Wanted() {
		return nil
	}
	from := copied(requests.Load(req))
	if from == nil || httpspan.Held(requests.Load(dst)) != nil {
		return nil
	}
	return func() { requests.Store(dst, from) }
}

// copied returns what a copy of a request keeps, or nil.
func copied(kept any) *httpspan.Origin {
	switch kept := kept.(type) {
	case *httpspan.Origin:
		return kept
	case *departure:
		return copied(kept.before)
	case *arrival:
		if !kept.exchange.Yielded() {
			return &httpspan.Origin{Context: kept.exchange.Context(), Remote: kept.remote}
		}
	}
	return nil
}

// Reset is for requests that are cleared, as all are that go back to the pool: they come from
// nowhere. One that is being served or sent stays so.
func Reset(req *fasthttp.Request) {
	if req == nil {
		return
	}
	if _, ok := requests.Load(req).(*httpspan.Origin); ok {
		requests.Store(req, nil)
	}
}
