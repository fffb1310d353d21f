package hooks

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A departure is one request on its way.
type departure struct {
	req     *fasthttp.Request
	before  any // what the request kept
	ctx     context.Context
	start   time.Time
	span    trace.Span // no-op without a tracer provider
	metrics *httpspan.Histograms
	target  [3]attribute.KeyValue // method and server
	header  []field               // of the request, as they were
	copied  bool                  // what is sent is a copy, and req does not show its size

	// Of the response.
	status  int // 0 if there is none, or nobody has it
	version attribute.KeyValue
	read    int64 // bytes of its body; -1 if it is not known
}

// A field is one of a header, or with nil none of that name.
type field struct {
	name  string
	value []byte
}

// Exchange implements [httpspan.Holder]: a request that is served may be sent on.
func (d *departure) Exchange() *httpspan.Exchange { return httpspan.Held(d.before) }

// Do opens a client span around one request of a HostClient, with all attempts that it takes.
// While it is sent the request has the trace in its header.
func Do(req *fasthttp.Request) func(error, hook.Exit) {
	d := depart(req)
	if d == nil {
		return nil
	}
	return d.end
}

// Attempt is for what a HostClient does to send a request once: the response is at hand here,
// also where the program does not want it.
func Attempt(req *fasthttp.Request, resp *fasthttp.Response) func(error) {
	if req == nil || resp == nil {
		return nil
	}
	d, ok := requests.Load(req).(*departure)
	if !ok {
		return nil
	}
	return func(err error) {
		if err == nil {
			d.arrived(resp)
		}
	}
}

// Pipeline is Do for a PipelineClient.
func Pipeline(req *fasthttp.Request, resp *fasthttp.Response) func(error, hook.Exit) {
	d := depart(req)
	if d == nil {
		return nil
	}
	return func(err error, how hook.Exit) {
		if err == nil && how == hook.Returned && resp != nil {
			d.arrived(resp)
		}
		d.end(err, how)
	}
}

// PipelineCopy is Pipeline where there is a deadline: the library sends a copy of the request,
// which it makes when the hook is done.
func PipelineCopy(req *fasthttp.Request, resp *fasthttp.Response) func(error, hook.Exit) {
	end := Pipeline(req, resp)
	if end != nil {
		requests.Load(req).(*departure).copied = true
	}
	return end
}

// depart starts to tell of req. It returns nil where nobody wants to know, or somebody else
// tells: the program, or the client whose transport this one is.
func depart(req *fasthttp.Request) *departure {
	if !on || req == nil {
		return nil
	}
	_, tracing := telemetry.TracerProvider()
	m := clientMetrics.Current()
	if !tracing && m == nil {
		return nil
	}
	before := requests.Load(req)
	if _, nested := before.(*departure); nested {
		return nil
	}
	origin := originOf(before)
	if telemetry.IsUntraced(origin.Context) || tracing && propagates(req, origin.Remote) {
		return nil
	}
	uri := req.URI()
	if uri == nil {
		return nil
	}
	d := &departure{req: req, before: before, ctx: origin.Context, start: time.Now(), metrics: m, read: -1}
	method, scheme, host := string(req.Header.Method()), string(uri.Scheme()), string(uri.Host())
	known, name := httpspan.Method(method)
	address, port := httpspan.SplitHostPort(host)
	if port == 0 {
		port = 80
		if scheme == "https" {
			port = 443
		}
	}
	d.target = [...]attribute.KeyValue{known, semconv.ServerAddress(telemetry.Text(address)), semconv.ServerPort(port)}
	d.span = trace.SpanFromContext(context.Background())
	if tracing {
		attrs := append(make([]attribute.KeyValue, 0, len(d.target)+2), d.target[:]...)
		attrs = append(attrs, semconv.URLFull(scheme+"://"+host+redacted(string(uri.RequestURI()))))
		if known == semconv.HTTPRequestMethodOther {
			attrs = append(attrs, semconv.HTTPRequestMethodOriginal(method))
		}
		d.ctx, d.span = tracer.Start(d.ctx, name, trace.WithSpanKind(trace.SpanKindClient),
			trace.WithTimestamp(d.start), trace.WithAttributes(telemetry.Attributes(attrs)...))
		otel.GetTextMapPropagator().Inject(d.ctx, departing{carrier{&req.Header}, d})
	}
	requests.Store(req, d)
	return d
}

// redacted returns the path and query without what must not be told of it.
func redacted(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return target
	}
	return path + "?" + httpspan.Redacted(query)
}

// originOf returns where a request comes from, by what it keeps.
func originOf(kept any) httpspan.Origin {
	switch kept := kept.(type) {
	case *arrival:
		if x := &kept.exchange; !x.Yielded() {
			return httpspan.Origin{Context: x.Context(), Remote: kept.remote}
		}
	case *httpspan.Origin:
		return *kept
	}
	return httpspan.Origin{Context: context.Background()}
}

// propagates reports whether the program has written a trace into the header of req itself:
// one that did not come with the request that it was made of.
func propagates(req *fasthttp.Request, remote trace.SpanContext) bool {
	said := trace.SpanContextFromContext(otel.GetTextMapPropagator().Extract(context.Background(), carrier{&req.Header}))
	return said.IsValid() && (said.TraceID() != remote.TraceID() || said.SpanID() != remote.SpanID())
}

// departing is the header of a request while it is sent.
type departing struct {
	carrier
	departure *departure
}

// Set implements [go.opentelemetry.io/otel/propagation.TextMapCarrier]. A field that came with
// the request is changed, in whatever way its name is written.
func (c departing) Set(key, value string) {
	f := field{name: key}
	had := c.header.Peek(key)
	if had == nil {
		if name := http.CanonicalHeaderKey(key); c.header.Peek(name) != nil {
			f.name, had = name, c.header.Peek(name)
		}
	}
	if had != nil {
		f.value = append([]byte{}, had...)
	}
	c.departure.header = append(c.departure.header, f)
	c.header.Set(f.name, value)
}

// restore gives the request back as it was.
func (d *departure) restore() {
	for i := len(d.header) - 1; i >= 0; i-- {
		if f := d.header[i]; f.value == nil {
			d.req.Header.Del(f.name)
		} else {
			d.req.Header.SetBytesV(f.name, f.value)
		}
	}
	requests.Store(d.req, d.before)
}

// arrived notes what the response says.
func (d *departure) arrived(resp *fasthttp.Response) {
	d.status, d.version, d.read = resp.StatusCode(), version(resp.Header.Protocol()), received(resp)
	switch {
	case d.req.Header.IsHead():
		d.read = 0
	case resp.SkipBody:
		d.read = -1 // the program does not want it
	}
}

// end ends the span and records the metrics, with the same duration.
func (d *departure) end(err error, how hook.Exit) {
	end, size := time.Now(), int64(-1)
	if !d.copied && d.status != 0 {
		size = max(size, int64(d.req.Header.ContentLength())) // as the library has set it
	}
	d.restore()
	attrs := append(make([]attribute.KeyValue, 0, len(d.target)+3), d.target[:]...)
	if d.status != 0 {
		attrs = append(attrs, semconv.HTTPResponseStatusCode(d.status), d.version)
	}
	failed, why := failure(err, how, d.status)
	if failed.Valid() {
		attrs = append(attrs, failed)
		d.span.SetStatus(codes.Error, why)
	}
	d.span.SetAttributes(attrs[len(d.target):]...)
	if d.metrics != nil {
		d.metrics.Record(d.ctx, attrs, end.Sub(d.start), size, d.read)
	}
	d.span.End(trace.WithTimestamp(end))
}

// failure returns the attribute error.type and a text, or one without a key where there is
// no error.
func failure(err error, how hook.Exit, status int) (attribute.KeyValue, string) {
	switch {
	case how == hook.Panicked:
		return semconv.ErrorTypeKey.String("panic"), "the request was not sent: panicked"
	case how != hook.Returned:
		return semconv.ErrorTypeKey.String(how.String()), "the request was not sent: " + how.String()
	case err != nil:
		return errorType(err), telemetry.ErrorText(err)
	case status >= 400:
		return semconv.ErrorTypeKey.String(strconv.Itoa(status)), ""
	}
	return attribute.KeyValue{}, ""
}

// errorType returns the attribute error.type, which for an error of the library's that is one
// of its variables is the name of that.
func errorType(err error) attribute.KeyValue {
	for _, e := range [...]struct {
		err  error
		name string
	}{
		{fasthttp.ErrTimeout, "ErrTimeout"},
		{fasthttp.ErrDialTimeout, "ErrDialTimeout"},
		{fasthttp.ErrTLSHandshakeTimeout, "ErrTLSHandshakeTimeout"},
		{fasthttp.ErrNoFreeConns, "ErrNoFreeConns"},
		{fasthttp.ErrConnectionClosed, "ErrConnectionClosed"},
		{fasthttp.ErrBodyTooLarge, "ErrBodyTooLarge"},
		{fasthttp.ErrPipelineOverflow, "ErrPipelineOverflow"},
		{fasthttp.ErrHostClientRedirectToDifferentScheme, "ErrHostClientRedirectToDifferentScheme"},
	} {
		if errors.Is(err, e.err) {
			return semconv.ErrorTypeKey.String("github.com/valyala/fasthttp." + e.name)
		}
	}
	return telemetry.ErrorType(err)
}
