package logrecord

import (
	"path/filepath"
	"runtime"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A stack says where the records of a library come from.
type stack struct {
	seen      *telemetry.Addresses[[]spot]
	log, slog bool // the built-ins for package log and log/slog are on
}

// A spot is a function that was seen on a stack.
type spot struct {
	kind
	frame runtime.Frame
}

type kind uint8

const (
	programs kind = iota
	logging       // the library's, weaver's or the runtime's
	ofLog         // package log's, which calls the writer
	ofSlog        // log/slog's, which calls the handler
)

func (s *stack) init(library string) {
	s.log, s.slog = telemetry.On("log"), telemetry.On("slog")
	s.seen = telemetry.NewAddresses(func(pc uintptr) (spots []spot) {
		telemetry.Frames(pc, func(f runtime.Frame) { spots = append(spots, spot{kindOf(f.Function, library), f}) })
		return spots
	})
}

func kindOf(function, library string) kind {
	within := func(path string) bool {
		rest, ok := strings.CutPrefix(function, path)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '/')
	}
	switch {
	case function == "log.(*Logger).output":
		return ofLog
	case function == "log/slog.(*Logger).log", function == "log/slog.(*Logger).logAttrs":
		return ofSlog
	case within(library), strings.HasPrefix(function, "runtime."),
		within("github.com/goweaver/weaver/builtin") && !strings.Contains(function, "_test."):
		return logging
	}
	return programs
}

// caller returns what has called the library, and whether the record is to be exported: it is
// not where log/slog or package log write to the library, which their built-ins have exported.
// Package log calls values of the program's for their texts too, and these may log.
func (s *stack) caller() (from runtime.Frame, export bool) {
	var pcs [64]uintptr
	n := runtime.Callers(3, pcs[:])
	export = true
	found, called := false, ""
	s.seen.Walk(pcs[:n], func(spots []spot) bool {
		for _, at := range spots {
			switch at.kind {
			case ofLog:
				export = export && !(s.log && strings.HasSuffix(called, ".Write"))
			case ofSlog:
				export = export && !s.slog
			case programs:
				if !found {
					from, found = at.frame, true
				}
			}
			called = at.frame.Function
		}
		return export
	})
	return from, export
}

// placeOf returns the attributes of the place that a logger says a record is from, else those
// of the call.
func placeOf(said, call runtime.Frame) []attribute.KeyValue {
	if said.File == "" {
		said = call
	} else if said.Function == "" && said.Line == call.Line && strings.HasSuffix(call.File, filepath.ToSlash(said.File)) {
		said = call // the logger has left something out
	}
	attrs := make([]attribute.KeyValue, 0, 3)
	if said.Function != "" {
		attrs = append(attrs, semconv.CodeFunctionName(said.Function))
	}
	if said.File != "" {
		attrs = append(attrs, semconv.CodeFilePath(said.File), semconv.CodeLineNumber(said.Line))
	}
	return attrs
}
