package telemetry

import (
	"testing"

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
