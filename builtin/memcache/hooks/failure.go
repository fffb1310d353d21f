package hooks

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bradfitz/gomemcache/memcache"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A failure is how a call failed.
type failure struct {
	kind    string // error.type
	code    string // how the server's answer begins, or ""
	message string
}

func (f *failure) attributes() []attribute.KeyValue {
	if f == nil {
		return nil
	}
	all := append(make([]attribute.KeyValue, 0, 8), semconv.ErrorTypeKey.String(f.kind)) // with room for the call's
	if f.code != "" {
		all = append(all, semconv.DBResponseStatusCode(f.code))
	}
	return all
}

// failed returns how a call failed that has ended that way, or nil. That there is nothing, or
// something else than the program has set as a condition, is an answer.
func failed(err error, how hook.Exit) (f *failure) {
	if kind := telemetry.NotReturned(how); kind != "" {
		return &failure{kind: kind, message: kind}
	}
	if err == nil {
		return nil
	}
	// A selector may be the program's, and what its errors' methods do is up to that.
	defer func() {
		if recover() != nil {
			f = &failure{kind: fmt.Sprintf("%T", err)}
		}
	}()
	for _, answer := range []error{memcache.ErrCacheMiss, memcache.ErrNotStored, memcache.ErrCASConflict} {
		if errors.Is(err, answer) {
			return nil
		}
	}
	f = &failure{}
	f.code, f.message = answered(telemetry.ErrorText(err))
	if f.kind = f.code; f.kind == "" {
		f.kind = errorType(err)
	}
	return f
}

// longestMessage is how many bytes of an error's text are told.
const longestMessage = 1 << 10

// answered returns how the server's answer begins that the text of an error is about, or "",
// and the text without what may be data: an answer that the library can not read.
func answered(text string) (code, message string) {
	if len(text) > longestMessage {
		text = strings.ToValidUTF8(text[:longestMessage], "")
	}
	if strings.HasPrefix(text, "memcache: client error: ") {
		return "CLIENT_ERROR", text
	}
	before, answer, found := strings.Cut(text, `: "`)
	if !found || !strings.HasPrefix(text, "memcache: unexpected") {
		return "", text
	}
	for _, code := range []string{"SERVER_ERROR", "CLIENT_ERROR", "ERROR"} {
		if strings.HasPrefix(answer, code) {
			return code, text
		}
	}
	return "", before
}

// errorType returns what kind of error err is.
func errorType(err error) string {
	const library = "github.com/bradfitz/gomemcache/memcache."
	return telemetry.ErrorKind(err, telemetry.Names(
		telemetry.NamedError{Err: memcache.ErrMalformedKey, Name: library + "ErrMalformedKey"},
		telemetry.NamedError{Err: memcache.ErrNoServers, Name: library + "ErrNoServers"},
		telemetry.NamedError{Err: memcache.ErrServerError, Name: library + "ErrServerError"},
		telemetry.NamedError{Err: memcache.ErrNoStats, Name: library + "ErrNoStats"},
	))
}
