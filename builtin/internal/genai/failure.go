package genai

import (
	"strconv"
	"strings"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// failed returns how a call failed that has ended that way, and what is told of it; "" if it
// has not.
func (l *Library) failed(err error, how hook.Exit) (kind, message string) {
	if kind = telemetry.NotReturned(how); kind != "" {
		return kind, kind
	}
	if err == nil {
		return "", ""
	}
	// What an error's methods do is up to its author, who may not reckon with them being
	// called.
	defer func() {
		if recover() != nil {
			kind, message = telemetry.ErrorType(err).Value.AsString(), ""
		}
	}()
	if kind, message = l.Failure(err); kind != "" {
		return telemetry.Text(kind), telemetry.Text(message)
	}
	kind = telemetry.ErrorKind(err, nil)
	message = telemetry.Redacted(telemetry.ErrorText(err))
	// Behind this the libraries have what the stream had, whatever that is.
	if known, _, found := strings.Cut(message, streaming); found {
		message = known + strings.TrimSuffix(streaming, ":")
	}
	return kind, message
}

const streaming = "received error while streaming:"

// longestKind is how many bytes a model's name for an error has at most.
const longestKind = 64

// Status returns the kind of an error that a model has answered with, by the first of the names
// that is one, or else by the status of the answer, and what is told of it. The text that the
// model has for it is not: it may repeat what it was asked.
func Status(status int, names ...string) (kind, message string) {
	number := strconv.Itoa(status)
	for _, name := range names {
		if word(name) {
			return name, number + " " + name
		}
	}
	return number, number
}

// word reports whether s is such as a name for an error is.
func word(s string) bool {
	if s == "" || len(s) > longestKind {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.'
	})
}
