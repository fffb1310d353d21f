// Package logs is how weaver's processes log: the levels, where the log goes, and its
// form as JSON lines. The front is [log/slog]; how a terminal shows records is package
// weaver's business, so that the registration binary does not link it.
//
// A build has one wrapper and hundreds of tool processes. With a log file each of them
// appends to it, through [Config.Open] and [NewHandler]. Without one the tools send
// their records to the wrapper through the report file, with [NewReportHandler], and
// the wrapper reads them back with [Decode]: what a tool prints itself, the go command
// would keep and print again whenever it finds the tool's work in its cache.
//
// A line of a log file is one JSON object:
//
//	time   when, in UTC, as 2006-01-02T15:04:05.000000Z: lines sort by it as text
//	level  ERROR, WARN, INFO, DEBUG or TRACE
//	msg    what happened, the same words each time it does
//	pid    the number of the process that says so
//
// and behind these the record's attributes, in order. Durations are text, such as
// 1.5ms. A record of the report file is the same without pid, and is the value of an
// only key "log".
package logs

import (
	"io"
	"log/slog"
	"os"
	"strings"
	"time"
)

// timeLayout is RFC 3339 with a fraction of fixed width.
const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

// NewHandler returns a handler that writes records of the level and above to w, each
// with one call of Write. For [LevelOff] it writes nothing.
func NewHandler(w io.Writer, level slog.Level) slog.Handler {
	if level == LevelOff {
		return slog.DiscardHandler
	}
	pid := []slog.Attr{slog.Int("pid", os.Getpid())}
	return newJSON(w, level).WithAttrs(pid)
}

func newJSON(w io.Writer, level slog.Level) slog.Handler {
	return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: replace})
}

// replace gives time, level and durations the form that the package comment says.
func replace(groups []string, a slog.Attr) slog.Attr {
	switch v := a.Value; v.Kind() {
	case slog.KindDuration:
		a.Value = slog.StringValue(v.Duration().String())
	case slog.KindTime:
		a.Value = slog.StringValue(v.Time().UTC().Format(timeLayout))
	case slog.KindAny:
		if l, ok := v.Any().(slog.Level); ok && len(groups) == 0 && a.Key == slog.LevelKey {
			a.Value = slog.StringValue(LevelName(l))
		}
	}
	return a
}

// parseTime and parseLevel read what replace wrote.
func parseTime(s string) (time.Time, error) { return time.Parse(timeLayout, s) }

func parseLevel(s string) (l slog.Level, err error) {
	if strings.EqualFold(s, "TRACE") {
		return LevelTrace, nil
	}
	err = l.UnmarshalText([]byte(s))
	return l, err
}
