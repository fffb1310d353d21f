package hooks

// The export of records, by OpenTelemetry's own bridge.
//
// As a handler beside the program's own it changes nothing that the program sees. Two
// things are put right. It keeps one error of a record, and drops the others with their
// keys: the attributes stay here, as text, beside the error that becomes the record's
// exception. And its SDK calls Error on an error that may panic, where log/slog's handlers
// would write what they can: of such a one only a text is handed on.

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"go.opentelemetry.io/contrib/bridges/otelslog"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// scope is the instrumentation scope of the records.
const scope = "github.com/goweaver/weaver/builtin/slog"

// root returns the bridge for a logger that was given nothing. It is made when it is first
// needed, and follows the provider of the moment.
var root = sync.OnceValue(func() slog.Handler {
	return otelslog.NewHandler(scope, otelslog.WithLoggerProvider(telemetry.Loggers{}), otelslog.WithSource(true))
})

// ownBridge is whether the program has made a handler of the bridge itself. It has then
// chosen what is exported, and how.
var ownBridge atomic.Bool

// Bridge runs when a handler of the bridge is made.
func Bridge(name string) {
	if name != scope {
		ownBridge.Store(true)
	}
}

// bridged reports whether the program exports the records of h itself: it has made a
// handler of the bridge, or h is one that was made before this package was initialised.
func bridged(h slog.Handler) bool {
	_, ok := h.(*otelslog.Handler)
	return ok || ownBridge.Load()
}

// export hands the record to the bridge, with the attributes that h would write. A value
// that panics where it is converted costs the export of its record and nothing else.
func export(ctx context.Context, bridge, h slog.Handler, r slog.Record) {
	defer func() { _ = recover() }()
	if !bridge.Enabled(ctx, r.Level) {
		return
	}
	groups, replace := replacerOf(h)
	if replace != nil || hasErrors(r) {
		attrs := make([]slog.Attr, 0, r.NumAttrs())
		r.Attrs(func(a slog.Attr) bool { attrs = append(attrs, a); return true })
		if replace != nil {
			attrs = replaceAll(replace, groups, attrs)
		}
		r = slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
		r.AddAttrs(spelled(attrs)...)
	}
	_ = bridge.Handle(ctx, r)
}

func hasErrors(r slog.Record) bool {
	found := false
	r.Attrs(func(a slog.Attr) bool {
		_, found = errorOf(a)
		return !found
	})
	return found
}

// withAttrs returns the bridge with attrs.
func withAttrs(bridge slog.Handler, attrs []slog.Attr) (with slog.Handler) {
	defer func() {
		if recover() != nil {
			with = bridge
		}
	}()
	return bridge.WithAttrs(spelled(attrs))
}

// spelled returns attrs with the text of each error in the place of the error, and behind
// them the last error, which the bridge takes out of them.
func spelled(attrs []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, 0, len(attrs)+1)
	var last slog.Attr
	for _, a := range attrs {
		err, ok := errorOf(a)
		if !ok {
			out = append(out, a)
			continue
		}
		text, ok := textOf(err)
		out = append(out, slog.String(a.Key, text))
		if ok {
			last = a
		}
	}
	if last.Value.Any() != nil {
		out = append(out, last)
	}
	return out
}

func errorOf(a slog.Attr) (error, bool) { //nolint:revive,staticcheck // an attribute's, not this function's
	if a.Value.Kind() != slog.KindAny {
		return nil, false
	}
	err, ok := a.Value.Any().(error)
	return err, ok
}

// textOf returns the text of err, and whether its method can be called, a nil pointer's often
// can not, and returns what can be exported.
func textOf(err error) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = fmt.Sprint(err), false // which says that it panics
		}
	}()
	text = err.Error()
	return text, utf8.ValidString(text)
}
