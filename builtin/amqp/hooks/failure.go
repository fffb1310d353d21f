package hooks

import (
	"errors"
	"strconv"

	"github.com/rabbitmq/amqp091-go"
)

// errorType returns what AMQP 0-9-1 calls an error of the library or the server, and of a
// rejected message by which method it was.
func errorType(err error) string {
	switch {
	case errors.Is(err, errNack):
		return "nack"
	case errors.Is(err, errReject):
		return "reject"
	}
	var e *amqp091.Error
	if !errors.As(err, &e) || e == nil {
		return ""
	}
	switch e.Code {
	case amqp091.ContentTooLarge:
		return "content-too-large"
	case amqp091.NoRoute:
		return "no-route"
	case amqp091.NoConsumers:
		return "no-consumers"
	case amqp091.ConnectionForced:
		return "connection-forced"
	case amqp091.InvalidPath:
		return "invalid-path"
	case amqp091.AccessRefused:
		return "access-refused"
	case amqp091.NotFound:
		return "not-found"
	case amqp091.ResourceLocked:
		return "resource-locked"
	case amqp091.PreconditionFailed:
		return "precondition-failed"
	case amqp091.FrameError:
		return "frame-error"
	case amqp091.SyntaxError:
		return "syntax-error"
	case amqp091.CommandInvalid:
		return "command-invalid"
	case amqp091.ChannelError:
		return "channel-error"
	case amqp091.UnexpectedFrame:
		return "unexpected-frame"
	case amqp091.ResourceError:
		return "resource-error"
	case amqp091.NotAllowed:
		return "not-allowed"
	case amqp091.NotImplemented:
		return "not-implemented"
	case amqp091.InternalError:
		return "internal-error"
	}
	return strconv.Itoa(e.Code)
}
