package hooks

// What was sent, without a wrapper.
//
// The usual way to learn a response's status and size is to wrap the response writer. A
// wrapper shows: MaxBytesReader no longer finds the unexported method by which a
// server closes the connection after a body that is too large, a failing flush has no
// error, and a Write after a ReadFrom writes a second header, which the server logs.
// So handlers are given the server's own writer. Status and size stand in unexported
// fields of it, which reflection may read. Of a writer that has no such fields, of
// another server or a later Go, they are not known.

import (
	"net/http"
	"reflect"
	"sync"

	"github.com/goweaver/weaver/builtin/internal/httpspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// A layout says where the response writers of one type hold what was sent. Each field is
// an index, or what [reflect.Value.FieldByIndex] takes, which follows pointers.
type layout struct {
	state    []int // the pointer to the struct with the others; nil if they are in the writer
	status   int   // an int: the status of the last header but informational ones; 0 before
	size     int   // an int64: the bytes of the body
	header   []int // a bool: the header has left the writer; nil if that is not known
	hijacked []int // a bool: the handler has taken over the connection; nil if it can not
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
	l, t := &layout{}, t.Elem()
	if f, ok := t.FieldByName("rws"); ok && f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct {
		l.state, t = f.Index, f.Type.Elem()
	}
	status, size := field(t, reflect.Int, "status"), field(t, reflect.Int64, "written")
	if size == nil {
		size = field(t, reflect.Int64, "wroteBytes")
	}
	if len(status) != 1 || len(size) != 1 {
		return nil
	}
	l.status, l.size = status[0], size[0]
	if l.header = field(t, reflect.Bool, "sentHeader"); l.header == nil {
		l.header = field(t, reflect.Bool, "cw", "wroteHeader")
	}
	l.hijacked = field(t, reflect.Bool, "conn", "hijackedv")
	return l
}

// field returns the index of the field of that kind that one comes to by the names, or nil.
func field(t reflect.Type, kind reflect.Kind, names ...string) []int {
	var index []int
	for _, name := range names {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil
		}
		f, ok := t.FieldByName(name)
		if !ok {
			return nil
		}
		index, t = append(index, f.Index...), f.Type
	}
	if t.Kind() != kind {
		return nil
	}
	return index
}

// read returns what w has sent for r when its handler ends, in the way that how says. A
// handler that returns without a word sends 200.
func (l *layout) read(w http.ResponseWriter, r *http.Request, how hook.Exit) httpspan.Sent {
	if l == nil {
		return httpspan.Sent{Size: -1}
	}
	v := reflect.ValueOf(w).Elem()
	if l.state != nil {
		v = v.FieldByIndex(l.state)
		if v.IsNil() {
			return httpspan.Sent{Size: -1}
		}
		v = v.Elem()
	}
	s := httpspan.Sent{Status: int(v.Field(l.status).Int()), Size: v.Field(l.size).Int()}
	left := l.header != nil && v.FieldByIndex(l.header).Bool()
	switch {
	case l.hijacked != nil && v.FieldByIndex(l.hijacked).Bool():
		s.Size = -1 // what came of it only the handler knows
	case how != hook.Returned && !left:
		return httpspan.Sent{} // what the writer still had is thrown away
	case how == hook.Returned && s.Status == 0:
		s.Status = http.StatusOK
	}
	if r.Method == http.MethodHead {
		s.Size = 0
	}
	return s
}
