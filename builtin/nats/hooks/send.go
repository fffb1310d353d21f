package hooks

// What a program publishes and requests.

import (
	"context"
	"sync"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel"

	"github.com/goweaver/weaver/builtin/internal/messaging"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

var (
	// underWay are the headers of messages that are told of already, as they are written, by
	// where they begin: each slice is made for one call, and by it the methods know that
	// another one is around them.
	underWay sync.Map
	// publishing are the messages that are published to a stream, each with its *sending.
	publishing sync.Map
)

// A sending is an operation that sends a message.
type sending struct {
	nc      *nats.Conn
	span    *messaging.Span
	headers outgoing

	mu     sync.Mutex
	marked []any // what is under way by it
}

// Publish is for (*nats.Conn).publish. It returns the headers that are written instead, and
// the body as it is.
func Publish(nc *nats.Conn, subject, _ string, hdr, data []byte) (_, _ []byte, end func(error, hook.Exit)) {
	if !library.Live() || told(hdr) {
		return hdr, data, nil
	}
	hdr, end = send(context.Background(), nc, "publish", subject, hdr, data)
	return hdr, data, end
}

// Request is for (*nats.Conn).request.
func Request(nc *nats.Conn, subject string, hdr, data []byte) (_, _ []byte, end func(error, hook.Exit)) {
	if !library.Live() || told(hdr) || unmarked(nc, len(hdr)) {
		return hdr, data, nil
	}
	hdr, end = send(context.Background(), nc, "request", subject, hdr, data)
	return hdr, data, end
}

// RequestWithContext is for (*nats.Conn).requestWithContext.
func RequestWithContext(ctx context.Context, nc *nats.Conn, subject string, hdr, data []byte) (_, _ []byte, end func(error, hook.Exit)) {
	if !library.Live() || told(hdr) || unmarked(nc, len(hdr)) {
		return hdr, data, nil
	}
	hdr, end = send(ctx, nc, "request", subject, hdr, data)
	return hdr, data, end
}

// told reports whether a method further out tells of the message.
func told(hdr []byte) bool {
	if len(hdr) == 0 {
		return false
	}
	_, found := underWay.Load(&hdr[0])
	return found
}

// unmarked reports whether a request with those headers would be sent without any, so that
// nothing says of its message that it is told of: then it is left to what publishes it.
func unmarked(nc *nats.Conn, headers int) bool {
	if nc == nil || headers > 0 {
		return nc == nil
	}
	_, traced := telemetry.TracerProvider()
	return !traced || !nc.HeadersSupported() || len(otel.GetTextMapPropagator().Fields()) == 0
}

// send starts an operation on one message and returns the headers to write.
func send(ctx context.Context, nc *nats.Conn, name, subject string, hdr, data []byte) ([]byte, func(error, hook.Exit)) {
	if nc == nil || system(subject) || inbox(subject) {
		return hdr, nil
	}
	s := start(ctx, nc, name, subject, read(hdr))
	if s == nil {
		return hdr, nil
	}
	return s.mark(hdr, data), s.end
}

// start starts an operation on a message with those headers, nil if nobody wants to know.
func start(ctx context.Context, nc *nats.Conn, name, subject string, h headers) *sending {
	s := &sending{nc: nc, headers: outgoing{headers: h}}
	op := messaging.Operation{Type: messaging.Send, Name: name, Client: clientOf(nc), Destination: subject, Messages: one(nil, h)}
	if nc.HeadersSupported() {
		op.Messages = one(&s.headers, h)
	}
	if _, s.span = library.Start(ctx, op); s.span == nil {
		return nil
	}
	return s
}

// mark returns the headers with the message's context, if it is not too large with that, and
// notes that they are under way.
func (s *sending) mark(hdr, data []byte) []byte {
	written := s.headers.written(hdr)
	if limit := s.nc.MaxPayload(); limit > 0 && int64(len(written)+len(data)) > limit {
		written = (&outgoing{}).written(hdr)
	}
	if len(written) > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		underWay.Store(&written[0], nil)
		s.marked = append(s.marked, &written[0])
	}
	return written
}

func (s *sending) end(err error, how hook.Exit) {
	s.mu.Lock()
	for _, at := range s.marked {
		underWay.Delete(at)
	}
	s.mu.Unlock()
	s.span.End(err, how)
}

// PublishMsg is for (*nats.js).PublishMsg. The caller's context, if there is one, is among the
// options.
func PublishMsg(m *nats.Msg, opts []nats.PubOpt, captured hook.Captured) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	ctx := context.Background()
	for _, o := range opts {
		if c, ok := o.(nats.ContextOpt); ok && c.Context != nil {
			ctx = c.Context
		}
	}
	return toStream(ctx, m, connOf(captured))
}

// PublishMsgWithContext is for (*jetstream.jetStream).PublishMsg.
func PublishMsgWithContext(ctx context.Context, m *nats.Msg, captured hook.Captured) func(error, hook.Exit) {
	if !library.Live() {
		return nil
	}
	return toStream(ctx, m, connOf(captured))
}

// toStream starts an operation on a message that is published to a stream, by a request or
// several. One that is published twice at the same time is left to these.
func toStream(ctx context.Context, m *nats.Msg, nc *nats.Conn) func(error, hook.Exit) {
	if m == nil || unmarked(nc, len(m.Header)) || system(m.Subject) {
		return nil
	}
	if _, had := publishing.Load(m); had {
		return nil
	}
	s := start(ctx, nc, "publish", m.Subject, headers(m.Header))
	if s == nil {
		return nil
	}
	if _, had := publishing.LoadOrStore(m, s); had {
		return s.end
	}
	return func(err error, how hook.Exit) {
		publishing.Delete(m)
		s.end(err, how)
	}
}

// HeaderBytes is for (*nats.Msg).headerBytes, which writes the headers of every message that
// has some.
func HeaderBytes(m *nats.Msg) func([]byte, error) []byte {
	if !library.Live() {
		return nil
	}
	v, ok := publishing.Load(m)
	if !ok {
		return nil
	}
	s := v.(*sending)
	return func(hdr []byte, err error) []byte {
		if err != nil {
			return hdr
		}
		return s.mark(hdr, m.Data)
	}
}
