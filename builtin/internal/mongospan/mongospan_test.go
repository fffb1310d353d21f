package mongospan

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/goweaver/weaver/builtin/internal/dbspan"
	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// doc returns a BSON document of those elements.
func doc(elements ...[]byte) []byte {
	d := make([]byte, 4)
	for _, e := range elements {
		d = append(d, e...)
	}
	d = append(d, 0)
	binary.LittleEndian.PutUint32(d, uint32(len(d)))
	return d
}

func str(key, value string) []byte {
	e := append(append([]byte{bsonString}, key...), 0)
	e = binary.LittleEndian.AppendUint32(e, uint32(len(value)+1))
	return append(append(e, value...), 0)
}

func int64Of(key string) []byte {
	return append(append(append([]byte{bsonInt64}, key...), 0), make([]byte, 8)...)
}

func embedded(key string, d []byte) []byte { return append(append(append([]byte{3}, key...), 0), d...) }

// message returns the command as OP_MSG, with the documents that it brings along.
func message(command []byte, documents ...[]byte) []byte {
	m := append(make([]byte, headerSize+4), 0)
	binary.LittleEndian.PutUint32(m[12:], opMessage)
	m = append(m, command...)
	if len(documents) > 0 {
		section := append([]byte("documents"), 0)
		for _, d := range documents {
			section = append(section, d...)
		}
		m = append(m, 1)
		m = binary.LittleEndian.AppendUint32(m, uint32(len(section)+4))
		m = append(m, section...)
	}
	return m
}

// query returns the command as OP_QUERY.
func query(command []byte) []byte {
	m := make([]byte, headerSize+4)
	binary.LittleEndian.PutUint32(m[12:], opQuery)
	m = append(append(m, "shop.$cmd"...), 0)
	return append(append(m, make([]byte, 8)...), command...)
}

// A command is told by its name and its collection, and neither by values nor by what is none.
func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		message []byte
		want    command
	}{
		"find":         {message(doc(str("find", "orders"), str("$db", "shop"))), command{"find", "orders", 0}},
		"insert":       {message(doc(str("insert", "orders")), doc(str("a", "s3cret")), doc(), doc()), command{"insert", "orders", 3}},
		"getMore":      {message(doc(int64Of("getMore"), str("collection", "orders"))), command{"getMore", "orders", 0}},
		"ping":         {message(doc(int64Of("ping"))), command{"ping", "", 0}},
		"a user":       {message(doc(str("createUser", "s3cret"))), command{"createUser", "", 0}},
		"no name":      {message(doc(str("s3cret or so", "s3cret"))), command{}},
		"empty":        {message(doc()), command{}},
		"old":          {query(doc(str("find", "orders"))), command{"find", "orders", 0}},
		"old, wrapped": {query(doc(embedded("$query", doc(str("count", "orders"))))), command{"count", "orders", 0}},
	} {
		if got := parse(c.message); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		for n := range c.message { // what is cut off anywhere
			parse(c.message[:n])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(message(doc(str("insert", "orders")), doc(), doc()))
	f.Add(query(doc(embedded("$query", doc(int64Of("getMore"), str("collection", "orders"))))))
	f.Fuzz(func(_ *testing.T, b []byte) { parse(b) })
}

// record gives the process a tracer provider until the test ends.
func record(t testing.TB) *tracetest.SpanRecorder {
	r := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

func library() *Library {
	return NewLibrary("test", func(err error) *dbspan.Failure { return &dbspan.Failure{Message: Message(err.Error())} })
}

// run is an operation that the driver tries twice. The monitor is called as the driver does.
func run(ctx context.Context, l *Library, started any, monitor func(context.Context), err error) {
	ctx, end := l.Execute(ctx, "shop", false)
	for range 2 {
		if told := l.Message(ctx); told != nil {
			told(message(doc(str("find", "orders"))))
		}
		exit := l.Published(ctx, "db.example:27018[-7]", started)
		if monitor != nil {
			monitor(ctx)
		}
		if exit != nil {
			exit()
		}
	}
	if end != nil {
		end(err, hook.Returned)
	}
}

// An operation has one span, which lasts as long as it does.
func TestOperation(t *testing.T) {
	spans := record(t)
	before := time.Now()
	run(t.Context(), library(), nil, nil, errors.New(`E11000 duplicate key: { _id: "s3cret" }`))
	if n := len(spans.Ended()); n != 1 {
		t.Fatalf("%d spans", n)
	}
	s := spans.Ended()[0]
	told := map[string]string{}
	for _, a := range s.Attributes() {
		told[string(a.Key)] = a.Value.String()
	}
	for key, want := range map[string]string{
		"db.system.name": "mongodb", "db.namespace": "shop", "db.collection.name": "orders", "db.operation.name": "find",
		"server.address": "db.example", "server.port": "27018",
	} {
		if told[key] != want {
			t.Errorf("%s is %q, want %q", key, told[key], want)
		}
	}
	if s.Name() != "find orders" || s.StartTime().Before(before) || s.Status().Code != codes.Error || s.Status().Description != "E11000 duplicate key" {
		t.Errorf("%s %v %+v", s.Name(), s.StartTime(), s.Status())
	}
	// What never finds a server.
	_, end := library().Execute(t.Context(), "shop", false)
	end(errors.New("server selection timeout"), hook.Returned)
	if s := spans.Ended()[1]; s.Name() != "shop" || s.Status().Code != codes.Error {
		t.Errorf("%s %+v", s.Name(), s.Status())
	}
}

// What the program tells of, what works for telemetry and what a connection does alone is not
// told of.
func TestLeftAlone(t *testing.T) {
	spans, l := record(t), library()
	run(t.Context(), l, nil, l.Own, nil)
	run(telemetry.Untraced(t.Context()), l, nil, nil, nil)
	before := instrumentations
	instrumentations = []string{"github.com/goweaver/weaver/builtin/internal/mongospan.TestLeftAlone"}
	t.Cleanup(func() { instrumentations = before })
	run(t.Context(), l, func() {}, nil, nil)
	if _, end := l.Execute(t.Context(), "shop", true); end != nil || len(spans.Started()) != 0 {
		t.Errorf("%v", spans.Started())
	}
	// A connection that is set up for an operation is not taken for that.
	ctx, end := l.Execute(t.Context(), "shop", false)
	inner, _ := l.Execute(ctx, "admin", true)
	if l.Message(inner) != nil || l.Published(inner, "", nil) != nil {
		t.Error("a handshake is told of")
	}
	l.Message(ctx)(message(doc(str("find", "orders"))))
	if end(nil, hook.Returned); spans.Ended()[0].Name() != "find orders" {
		t.Errorf("%v", spans.Ended())
	}
	var none context.Context
	if ctx, end := l.Execute(none, "shop", false); ctx != nil || end != nil || l.Message(none) != nil || l.Published(none, "", nil) != nil {
		t.Error("a nil context is told of")
	}
}

// Without a provider nothing happens, and nothing is allocated.
func TestNoProvider(t *testing.T) {
	l, ctx := library(), t.Context()
	if n := testing.AllocsPerRun(100, func() { run(ctx, l, nil, nil, nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
