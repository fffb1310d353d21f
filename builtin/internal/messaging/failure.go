package messaging

import (
	"context"
	"errors"
	"fmt"
	"net"

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
func (l *Library) failed(err error, how hook.Exit) (f *failure) {
	if how != hook.Returned {
		kind := how.String()
		if how == hook.Panicked {
			kind = "panic" // as the other built-ins have it
		}
		return &failure{semconv.ErrorTypeKey.String(kind), kind}
	}
	if err == nil {
		return nil
	}
	// What an error's methods do is up to its author, who may not reckon with them being
	// called.
	defer func() {
		if recover() != nil {
			f = &failure{kind: semconv.ErrorTypeKey.String(fmt.Sprintf("%T", err))}
		}
	}()
	// A broker's address may have a password in it.
	return &failure{semconv.ErrorTypeKey.String(telemetry.Text(l.errorType(err))), telemetry.Redacted(telemetry.ErrorText(err))}
}

// errorType returns what kind of error err is: its name if it is one that is known, or the
// type.
func (l *Library) errorType(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{
		{context.DeadlineExceeded, "context.DeadlineExceeded"},
		{context.Canceled, "context.Canceled"},
	} {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	if name := l.ErrorType(err); name != "" {
		return name
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "timeout"
	}
	return semconv.ErrorType(err).Value.AsString()
}
