package hooks

// What was sent, without a wrapper.
//
// otelhttp learns a response's status and size by wrapping the response writer. A
// wrapper shows: MaxBytesReader no longer finds the unexported method by which a
// server closes the connection after a body that is too large, a failing flush has no
// error, and a Write after a ReadFrom writes a second header, which the server logs.
// So handlers are given the server's own writer, and otelhttp one that leads nowhere
// and is told the status at the end. Status and size stand in unexported fields of the
// server's writer, which reflection may read. A writer that has no such fields, of
// another server or a later Go, is wrapped after all.

import (
	"net/http"
	"reflect"
	"sync"
)

// A layout says where the response writers of one type hold what was sent.
type layout struct {
	state  int // the field that points to the struct with the others; -1 if they are in the writer
	status int // an int: the status of the header that was sent, informational ones aside; 0 before
	size   int // an int64: the bytes of the body
}

// layouts holds a *layout, maybe nil, for each type of response writer that was seen:
// at most one for each version of HTTP. It is package-level since a hook has no
// receiver that could keep it.
var layouts sync.Map

// sentBy returns the layout of w, or nil if it has none that is known.
func sentBy(w http.ResponseWriter) *layout {
	t := reflect.TypeOf(w)
	l, ok := layouts.Load(t)
	if !ok {
		l, _ = layouts.LoadOrStore(t, newLayout(t))
	}
	return l.(*layout)
}

// newLayout knows the writers of net/http for HTTP/1 (response in server.go) and
// HTTP/2 (responseWriter and responseWriterState in h2_bundle.go, the same in
// golang.org/x/net/http2), as of Go 1.25 and 1.26.
func newLayout(t reflect.Type) *layout {
	if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return nil
	}
	switch t.Elem().PkgPath() {
	case "net/http", "net/http/internal/http2", "golang.org/x/net/http2":
	default:
		return nil
	}
	l, t := &layout{state: -1}, t.Elem()
	if f, ok := t.FieldByName("rws"); ok && f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct {
		l.state, t = f.Index[0], f.Type.Elem()
	}
	status, ok := t.FieldByName("status")
	if !ok || status.Type.Kind() != reflect.Int || len(status.Index) != 1 {
		return nil
	}
	size, ok := t.FieldByName("written")
	if !ok {
		size, ok = t.FieldByName("wroteBytes")
	}
	if !ok || size.Type.Kind() != reflect.Int64 || len(size.Index) != 1 {
		return nil
	}
	l.status, l.size = status.Index[0], size.Index[0]
	return l
}

// read returns the status and the size of the body that w has sent so far. The status
// is 0 if there is no header yet.
func (l *layout) read(w http.ResponseWriter) (status, size int) {
	v := reflect.ValueOf(w).Elem()
	if l.state >= 0 {
		v = v.Field(l.state)
		if v.IsNil() {
			return 0, 0
		}
		v = v.Elem()
	}
	return int(v.Field(l.status).Int()), int(v.Field(l.size).Int())
}

// nowhere is a response writer that sends nothing.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}
