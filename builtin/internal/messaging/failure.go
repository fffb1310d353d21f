package messaging

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A failure is how an operation failed.
type failure struct {
	kind    attribute.KeyValue // error.type
	message string
}

// failed returns how an operation failed that has ended that way, or nil.
func (l *Library) failed(err error, how hook.Exit) *failure {
	if kind := telemetry.NotReturned(how); kind != "" {
		return &failure{semconv.ErrorTypeKey.String(kind), kind}
	}
	if err == nil {
		return nil
	}
	// A broker's address may have a password in it.
	return &failure{semconv.ErrorTypeKey.String(telemetry.ErrorKind(err, l.ErrorType)), telemetry.Redacted(telemetry.ErrorText(err))}
}
