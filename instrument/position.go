package instrument

import (
	"runtime"
	"strconv"
	"strings"
)

// A position is where a rule is declared: the line of the first caller outside this
// package, kept as a program counter until somebody asks.
type position struct{ pcs [6]uintptr }

func here() position {
	var p position
	runtime.Callers(2, p.pcs[:])
	return p
}

// String returns file:line. The file is as the compiler recorded it: under
// -trimpath it starts with the module's path, which weaver turns into one on disk.
func (p position) String() string {
	const own = "github.com/goweaver/weaver/instrument."
	frames := runtime.CallersFrames(p.pcs[:])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, own) && f.File != "" {
			return f.File + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return "unknown:0"
		}
	}
}
