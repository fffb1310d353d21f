package telemetry

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	"go.opentelemetry.io/otel/log/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

func TestOn(t *testing.T) {
	for _, c := range []struct {
		off  string
		want bool
	}{
		{"", true},
		{"sql", false},
		{"nethttp, SQL ", false},
		{"nethttp,mysql,sqlx", true},
		{",", true},
	} {
		t.Setenv(Switch, c.off)
		if got := On("sql"); got != c.want {
			t.Errorf("%s=%q: sql is on: %v", Switch, c.off, got)
		}
	}
}

// There is a provider of loggers once one is set that is no no-op.
func TestLoggerProvider(t *testing.T) {
	if _, ok := LoggerProvider(); ok {
		t.Error("there is a provider before one was set")
	}
	global.SetLoggerProvider(noop.NewLoggerProvider())
	if _, ok := LoggerProvider(); ok {
		t.Error("a no-op counts as a provider")
	}
	global.SetLoggerProvider(sdklog.NewLoggerProvider())
	if _, ok := LoggerProvider(); !ok {
		t.Error("an SDK does not count as a provider")
	}
}

// A logger emits with the provider of the moment.
func TestLogger(t *testing.T) {
	logger := Loggers{}.Logger("scope")
	for range 2 {
		got := new(records)
		global.SetLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(got)))
		if !logger.Enabled(t.Context(), log.EnabledParameters{}) {
			t.Error("it is not enabled")
		}
		logger.Emit(t.Context(), log.Record{})
		logger.Emit(t.Context(), log.Record{})
		if len(got.scopes) != 2 || got.scopes[0] != "scope" {
			t.Errorf("emitted: %q", got.scopes)
		}
	}
}

// records is a processor that keeps the scopes of the records it gets.
type records struct{ scopes []string }

func (r *records) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

func (r *records) OnEmit(_ context.Context, record *sdklog.Record) error {
	r.scopes = append(r.scopes, record.InstrumentationScope().Name)
	return nil
}

func (r *records) Shutdown(context.Context) error   { return nil }
func (r *records) ForceFlush(context.Context) error { return nil }
