package otlp

// OTLP over HTTP. Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const protobufType = "application/x-protobuf"

// post sends the body as one request.
func (c *client) post(ctx context.Context, body []byte) error {
	h := c.header(protobufType)
	if c.gzip {
		h.Set("Content-Encoding", "gzip")
	}
	resp, answer, err := c.do(ctx, h, bytes.NewReader(body))
	switch {
	case err != nil:
		return err
	case resp.StatusCode/100 == 2:
		if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != protobufType {
			return nil
		}
		return c.partial(answer)
	}
	err = fmt.Errorf("%s%s", resp.Status, reason(resp, answer))
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &failure{err, retryAfter(resp.Header.Get("Retry-After"))}
	}
	return err
}

// do sends a request and reads its answer. What keeps it from being sent or answered may be
// over at the next attempt.
func (c *client) do(ctx context.Context, h http.Header, body *bytes.Reader) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.String(), body)
	if err != nil {
		return nil, nil, err
	}
	req.Header = h
	resp, err := c.http.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // failed has the URL already
			err = wrapped.Err
		}
		return nil, nil, &failure{error: err}
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, nil, &failure{error: err}
	case len(answer) > maxAnswer:
		return nil, nil, fmt.Errorf("%s, with an answer of more than %d bytes", resp.Status, maxAnswer)
	}
	return resp, answer, nil
}

// reason returns what a refusal says: of a google.rpc.Status its message, of text its
// beginning.
func reason(resp *http.Response, answer []byte) string {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	text := string(answer)
	if kind == protobufType {
		text = ""
		_ = fields(answer, func(field int, _ uint64, content []byte) {
			if field == 2 {
				text = string(content)
			}
		})
	}
	const most = 1000
	if text = strings.TrimSpace(text); len(text) > most {
		text = text[:most] + "…"
	}
	if text == "" {
		return ""
	}
	return ": " + text
}

// retryAfter returns the wait that a Retry-After header asks for, in seconds or until a
// date; 0 for none.
func retryAfter(value string) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}
