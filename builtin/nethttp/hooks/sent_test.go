package hooks

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

// The handler gets the server's own response writer and request body, and the span and
// the metrics the status and the size of what was sent.
func TestResponseWriter(t *testing.T) {
	for _, tls := range []bool{false, true} {
		var got []reflect.Type
		s := serving(t, tls, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = append(got, reflect.TypeOf(w), reflect.TypeOf(r.Body))
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "short and ")
			_, _ = io.Copy(w, strings.NewReader("stout"))
		}))
		send := func() *http.Response {
			res, _ := do(t, s.Client(), "POST", s.URL, nil, strings.NewReader("tea?"))
			return res
		}
		send()
		recorder, reader := record(t), measure(t)
		res := send()
		if got[0] != got[2] || got[1] != got[3] {
			t.Errorf("%s: the types are %v", res.Proto, got)
		}
		span := ended(t, recorder, 1)[0]
		status, size := value(span, "http.response.status_code"), value(span, "http.response.body.size")
		if status != "418" || size != "15" {
			t.Errorf("%s: the span has the status %s and the size %s", res.Proto, status, size)
		}
		measured := points(t, reader)
		if p := measured["http.server.response.body.size"]; len(p) != 1 || p[0].sum != 15 {
			t.Errorf("%s: responses measured: %+v", res.Proto, p)
		}
		if p := measured["http.server.request.body.size"]; len(p) != 1 || p[0].sum != 4 {
			t.Errorf("%s: requests measured: %+v", res.Proto, p)
		}
	}
}

// Where a writer's fields are not known status and size are left out, of whatever kind
// the writer is.
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
		Serve(w, httptest.NewRequest("GET", "/", nil))(hook.Returned, hook.Panic{})
		span := ended(t, recorder, 1)[0]
		if got := value(span, "http.response.status_code") + value(span, "http.response.body.size"); got != "" {
			t.Errorf("%T: the span has the status and the size %s", w, got)
		}
	}
}

// What is told of a response that is not a matter of WriteHeader and Write.
func TestSent(t *testing.T) {
	for _, c := range []struct {
		claim, method string
		handler       http.HandlerFunc
		status, size  string
	}{
		{"a handler that sends nothing sends 200", "GET", func(http.ResponseWriter, *http.Request) {}, "200", ""},
		{"of the answer to HEAD no body is sent", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "content")
		}, "200", ""},
		{"what is written to a connection that was taken over is not known", "GET", takenOver, "", ""},
		{"but what the server has sent before", "GET", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusSwitchingProtocols)
			takenOver(w, r)
		}, "101", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			recorder := record(t)
			s := serving(t, false, c.handler)
			req, err := http.NewRequestWithContext(t.Context(), c.method, s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if res, err := s.Client().Do(req); err == nil {
				_ = res.Body.Close()
			}
			span := ended(t, recorder, 1)[0]
			status, size := value(span, "http.response.status_code"), value(span, "http.response.body.size")
			if status != c.status || size != c.size {
				t.Errorf("the span has the status %q and the size %q", status, size)
			}
		})
	}
}

// takenOver is a handler that takes over its connection, and closes it.
func takenOver(w http.ResponseWriter, _ *http.Request) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = c.Close()
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
