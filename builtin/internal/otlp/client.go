package otlp

// One client for each signal: it sends a message, again where that is of use, and makes an
// error of what a collector did not take.

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// How long an export goes on: the first wait after a failure, what each further one is
// multiplied by, the longest wait, and all attempts together. They are those of
// OpenTelemetry's own exporters for Go.
const (
	firstWait  = 5 * time.Second
	waitFactor = 1.5
	longest    = 30 * time.Second
	inAll      = time.Minute
)

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 4 << 20

// errShutdown is the cause of exports that end with their exporter.
var errShutdown = errors.New("the exporter is shut down")

// A client sends the messages of one signal. Several goroutines may use it at once.
type client struct {
	*config
	http  *http.Client
	zip   sync.Pool // of *gzip.Writer
	haste *Haste
	done  context.Context
	close context.CancelCauseFunc
}

func newClient(s signal, getenv func(string) string, haste *Haste) (*client, error) {
	conf, err := newConfig(s, getenv)
	if err != nil {
		return nil, err
	}
	c := &client{config: conf, haste: haste}
	c.done, c.close = context.WithCancelCause(context.Background())
	c.http = &http.Client{Transport: conf.transport(), Timeout: conf.timeout}
	return c, nil
}

// transport returns a transport of the exporter's own: http.DefaultTransport is the
// program's, which may have put anything there.
func (c *config) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		TLSClientConfig:     c.tls,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     90 * time.Second,
	}
	if c.socket != "" {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", c.socket)
		}
	}
	if c.grpc {
		c.onlyHTTP2(t)
	}
	return t
}

// Shutdown ends the exports that are under way and has those to come fail. The SDK has
// exported what there is before it calls it.
func (c *client) Shutdown(context.Context) error {
	c.close(errShutdown)
	c.http.CloseIdleConnections()
	return nil
}

// ForceFlush has nothing to do: an export returns when it is over.
func (c *client) ForceFlush(context.Context) error { return nil }

// A failure is an attempt that another one may make good.
type failure struct {
	error
	after time.Duration // what the collector asks for, 0 for nothing
}

func (f *failure) Unwrap() error { return f.error }

// send delivers a message. It gives up with ctx, when the exporter is shut down, where the
// collector would still be asked to take it a minute from now, and in haste after the first
// attempt.
func (c *client) send(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithCancelCause(telemetry.Untraced(ctx))
	defer cancel(nil)
	defer context.AfterFunc(c.done, func() { cancel(context.Cause(c.done)) })()
	if c.done.Err() != nil {
		return c.failed(errShutdown)
	}
	body, err := c.body(message)
	if err != nil {
		return c.failed(err)
	}
	start, pause := time.Now(), firstWait
	for {
		err := c.attempt(ctx, body)
		var f *failure
		if err == nil || ctx.Err() != nil || !errors.As(err, &f) {
			return c.failed(joined(err, context.Cause(ctx)))
		}
		// Half of it to half more, so that not all programs come back at once.
		delay := max(f.after, time.Duration(float64(pause)*(0.5+rand.Float64())))
		if time.Since(start)+delay > inAll {
			return c.failed(fmt.Errorf("given up after %v: %w", time.Since(start).Round(time.Second), err))
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < delay || !c.haste.wait(ctx, delay) {
			return c.failed(joined(err, context.Cause(ctx)))
		}
		pause = min(time.Duration(float64(pause)*waitFactor), longest)
	}
}

// attempt sends the body once.
func (c *client) attempt(ctx context.Context, body []byte) error {
	if c.grpc {
		return c.call(ctx, body)
	}
	return c.post(ctx, body)
}

// failed says of which signal err is.
func (c *client) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("export of %s to %s: %w", c.name, c.endpoint.Redacted(), err)
}

// body returns the body of the requests that carry a message.
func (c *client) body(message []byte) ([]byte, error) {
	payload := message
	if c.gzip {
		var b bytes.Buffer
		z, ok := c.zip.Get().(*gzip.Writer)
		if !ok {
			z = gzip.NewWriter(&b)
		}
		z.Reset(&b)
		_, err := z.Write(message)
		if err = joined(err, z.Close()); err != nil {
			return nil, err
		}
		z.Reset(io.Discard)
		c.zip.Put(z)
		payload = b.Bytes()
	}
	if c.grpc {
		return frame(payload, c.gzip)
	}
	return payload, nil
}

// header returns the header of a request with what both protocols have in it.
func (c *client) header(contentType string) http.Header {
	h := c.headers.Clone()
	if h.Get("User-Agent") == "" {
		h.Set("User-Agent", "OTel-OTLP-Exporter-Go/weaver")
	}
	h.Set("Content-Type", contentType)
	return h
}

// partial returns what the message that answers an export says about it: the collector may
// have taken a part alone, and must not be asked again for the rest.
func (s signal) partial(answer []byte) error {
	var rejected uint64
	var text string
	err := fields(answer, func(field int, _ uint64, success []byte) {
		if field != 1 {
			return
		}
		_ = fields(success, func(field int, n uint64, content []byte) {
			switch field {
			case 1:
				rejected = n
			case 2:
				text = string(content)
			}
		})
	})
	switch {
	case err != nil:
		return err
	case rejected == 0 && text == "":
		return nil
	}
	if text == "" {
		text = "no reason given"
	}
	return fmt.Errorf("partial success: %d %s rejected: %s", int64(rejected), s.items, text)
}

// joined returns both errors as one, or the one that there is.
func joined(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil || errors.Is(a, b):
		return a
	}
	return errors.Join(a, b)
}
