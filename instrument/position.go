package instrument

import (
	"cmp"
	"runtime"
	"strconv"
	"strings"
)

// A position is the line of a call of one of this package's functions, kept as
// program counters until somebody asks. The first one is in the function that was
// called. More would only cost time: a declaration is made for each of a build's tool
// calls, and walking the stack is most of it.
type position struct{ pcs [2]uintptr }

// here returns the position of the call of the function that calls here.
func here() position {
	var p position
	runtime.Callers(2, p.pcs[:])
	return p
}

// A Position is a line of a program that declares aspects; see [Here].
type Position struct{ pos position }

// Here returns the line that called the function which calls Here. It is for functions that make
// rules for others, such as one that puts a policy on the bodies that it is given:
//
//	func Rules(body instrument.Body, p Policy) []instrument.Rule {
//		at := instrument.Here()
//		return []instrument.Rule{body.Around(hooks.Run).With("attempts", p.Attempts).At(at)}
//	}
//
// A mistake is then told where somebody made it, who may never have seen that function.
func Here() Position {
	var p position
	runtime.Callers(3, p.pcs[:])
	return Position{p}
}

// known reports whether the position was made by here.
func (p position) known() bool { return p.pcs[0] != 0 }

// or returns p, or q if p is not known.
func (p position) or(q position) position {
	if p.known() {
		return p
	}
	return q
}

func (p position) place() place { return placeOf(p.pcs[:]) }

// A place is a line of a file. The file is as the compiler recorded it: under
// -trimpath it starts with the module's path, which weaver turns into one on disk.
type place struct {
	file string
	line int // from 1; 0 if it is not known
}

// callers returns the line outside of weaver's packages that led to the function that
// calls it: in a registration binary that of the call of weaver.Main.
func callers() place {
	var pcs [16]uintptr
	return placeOf(pcs[:runtime.Callers(2, pcs[:])])
}

// placeOf returns the first line that is not in one of weaver's own packages.
func placeOf(pcs []uintptr) place {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		own := strings.HasPrefix(f.Function, "github.com/goweaver/weaver/instrument.") ||
			strings.HasPrefix(f.Function, "github.com/goweaver/weaver/weaver.")
		if !own && f.File != "" {
			return place{f.File, f.Line}
		}
		if !more {
			return place{"unknown", 0}
		}
	}
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.file, q.file), cmp.Compare(p.line, q.line))
}

// String returns file:line.
func (p place) String() string { return p.file + ":" + strconv.Itoa(p.line) }
