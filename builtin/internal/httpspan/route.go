package httpspan

import "strings"

// A choice is the route that a router chose, or the empty one: that it found none.
type choice struct {
	pattern string
	whole   bool // the router saw the path as it came
}

// SetMux notes the pattern that a ServeMux of net/http's chose. Of several the last one that
// is told counts: that of the outermost.
func (x *Exchange) SetMux(pattern string) { x.mux.Store(&pattern) }

// SetRoute notes that a router other than net/http's chose pattern, a path with placeholders
// in the router's own form. whole says that the router saw the path as it came. Of several
// routers the last one that is told counts, but not where it alone has seen a path that was
// cut.
func (x *Exchange) SetRoute(pattern string, whole bool) {
	if before := x.router.Load(); before != nil && before.whole && !whole {
		return
	}
	x.router.Store(&choice{pattern: pattern, whole: whole})
}

// Routed reports whether SetRoute has been called.
func (x *Exchange) Routed() bool { return x.router.Load() != nil }

// Route returns the request's route, or "". pattern is the one that the request itself has
// in the end, which a router may have set that nobody tells of.
func (x *Exchange) Route(pattern string) string {
	chosen := x.router.Load()
	if chosen != nil && chosen.whole {
		return chosen.pattern
	}
	if p := x.mux.Load(); p != nil {
		return path(*p)
	}
	if chosen != nil {
		return chosen.pattern
	}
	return path(pattern)
}

// path returns the path of a ServeMux pattern, before which stand method and host.
func path(pattern string) string {
	if i := strings.IndexByte(pattern, '/'); i >= 0 {
		return pattern[i:]
	}
	return ""
}
