package dbspan

import (
	"fmt"
	"net"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Failure is how an operation failed.
type Failure struct {
	Kind    string // error.type; "" for what errors of this kind are called anyway
	Code    string // the database's own, or ""
	Message string // without what the program has sent or received
}

func (f *Failure) attributes() []attribute.KeyValue {
	all := make([]attribute.KeyValue, 0, 8) // with room for what a call is measured by
	all = append(all, semconv.ErrorTypeKey.String(f.Kind))
	if f.Code != "" {
		all = append(all, semconv.DBResponseStatusCode(f.Code))
	}
	return all
}

// failed returns how an operation failed that has ended that way, or nil.
func (l *Library) failed(err error, how hook.Exit) (f *Failure) {
	if kind := telemetry.NotReturned(how); kind != "" {
		return &Failure{Kind: kind, Message: kind}
	}
	if err == nil {
		return nil
	}
	// What an error's methods do is up to its author, who may not reckon with them being
	// called.
	defer func() {
		if recover() != nil {
			f = &Failure{Kind: fmt.Sprintf("%T", err)}
		}
	}()
	if f = l.Failed(err); f == nil {
		return nil
	}
	f.Code, f.Message = cut(f.Code), telemetry.Redacted(f.Message)
	if f.Kind == "" {
		f.Kind = f.Code
	}
	if f.Kind == "" {
		f.Kind = telemetry.ErrorKind(err, telemetry.Names(telemetry.NamedError{Err: net.ErrClosed, Name: "net.ErrClosed"}))
	}
	return f
}
