package hooks

// Who on the stack may pass an error on.

import (
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
)

// deepest is how many calls of a stack are looked at. Of one that is deeper, recursion may
// hide which call an error waits for, so that it gets a stack anew.
const deepest = 512

// A walk is what the stack says of a function that ends.
type walk struct {
	returned bool // not by a panic or Goexit, which the error in its result is nothing to
	depth    int  // of the call, counted from the goroutine's first
	stack    []uintptr

	passedOn  bool  // the nearest function of the main modules is next
	next      *site // the nearest woven function above
	nextDepth int
}

// walk looks at the stack of the calling goroutine. The function itself is below the deferred
// functions that call this, and what has called those.
func (s *site) walk(buf *[deepest]uintptr) walk {
	const own = 3 // runtime.Callers, this and ended
	n := runtime.Callers(own, buf[:])
	w := walk{returned: true}
	i := 0
	for ; i < n; i++ {
		p := placeOf(buf[i])
		if p.name == s.name {
			break
		}
		w.returned = w.returned && !p.ends
	}
	if i == n { // not found, which the fallback for its name may have led to
		return walk{returned: w.returned, stack: nil}
	}
	w.depth, w.stack = n-i, buf[i:n]
	decided := false
	for i++; i < n; i++ {
		p := placeOf(buf[i])
		at := p.woven()
		if at == nil && p.literal {
			continue // which may return the error or not
		}
		if !decided && (at != nil || p.inMain()) {
			decided, w.passedOn = true, at != nil
		}
		if at != nil {
			w.next, w.nextDepth = at, n-i
			break
		}
	}
	return w
}

// A place is the function of a call.
type place struct {
	name    string
	path    string // its package, as in the name
	literal bool   // it stands in another one
	ends    bool   // what it calls ends by a panic or Goexit
	site    atomic.Pointer[site]
}

// places is of *place by the address behind a call: there are as many as calls in the program.
var places sync.Map

func placeOf(pc uintptr) *place {
	if p, ok := places.Load(pc); ok {
		return p.(*place)
	}
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	p := &place{name: frame.Function, path: packageOf(frame.Function), literal: isLiteral(frame.Function)}
	p.ends = p.name == "runtime.gopanic" || p.name == "runtime.Goexit"
	places.Store(pc, p)
	return p
}

// woven returns the function as a site, or nil if it is none. One that is being called has
// been one since its hook ran.
func (p *place) woven() *site {
	if s := p.site.Load(); s != nil {
		return s
	}
	if v, ok := byName.Load(p.name); ok {
		p.site.Store(v.(*site))
		return v.(*site)
	}
	return nil
}

// mainPackages has the paths of packages with woven functions, which are of the main modules.
var mainPackages sync.Map

// inMain reports whether the function is one of the main modules, as far as is known.
func (p *place) inMain() bool {
	if p.path == "main" {
		return true
	}
	if _, ok := mainPackages.Load(p.path); ok {
		return true
	}
	m := mainModule()
	return m != "" && (p.path == m || strings.HasPrefix(p.path, m+"/"))
}

// mainModule returns the path of the module that the program was built in, or "".
var mainModule = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Path
})

// packageOf returns the package in a function's name: what is before the first dot behind
// the last slash, where type arguments have none.
func packageOf(name string) string {
	plain, _, _ := strings.Cut(name, "[")
	slash := strings.LastIndexByte(plain, '/') + 1
	before, _, _ := strings.Cut(plain[slash:], ".")
	return plain[:slash] + before
}

// isLiteral reports whether a function's name is that of a function literal, or of the body
// of a range over a function, which stand in others: example.com/shop.Place.func1.2. The body
// of one that is enclosed is no other function either: what a retry, say, makes of its errors is
// known when the function itself ends.
func isLiteral(name string) bool {
	if strings.Contains(name, "-range") {
		return true
	}
	rest := strings.TrimPrefix(strings.ReplaceAll(name, "[...]", ""), packageOf(name))
	parts := strings.Split(strings.TrimPrefix(rest, "."), ".")
	for _, p := range parts[1:] {
		if n := strings.TrimPrefix(p, "func"); n != p && n != "" && strings.Trim(n, "0123456789") == "" {
			return true
		}
	}
	return strings.HasPrefix(parts[len(parts)-1], "weaver_")
}
