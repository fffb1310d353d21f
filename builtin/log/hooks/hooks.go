// Package hooks holds the functions that woven code of package log calls. They read the
// line that a logger has written and export it.
package hooks

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// on is whether the built-in is switched on, which the environment says once, and logger
// what it exports with.
var (
	on     = telemetry.On("log")
	logger = telemetry.NewLogger("github.com/goweaver/weaver/builtin/log",
		log.WithSchemaURL(semconv.SchemaURL))
)

// lines holds a *line for each buffer between Header and Line, which are not told of each
// other: the buffer is all that they have in common. Loggers hold a buffer only while they
// write.
var lines struct {
	some atomic.Int64 // saves the look where there are none
	by   sync.Map
}

// A line is what is known of a line before it is written.
type line struct {
	time   time.Time
	prefix string
	file   string // where the logger says that the line is from
	number int    // in that file; 0 if the logger does not say, or does not know
	header int    // bytes of the buffer before the message
}

// isFrom reports whether the line may be from the call in that frame, as far as the logger
// says.
func (l *line) isFrom(f runtime.Frame) bool {
	return l.number == 0 || f.File == l.file && f.Line == l.number
}

// Header runs when a logger begins to write a line into buf. It returns what runs when the
// header is there: what comes behind it is the message.
func Header(buf *[]byte, t time.Time, prefix, file string, number int) func() {
	if !on {
		return nil
	}
	if _, ok := telemetry.LoggerProvider(); !ok {
		return nil
	}
	return func() {
		lines.by.Store(buf, &line{t, prefix, file, number, len(*buf)})
		lines.some.Add(1)
	}
}

// Line runs when a line has been written and its buffer p is given back.
func Line(p *[]byte) {
	if !on || lines.some.Load() == 0 {
		return
	}
	v, ok := lines.by.LoadAndDelete(p)
	if !ok {
		return
	}
	lines.some.Add(-1)
	l := v.(*line)
	if len(*p) > l.header { // else the message has panicked
		export(l, strings.TrimSuffix(string((*p)[l.header:]), "\n"))
	}
}

// export emits the record of a line. Its body is the message behind the logger's prefix,
// which says whose it is; date, time and file stand in fields of their own.
func export(l *line, message string) {
	from := caller(l)
	if from.slog || telemetry.Inside() {
		return
	}
	var r log.Record
	r.SetTimestamp(l.time)
	r.SetSeverity(from.severity)
	r.SetBody(attribute.StringValue(l.prefix + message))
	if f := from.frame; f.Function != "" {
		r.AddAttributes(semconv.CodeFunctionName(f.Function))
	}
	if f := from.frame; f.File != "" {
		r.AddAttributes(semconv.CodeFilePath(f.File), semconv.CodeLineNumber(f.Line))
	}
	logger.Emit(context.Background(), r)
}

// An origin is where a line comes from.
type origin struct {
	frame runtime.Frame // what logs; its function may not be known, nor its file
	// severity follows from the function that was called. Of a Print log/slog says that
	// it is Info by default, and so it is here.
	severity log.Severity
	slog     bool // log/slog's first default handler, whose records are those of log/slog
}

// ofLog reports whether a function is one of package log's, and not of log.example/x, say.
func ofLog(function string) bool {
	return strings.HasPrefix(function, "log.") && !strings.Contains(function, "/")
}

// caller returns the origin of the line that is being written further up the stack: what
// calls package log, or where the logger writes a place what it says there, which the
// calldepth of Output may have moved further up.
func caller(l *line) origin {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	from, entered := origin{severity: log.SeverityInfo}, false
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case from.frame.Function != "":
			if l.isFrom(f) {
				from.frame = f
				return from
			}
		case ofLog(f.Function):
			entered = true
			if strings.Contains(f.Function, "Fatal") {
				from.severity = log.SeverityFatal
			} else if strings.Contains(f.Function, "Panic") {
				from.severity = log.SeverityError
			}
		case entered && !strings.HasPrefix(f.Function, "runtime."):
			from.frame = f
			from.slog = strings.HasPrefix(f.Function, "log/slog.(*defaultHandler)")
			if from.slog || l.isFrom(f) {
				return from
			}
		}
	}
	if l.number > 0 {
		from.frame = runtime.Frame{File: l.file, Line: l.number}
	}
	return from
}
