package hooks

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// RoundTrip opens a client span around one request of an http.Transport. The span ends,
// and the metrics are recorded, when the body of the response has been read or closed;
// at once where there is none to read, the connection switches to another protocol, or the
// body has methods that would be lost.
//
// What is sent is the returned copy of req with the trace in its header; neither req nor
// its header map is written to. The response names req as its request, as a plain one
// does. Where nothing is to be told of req it is returned itself.
func RoundTrip(req *http.Request) (*http.Request, func(*http.Response, error)) {
	if !on {
		return req, nil
	}
	_, tracing := telemetry.TracerProvider()
	m := clientMetrics.Current()
	if !tracing && m == nil || !ours(req) {
		return req, nil
	}
	return depart(req, tracing, m)
}

// A departure is one request on its way, known to its context.
type departure struct {
	req      *http.Request // the program's
	sent     *http.Request // the copy
	start    time.Time
	span     trace.Span // no-op without a tracer provider
	metrics  *httpspan.Histograms
	target   [3]attribute.KeyValue // method and server
	template attribute.KeyValue    // of the path, if a library has told it
	size     int64                 // of the request's body; -1 if the program has not said it

	// Of the response, set before the program has it.
	answered bool
	response [2]attribute.KeyValue
	failed   attribute.KeyValue // error.type for a status that is an error
	unpacked bool               // what is read of the body is not what was sent

	read  atomic.Int64 // bytes of the response's body
	ended atomic.Bool
}

type departureKey struct{}

// departed is whether there has ever been a departure: as long as there is none, no context
// is searched for one.
var departed atomic.Bool

func depart(req *http.Request, tracing bool, m *httpspan.Histograms) (*http.Request, func(*http.Response, error)) {
	if !departed.Load() { // a load costs less than a store where many requests go out
		departed.Store(true)
	}
	d := &departure{req: req, start: time.Now(), metrics: m, size: requestSize(req)}
	known, name := httpspan.Method(req.Method)
	address, port := server(req.URL)
	d.target, d.template = [...]attribute.KeyValue{known, address, port}, templateOf(req)
	ctx := context.WithValue(req.Context(), departureKey{}, d)
	d.span = trace.SpanFromContext(context.Background())
	if tracing {
		attrs := clientRequest(req, d.target)
		if d.template.Valid() {
			name, attrs = name+" "+d.template.Value.AsString(), append(attrs, d.template)
		}
		ctx, d.span = tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient),
			trace.WithTimestamp(d.start), trace.WithAttributes(attrs...))
	}
	d.sent = req.WithContext(ctx)
	if tracing {
		d.sent.Header = req.Header.Clone()
		otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(d.sent.Header))
	}
	return d.sent, d.arrived
}

// arrived is called with what RoundTrip returns; with neither a response nor an error
// if it panics, as functions do that the program gave to its transport.
func (d *departure) arrived(res *http.Response, err error) {
	switch {
	case err != nil:
		d.end(telemetry.ErrorType(err), telemetry.ErrorText(err))
		return
	case res == nil:
		d.end(semconv.ErrorTypeKey.String("panic"), "the round trip did not return")
		return
	}
	if res.Request == d.sent {
		res.Request = d.req
	}
	d.answered, d.response = true, [...]attribute.KeyValue{
		semconv.HTTPResponseStatusCode(res.StatusCode),
		httpspan.ProtocolVersion(res.ProtoMajor, res.ProtoMinor),
	}
	if res.StatusCode >= 400 {
		d.failed = semconv.ErrorTypeKey.String(strconv.Itoa(res.StatusCode))
	}
	d.unpacked = res.Uncompressed
	if !wrappable(res.Body) {
		d.end(attribute.KeyValue{}, "")
		return
	}
	res.Body = &responseBody{res.Body, d}
}

// end ends the span and records the metrics, with the same duration, the first time that
// it is called. failed is what the exchange failed with after the header had come, or
// instead of it.
func (d *departure) end(failed attribute.KeyValue, why string) {
	if !d.ended.CompareAndSwap(false, true) {
		return
	}
	end := time.Now()
	if !failed.Valid() {
		failed = d.failed
	}
	attrs := append(make([]attribute.KeyValue, 0, len(d.target)+len(d.response)+2), d.target[:]...)
	if d.answered {
		attrs = append(attrs, d.response[:]...)
	}
	if failed.Valid() {
		attrs = append(attrs, failed)
	}
	d.span.SetAttributes(attrs[len(d.target):]...)
	if d.template.Valid() {
		attrs = append(attrs, d.template)
	}
	if d.metrics != nil {
		read := d.read.Load()
		if !d.answered || d.unpacked {
			read = -1
		}
		d.metrics.Record(d.sent.Context(), attrs, end.Sub(d.start), d.size, read)
	}
	if failed.Valid() {
		d.span.SetStatus(codes.Error, why)
	}
	d.span.End(trace.WithTimestamp(end))
}

// requestSize returns the length of the request's body, or -1 if the program has not said it.
func requestSize(req *http.Request) int64 {
	switch {
	case req.Body == nil || req.Body == http.NoBody:
		return 0
	case req.ContentLength > 0:
		return req.ContentLength
	}
	return -1
}

// wrappable reports whether a responseBody in the place of body does not show: it has the
// methods Read and Close and no others. So it is with all that a transport reads from the
// network, but not with http.NoBody, which programs compare; nor with a connection that has
// switched protocols, or what a RoundTripper of the program's own has returned.
func wrappable(body io.ReadCloser) bool {
	return body != nil && reflect.TypeOf(body).NumMethod() == 2
}

// responseBody is the body of a response while its span is open.
type responseBody struct {
	io.ReadCloser
	departure *departure
}

// Read implements [io.Reader].
func (b *responseBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.departure.read.Add(int64(n))
	switch {
	case err == io.EOF: //nolint:errorlint // a wrapped one is no end to readers
		b.departure.end(attribute.KeyValue{}, "")
	case err != nil:
		b.departure.end(telemetry.ErrorType(err), telemetry.ErrorText(err))
	}
	return n, err
}

// Close implements [io.Closer].
func (b *responseBody) Close() error {
	err := b.ReadCloser.Close()
	b.departure.end(attribute.KeyValue{}, "")
	return err
}

// Cancelable returns the request by which the deprecated CancelRequest finds the one that
// is under way: the program's own, not the copy that is sent. It is a hook on
// (*http.Transport).prepareTransportCancel, which makes the entry.
func Cancelable(req *http.Request) *http.Request {
	if d := departureOf(req.Context()); d != nil && d.sent == req {
		return d.req
	}
	return req
}

// departureOf returns the departure that ctx belongs to, or nil.
func departureOf(ctx context.Context) *departure {
	if !departed.Load() {
		return nil
	}
	d, _ := ctx.Value(departureKey{}).(*departure)
	return d
}
