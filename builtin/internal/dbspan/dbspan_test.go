package dbspan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

func texts(attrs []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attrs {
		all[string(a.Key)] = a.Value.String()
	}
	return all
}

func library() *Library {
	return NewLibrary("test", "example.com/test", func(err error) *Failure {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return &Failure{Message: err.Error()}
	})
}

func described(_ *Target, key CallKey) Told { return Statement("", key.Text, "") }

// An address is told by its parts, as far as it has them.
func TestSplitAddress(t *testing.T) {
	for in, want := range map[string]string{
		"db.example:27017": "db.example 27017", "[::1]:9042": "::1 9042", "/run/db.sock": "/run/db.sock 0", "db.example": "db.example 0",
		"db.example:x": "db.example 0", "": " 0",
	} {
		if host, port := SplitAddress(in); fmt.Sprint(host, " ", port) != want {
			t.Errorf("%s: %s %d", in, host, port)
		}
	}
}

// One place has one target, and one key one call, as long as they are remembered.
func TestRemembered(t *testing.T) {
	l := library()
	at := Place{System: "postgresql", Address: "db.example", Port: 5432, Namespace: "shop"}
	first := l.Target(at)
	if l.Target(at) != first || first.Name != "shop" {
		t.Errorf("%+v", first)
	}
	call := first.Call(CallKey{Text: "SELECT a"}, described)
	if first.Call(CallKey{Text: "SELECT a"}, described) != call {
		t.Error("a call is not remembered")
	}
	long := CallKey{Text: strings.Repeat("x", longestRemembered+1)}
	once := first.Call(long, described)
	if first.Call(long, described) == once {
		t.Error("a long one is")
	}
	for i := range remembered + 1 {
		first.Call(CallKey{Text: fmt.Sprint(i)}, described)
	}
	for i := range most + 1 {
		l.Target(Place{System: "postgresql", Port: i})
	}
	if n := len(first.calls); n > remembered {
		t.Errorf("%d calls are remembered", n)
	}
	if n := len(l.targets.known); n > most {
		t.Errorf("%d targets are remembered", n)
	}
}

// A failure has a kind and a message, whatever its error does.
func TestFailed(t *testing.T) {
	l := library()
	var none *odd
	for _, c := range []struct {
		err  error
		how  hook.Exit
		want string
	}{
		{nil, hook.Returned, ""}, {io.EOF, hook.Returned, ""}, {nil, hook.Panicked, "panic"}, {nil, hook.Goexit, "goexit"},
		{fmt.Errorf("wrapped: %w", context.DeadlineExceeded), hook.Returned, "context.DeadlineExceeded"},
		{net.ErrClosed, hook.Returned, "net.ErrClosed"},
		{&net.OpError{Op: "read", Err: timedOut{}}, hook.Returned, "timeout"},
		{none, hook.Returned, "*dbspan.odd"},
	} {
		got := ""
		if f := l.failed(c.err, c.how); f != nil {
			got = f.Kind
		}
		if got != c.want {
			t.Errorf("%v, %v: %q, want %q", c.err, c.how, got, c.want)
		}
	}
}

type timedOut struct{}

func (timedOut) Error() string   { return "i/o timeout" }
func (timedOut) Timeout() bool   { return true }
func (timedOut) Temporary() bool { return true }

type odd struct{ text string }

func (o *odd) Error() string { return o.text }

// An operation has one end, the time at which it began, and the place of what has served it.
func TestOperation(t *testing.T) {
	l, spans := library(), record(t)
	at := Place{System: "cassandra", Namespace: "shop"}
	began := time.Now().Add(-time.Minute)
	ctx, op := l.Start(t.Context(), l.Target(at).Call(CallKey{Text: "SELECT a"}, described), began, attribute.Int("own", 1))
	if ctx == t.Context() || op == nil {
		t.Fatal("it has not started")
	}
	at.Address, at.Port = "db.example", 9042
	op.Served(l.Target(at).Call(CallKey{Text: "SELECT a"}, described))
	op.Returned(3)
	op.End(errors.New("postgres://bob:s3cret@db.example refuses"), hook.Returned)
	op.End(nil, hook.Returned)
	if n := len(spans.Ended()); n != 1 {
		t.Fatalf("%d spans", n)
	}
	s := spans.Ended()[0]
	told := texts(s.Attributes())
	for key, want := range map[string]string{
		"db.system.name": "cassandra", "db.namespace": "shop", "db.query.summary": "SELECT a", "own": "1", "db.response.returned_rows": "3",
		"server.address": "db.example", "server.port": "9042", "error.type": "*errors.errorString",
	} {
		if told[key] != want {
			t.Errorf("%s is %q, want %q", key, told[key], want)
		}
	}
	if !s.StartTime().Equal(began) || s.Name() != "SELECT a" || s.Status().Code != codes.Error || strings.Contains(s.Status().Description, "s3cret") {
		t.Errorf("%s %v %+v", s.Name(), s.StartTime(), s.Status())
	}
	if _, op := l.Start(telemetry.Untraced(t.Context()), l.Target(at).Call(CallKey{}, described), began); op != nil {
		t.Error("telemetry's own work is told of")
	}
	var nobody *Operation
	nobody.Returned(1)
	nobody.Served(nil)
	nobody.Set()
	nobody.End(nil, hook.Returned)
}

type holder struct {
	name   string
	weaver any
}

type bare struct{ name string }

// What is known of a value is kept in its field, or aside where it has none.
func TestField(t *testing.T) {
	with, without := NewField[holder, int](), NewField[bare, int]()
	h, b, n, m := &holder{name: "a"}, &bare{"a"}, 1, 2
	with.Set(h, &n)
	without.Set(b, &n)
	if with.Load(h) != &n || h.weaver != any(&n) || without.Load(b) != &n || without.Add(b, &m) != &n {
		t.Error("it is not kept")
	}
	if with.Load(&holder{}) != nil || without.Load(nil) != nil {
		t.Error("what is not known is")
	}
	if got := MemberOf[holder, string]("nosuch", "name").Of(h); got == nil || *got != "a" {
		t.Error("a field is not found")
	}
	if MemberOf[holder, int]("name").Of(h) != nil || MemberOf[holder, string]("name").Of(nil) != nil {
		t.Error("a field of another type is")
	}
}
