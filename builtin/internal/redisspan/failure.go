package redisspan

import (
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A failure is how a call failed.
type failure struct {
	kind    string // error.type
	code    string // the prefix of the server's error, or ""
	message string
}

func (f *failure) attributes() []attribute.KeyValue {
	all := make([]attribute.KeyValue, 0, 8) // with room for what a call is measured by
	all = append(all, semconv.ErrorTypeKey.String(f.kind))
	if f.code != "" {
		all = append(all, semconv.DBResponseStatusCode(f.code))
	}
	return all
}

// Failed reports whether err is a failure: that there is nothing is an answer.
func (l *Library) Failed(err error) bool { return l.failed(err, hook.Returned) != nil }

// failed returns how a call failed that has ended that way, or nil.
func (l *Library) failed(err error, how hook.Exit) (f *failure) {
	if kind := telemetry.NotReturned(how); kind != "" {
		return &failure{kind: kind, message: kind}
	}
	if err == nil {
		return nil
	}
	// What an error's methods do is up to its author, who may not reckon with them being
	// called.
	defer func() {
		if recover() != nil {
			f = &failure{kind: fmt.Sprintf("%T", err)}
		}
	}()
	if l.Nil(err) {
		return nil
	}
	f = &failure{message: message(err)}
	if answer, ok := find[serverError](err); ok {
		f.code = code(answer.Error())
	}
	if f.kind = f.code; f.kind == "" {
		f.kind = telemetry.ErrorKind(err, l.ErrorType)
	}
	return f
}

// serverError is what a server has answered, in either library.
type serverError interface {
	error
	RedisError()
}

func find[E error](err error) (E, bool) {
	var e E
	ok := errors.As(err, &e)
	return e, ok
}

// longestCode is how many bytes the prefix of an error has at most.
const longestCode = 32

// code returns the prefix of an error of the server, which is in upper case, or "": the
// libraries' own errors have none.
func code(text string) string {
	prefix, _, _ := strings.Cut(text, " ")
	if len(prefix) > longestCode {
		return ""
	}
	for i := range len(prefix) {
		if b := prefix[i]; (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '_' {
			return ""
		}
	}
	return prefix
}

// longestMessage is how many bytes of an error's text are told.
const longestMessage = 1 << 10

// message returns the text of an error without what the program has sent or received: a
// server repeats a command that it does not know, and a library a reply that it can not read.
func message(err error) string {
	text := telemetry.ErrorText(err)
	for _, data := range []string{" unknown command", " parsing", " reply:", " reply type:", " but got line"} {
		if known, _, found := strings.Cut(text, data); found {
			text = known + strings.TrimRight(data, ":")
		}
	}
	if len(text) > longestMessage {
		text = strings.ToValidUTF8(text[:longestMessage], "")
	}
	return strings.TrimSpace(text)
}
