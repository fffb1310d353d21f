package logway_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/internal/logway"
)

// A record goes to the logger's handler, or to that of the logger that the way leads to.
func TestHandle(t *testing.T) {
	var own, other bytes.Buffer
	logger := func(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
	r := slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0)
	logway.Handle(t.Context(), logger(&own), r)
	if own.String() != "level=INFO msg=m\n" {
		t.Errorf("%s", &own)
	}
	own.Reset()
	logway.Set(func(*slog.Logger, context.Context) *slog.Logger { return logger(&other) })
	logway.Handle(t.Context(), logger(&own), r)
	if own.Len() != 0 || other.String() != "level=INFO msg=m\n" {
		t.Errorf("%s, and %s", &own, &other)
	}
}
