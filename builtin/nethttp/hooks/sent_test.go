package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The handler gets the server's own response writer, and the span the status and the
// size of what was sent.
func TestResponseWriter(t *testing.T) {
	for _, tls := range []bool{false, true} {
		var writers []reflect.Type
		s := serving(t, tls, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			writers = append(writers, reflect.TypeOf(w))
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "short and ")
			_, _ = io.Copy(w, strings.NewReader("stout"))
		}))
		get(t, s.Client(), s.URL)
		recorder := record(t)
		res, _ := get(t, s.Client(), s.URL)
		if writers[0] != writers[1] {
			t.Errorf("%s: the writer is a %v, without a span a %v", res.Proto, writers[1], writers[0])
		}
		span := ended(t, recorder, 1)[0]
		status, size := value(span, "http.response.status_code"), value(span, "http.response.body.size")
		if status != "418" || size != "15" {
			t.Errorf("%s: the span has the status %s and the size %s", res.Proto, status, size)
		}
	}
}

// Where a writer's fields are not known otelhttp's wrapper tells the status, of
// whatever kind the writer is.
func TestUnknownResponseWriter(t *testing.T) {
	type response struct { // like net/http's own
		http.ResponseWriter
		status  int
		written int64
	}
	for _, w := range []http.ResponseWriter{
		httptest.NewRecorder(),
		response{httptest.NewRecorder(), 500, 500},
		&response{httptest.NewRecorder(), 500, 500},
	} {
		recorder := record(t)
		Serve(w, httptest.NewRequest("GET", "/", nil), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "short")
		})
		span := ended(t, recorder, 1)[0]
		status, size := value(span, "http.response.status_code"), value(span, "http.response.body.size")
		if status != "418" || size != "5" {
			t.Errorf("%T: the span has the status %s and the size %s", w, status, size)
		}
	}
}

// A handler that sends nothing sends 200.
func TestNothingSent(t *testing.T) {
	recorder := record(t)
	s := serving(t, false, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	get(t, s.Client(), s.URL)
	span := ended(t, recorder, 1)[0]
	if got := fmt.Sprint(value(span, "http.response.status_code"), value(span, "http.response.body.size")); got != "200" {
		t.Errorf("the status and size are %s", got)
	}
}

// What a handler does with its writer and request has the effect on the server and
// the client that it has without a span.
func TestHandlersAsPlain(t *testing.T) {
	for _, c := range []struct {
		claim  string
		method string
		body   string
		check  func(t *testing.T, w http.ResponseWriter, r *http.Request) string
		want   func(*http.Response, string) bool
	}{
		{
			"a body that is too large closes the connection", "POST", strings.Repeat("x", 100),
			func(_ *testing.T, w http.ResponseWriter, r *http.Request) string {
				_, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10))
				return err.Error()
			},
			func(res *http.Response, body string) bool {
				return res.Close && body == "http: request body too large"
			},
		}, {
			"a response controller reaches the connection", "GET", "",
			func(_ *testing.T, w http.ResponseWriter, _ *http.Request) string {
				c := http.NewResponseController(w)
				if err := errors.Join(c.EnableFullDuplex(), c.Flush()); err != nil {
					return err.Error()
				}
				return "flushed"
			},
			func(res *http.Response, body string) bool {
				return res.TransferEncoding != nil && body == "flushed"
			},
		}, {
			"a write after a copy writes no second header", "GET", "",
			func(_ *testing.T, w http.ResponseWriter, _ *http.Request) string {
				_, err := io.Copy(w, strings.NewReader("content"))
				if err != nil {
					return err.Error()
				}
				return "s"
			},
			func(_ *http.Response, body string) bool { return body == "contents" },
		},
	} {
		t.Run(c.claim, func(t *testing.T) {
			s := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, c.check(t, w, r))
			}))
			try := func(how string) {
				req, err := http.NewRequestWithContext(t.Context(), c.method, s.URL, strings.NewReader(c.body))
				if err != nil {
					t.Fatal(err)
				}
				res, err := s.Client().Do(req)
				if err != nil {
					t.Fatal(err)
				}
				if body := read(t, res); !c.want(res, body) {
					t.Errorf("%s: %q, %+v", how, body, res)
				}
			}
			try("without a span")
			recorder := record(t)
			try("with a span")
			ended(t, recorder, 1)
		})
	}
}

// A flush to a client that has gone is an error for a response controller.
func TestFlushError(t *testing.T) {
	record(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s := serving(t, false, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		cancel()
		<-r.Context().Done()
		var err error
		for range 100 { // until the kernel knows too
			_, _ = io.WriteString(w, strings.Repeat("x", 4096))
			if err = c.Flush(); err != nil {
				break
			}
		}
		done <- err
	}))
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client().Do(req); err == nil {
		t.Fatal("the request was not cancelled")
	}
	if err := <-done; err == nil {
		t.Error("flushing to nobody succeeds")
	}
}

// The server removes the temporary files of a form that the handler has parsed.
func TestFormFilesAreRemoved(t *testing.T) {
	record(t)
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	files := func() int {
		m, err := filepath.Glob(filepath.Join(dir, "multipart-*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(m)
	}
	if os.TempDir() != dir {
		t.Skip("the system's temporary folder is not set by TMPDIR")
	}
	held := 0
	s := serving(t, false, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(0); err != nil {
			t.Error(err)
		}
		held = files()
	}))
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	f, err := w.CreateFormFile("file", "big")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(make([]byte, 11<<20)) // more than ParseMultipartForm keeps in memory at least
	_ = w.Close()
	res, err := s.Client().Post(s.URL, w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	read(t, res)
	s.Close() // waits for the connection to be served to the end
	if held != 1 || files() != 0 {
		t.Errorf("%d files while the handler ran, %d after it", held, files())
	}
}
