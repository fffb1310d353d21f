package otlp

// OTLP over gRPC. An export is a unary call: a request over HTTP/2 whose body is the
// message with five bytes in front, and whose outcome stands in the trailer. Sources:
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and
// https://opentelemetry.io/docs/specs/otlp/#otlpgrpc

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Codes of gRPC's, as far as they are told apart.
const (
	codeOK                = 0
	codeCanceled          = 1
	codeDeadlineExceeded  = 4
	codeResourceExhausted = 8
	codeAborted           = 10
	codeOutOfRange        = 11
	codeUnavailable       = 14
	codeDataLoss          = 15
)

// codeNames are the names of all codes, by number.
func codeNames() []string {
	return []string{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
		"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
		"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}
}

// prefix is the size in bytes of what is in front of a message: a flag and the length.
const prefix = 5

// onlyHTTP2 has t speak HTTP/2 and nothing else, without TLS too. A connection on which nothing
// comes for a while is tried by a ping: a collector that has gone without a word is not waited
// for by each export anew.
func (c *config) onlyHTTP2(t *http.Transport) {
	t.Protocols = new(http.Protocols)
	if c.endpoint.Scheme == "http" {
		t.Protocols.SetUnencryptedHTTP2(true)
		t.Proxy = nil // one for plain HTTP speaks HTTP/1
	} else {
		t.Protocols.SetHTTP2(true)
	}
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 5 * time.Second}
}

// frame puts the prefix in front of a message.
func frame(message []byte, compressed bool) ([]byte, error) {
	if len(message) > math.MaxUint32 {
		return nil, fmt.Errorf("a message of %d bytes is too large", len(message))
	}
	b := make([]byte, prefix, prefix+len(message))
	b[0] = byte(bit(compressed))
	binary.BigEndian.PutUint32(b[1:], uint32(len(message)))
	return append(b, message...), nil
}

// call sends the body as one call.
func (c *client) call(ctx context.Context, body []byte) error {
	h := c.header("application/grpc")
	h.Set("TE", "trailers")
	if c.gzip {
		h.Set("Grpc-Encoding", "gzip")
	}
	if c.timeout > 0 {
		const most = 99_999_999 // has eight digits, which are the most that there may be
		h.Set("Grpc-Timeout", strconv.FormatInt(min(c.timeout.Milliseconds(), most), 10)+"m")
	}
	resp, answer, err := c.do(ctx, h, bytes.NewReader(body))
	if err != nil {
		return err
	}
	outcome := resp.Trailer
	if outcome.Get("Grpc-Status") == "" {
		outcome = resp.Header // of an answer that is nothing else
	}
	code, err := strconv.Atoi(outcome.Get("Grpc-Status"))
	switch {
	case err != nil:
		return notGRPC(resp, answer)
	case code == codeOK:
		return c.reply(answer)
	}
	return refused(code, outcome)
}

// reply reads the message of a call that was taken.
func (c *client) reply(answer []byte) error {
	if len(answer) < prefix || uint64(binary.BigEndian.Uint32(answer[1:])) != uint64(len(answer)-prefix) {
		return errCut
	}
	if answer[0] != 0 {
		return errors.New("the answer is compressed, which it was not asked to be")
	}
	return c.partial(answer[prefix:])
}

// notGRPC makes an error of an answer that a proxy or another server has given. Which ones
// are worth another attempt is gRPC's own mapping of HTTP's codes.
func notGRPC(resp *http.Response, answer []byte) error {
	err := fmt.Errorf("no gRPC answer but %s%s", resp.Status, reason(resp, answer))
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &failure{err, retryAfter(resp.Header.Get("Retry-After"))}
	}
	return err
}

// refused makes an error of a call that was not taken.
func refused(code int, outcome http.Header) error {
	name := strconv.Itoa(code)
	if names := codeNames(); code > 0 && code < len(names) {
		name = names[code]
	}
	err := errors.New(name)
	if text, bad := url.PathUnescape(outcome.Get("Grpc-Message")); bad == nil && text != "" {
		err = fmt.Errorf("%s: %s", name, text)
	}
	after, asked := retryInfo(outcome.Get("Grpc-Status-Details-Bin"))
	switch code {
	case codeCanceled, codeDeadlineExceeded, codeAborted, codeOutOfRange, codeUnavailable, codeDataLoss:
		return &failure{err, after}
	case codeResourceExhausted: // it recovers only if it says so
		if asked {
			return &failure{err, after}
		}
	}
	return err
}

// retryInfo returns the wait that the details of a status ask for, and whether they do. They
// are a google.rpc.Status in base64, with a google.rpc.RetryInfo among its details.
func retryInfo(details string) (after time.Duration, asked bool) {
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(details, "="))
	if err != nil {
		return 0, false
	}
	_ = fields(data, func(field int, _ uint64, detail []byte) {
		if field != 3 {
			return
		}
		var kind string
		var value []byte
		_ = fields(detail, func(field int, _ uint64, content []byte) {
			switch field {
			case 1:
				kind = string(content)
			case 2:
				value = content
			}
		})
		if strings.HasSuffix(kind, "/google.rpc.RetryInfo") {
			asked = true
			_ = fields(value, func(field int, _ uint64, delay []byte) {
				if field == 1 {
					after = duration(delay)
				}
			})
		}
	})
	return after, asked
}

// duration reads a google.protobuf.Duration, with what makes no sense as none.
func duration(message []byte) time.Duration {
	var seconds, nanos int64
	_ = fields(message, func(field int, n uint64, _ []byte) {
		switch field {
		case 1:
			seconds = int64(n)
		case 2:
			nanos = int64(int32(n))
		}
	})
	const most = math.MaxInt64 / int64(time.Second)
	if seconds < 0 || nanos < 0 || seconds >= most {
		return max(0, time.Duration(min(seconds, most))*time.Second)
	}
	return time.Duration(seconds)*time.Second + time.Duration(nanos)
}
