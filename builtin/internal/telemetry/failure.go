package telemetry

// How an operation failed, for error.type.

import (
	"context"
	"errors"
	"net"

	"github.com/goweaver/weaver/instrument/hook"
)

// NotReturned returns error.type for an operation whose function has not returned, "panic" or
// "goexit", or "" if it has.
func NotReturned(how hook.Exit) string {
	switch how {
	case hook.Returned:
		return ""
	case hook.Panicked:
		return "panic"
	}
	return how.String()
}

// A NamedError is one that a package has in a variable. Its type says nothing of it.
type NamedError struct {
	Err  error
	Name string // import/path.Variable
}

// Names returns a function for [ErrorKind] that knows these errors, and those that wrap them, by
// their names. Of several the first counts.
func Names(errs ...NamedError) func(error) string {
	return func(err error) string {
		for _, e := range errs {
			if errors.Is(err, e.Err) {
				return e.Name
			}
		}
		return ""
	}
}

// ErrorKind returns error.type for err: the name of one of package context's errors, what name
// has for it, "timeout" for what says of itself that it is one, or the type. name may be nil, and
// returns "" for what it does not know.
func ErrorKind(err error, name func(error) string) (kind string) {
	defer func() {
		if recover() != nil {
			kind = typeName(err)
		}
	}()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "context.DeadlineExceeded"
	case errors.Is(err, context.Canceled):
		return "context.Canceled"
	}
	if name != nil {
		if kind := name(err); kind != "" {
			return Text(kind)
		}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "timeout"
	}
	return ErrorType(err).Value.AsString()
}
