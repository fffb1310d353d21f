package hooks

import (
	"errors"
	"strconv"

	"github.com/nats-io/nats.go"
)

// errorType returns the name of an error of the library that is one of its variables, and
// the number of one that a JetStream server has answered.
func errorType(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{
		{nats.ErrTimeout, "ErrTimeout"},
		{nats.ErrNoResponders, "ErrNoResponders"},
		{nats.ErrNoStreamResponse, "ErrNoStreamResponse"},
		{nats.ErrConnectionClosed, "ErrConnectionClosed"},
		{nats.ErrConnectionDraining, "ErrConnectionDraining"},
		{nats.ErrDisconnected, "ErrDisconnected"},
		{nats.ErrReconnectBufExceeded, "ErrReconnectBufExceeded"},
		{nats.ErrMaxPayload, "ErrMaxPayload"},
		{nats.ErrBadSubject, "ErrBadSubject"},
		{nats.ErrBadSubscription, "ErrBadSubscription"},
		{nats.ErrHeadersNotSupported, "ErrHeadersNotSupported"},
		{nats.ErrSlowConsumer, "ErrSlowConsumer"},
		{nats.ErrMaxMessages, "ErrMaxMessages"},
	} {
		if errors.Is(err, known.err) {
			return "github.com/nats-io/nats.go." + known.name
		}
	}
	var api *nats.APIError
	if errors.As(err, &api) && api != nil {
		return strconv.Itoa(int(api.ErrorCode))
	}
	return ""
}
