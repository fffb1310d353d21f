package hooks

import (
	"context"
	"io"
	"net/rpc"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// inside is what the file that the aspect adds to net/rpc hands over before this package is
// initialised, so it must not have an initial value. It is empty where that file is not
// compiled in, as in this package's own tests: nothing is propagated then.
var inside struct {
	client  func(*rpc.Client) (*rpc.Request, rpc.ClientCodec)
	pending func(*rpc.Client, uint64) *rpc.Call
	conn    func(rpc.ClientCodec) io.Closer
	carry   func(*rpc.Request, []string)
	carried func(*rpc.Request) []string
}

// adopt is called by that file, through a linkname.
func adopt(
	client func(*rpc.Client) (*rpc.Request, rpc.ClientCodec), pending func(*rpc.Client, uint64) *rpc.Call,
	conn func(rpc.ClientCodec) io.Closer, carry func(*rpc.Request, []string), carried func(*rpc.Request) []string,
) {
	inside.client, inside.pending, inside.conn, inside.carry, inside.carried = client, pending, conn, carry, carried
}

var _ = adopt // called from net/rpc

// calls holds the *operation of each *rpc.Call that is not done: a Call is the program's
// and has no room for it. A call stays here as long as its client has it among those that
// are pending.
var calls struct {
	some atomic.Int64 // saves the look where there are none
	by   sync.Map
}

// Send runs when a client begins to send a call, and returns what runs when it has been
// sent or could not be.
func Send(client *rpc.Client, call *rpc.Call) func() {
	if !records() || client == nil || call == nil {
		return nil
	}
	var codec rpc.ClientCodec
	var request *rpc.Request
	if inside.client != nil {
		request, codec = inside.client(client)
	}
	op := begin(context.Background(), trace.SpanKindClient, codec, call.ServiceMethod, server(codec)...)
	calls.by.Store(call, op)
	calls.some.Add(1)
	if request == nil || !trace.SpanContextFromContext(op.ctx).IsValid() {
		return nil
	}
	senders.enter(request, client)
	return func() { senders.leave(request) }
}

// server returns the address of the server that the codec is connected to.
func server(codec rpc.ClientCodec) []attribute.KeyValue {
	for _, conn := range []func(rpc.ClientCodec) io.Closer{inside.conn, insideJSON.conn} {
		if conn == nil || codec == nil {
			continue
		}
		if c := conn(codec); c != nil {
			return peer(c)
		}
	}
	return nil
}

// Done runs when a call is done, before the program is told.
func Done(call *rpc.Call) {
	if calls.some.Load() == 0 {
		return
	}
	v, ok := calls.by.LoadAndDelete(call)
	if !ok {
		return
	}
	calls.some.Add(-1)
	text := ""
	if call.Error != nil {
		text = telemetry.ErrorText(call.Error)
	}
	v.(*operation).end(errorType(call.Error), text)
}

// senders holds the clients that are sending, by the request that they hand to their
// codecs: a codec knows neither client nor call.
var senders = sending{by: map[*rpc.Request]*sender{}}

type sending struct {
	some atomic.Int64 // saves the lock where there are none
	mu   sync.Mutex
	by   map[*rpc.Request]*sender
}

type sender struct {
	client *rpc.Client
	calls  int
}

func (s *sending) enter(r *rpc.Request, client *rpc.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[r] == nil {
		s.by[r] = &sender{client: client}
		s.some.Add(1)
	}
	s.by[r].calls++
}

func (s *sending) leave(r *rpc.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[r].calls--; s.by[r].calls == 0 {
		delete(s.by, r)
		s.some.Add(-1)
	}
}

func (s *sending) client(r *rpc.Request) *rpc.Client {
	if s.some.Load() == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.by[r]; c != nil {
		return c.client
	}
	return nil
}

// outgoing returns what is propagated with r, nil if there is nothing.
func outgoing(r *rpc.Request) propagation.MapCarrier {
	client := senders.client(r)
	if client == nil {
		return nil
	}
	v, ok := calls.by.Load(inside.pending(client, r.Seq))
	if !ok {
		return nil
	}
	carrier := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(v.(*operation).ctx, carrier)
	if len(carrier) == 0 {
		return nil
	}
	return carrier
}
