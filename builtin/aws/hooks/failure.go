package hooks

import (
	"errors"
	"reflect"
	"strings"

	"github.com/aws/smithy-go"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A failure is how an operation failed.
type failure struct {
	kind    string // error.type
	code    string // what the service calls the error, or ""
	message string
}

// attributes returns what is told of the failure, the service's code by the name status.
func (f *failure) attributes(status attribute.Key) []attribute.KeyValue {
	if f.code == "" {
		return []attribute.KeyValue{semconv.ErrorTypeKey.String(f.kind)}
	}
	return []attribute.KeyValue{semconv.ErrorTypeKey.String(f.kind), status.String(f.code)}
}

// failed returns how an operation failed that has ended that way, or nil.
func failed(err error, how hook.Exit) *failure {
	if kind := telemetry.NotReturned(how); kind != "" {
		return &failure{kind: kind, message: kind}
	}
	if err == nil {
		return nil
	}
	f := &failure{code: codeOf(err), message: telemetry.Redacted(telemetry.ErrorText(err))}
	if f.kind = f.code; f.kind == "" {
		f.kind = kindOf(err)
	}
	return f
}

// longestCode is how many bytes of a code are told. AWS's longest has some 60.
const longestCode = 128

// codeOf returns what the service calls the error. What an error's methods do is up to its
// author, and middleware may return any.
func codeOf(err error) (code string) {
	defer func() {
		if recover() != nil {
			code = ""
		}
	}()
	var answer smithy.APIError
	if !errors.As(err, &answer) {
		return ""
	}
	if code = telemetry.Text(answer.ErrorCode()); len(code) > longestCode {
		return ""
	}
	return code
}

// kindOf returns what kind of error err is: of the SDK's own errors, what is wrapped in them.
func kindOf(err error) string {
	return telemetry.ErrorKind(inmost(err), nil)
}

// inmost returns what the SDK's own errors are wrapped around, or err if that can not be told.
func inmost(err error) (inner error) {
	defer func() {
		if recover() != nil {
			inner = err
		}
	}()
	for inner = err; wrapper(inner); {
		next := errors.Unwrap(inner)
		if next == nil {
			break
		}
		inner = next
	}
	return inner
}

// wrapper reports whether the type of err is one of the SDK's.
func wrapper(err error) bool {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasPrefix(t.PkgPath(), "github.com/aws/")
}
