package hooks

// What is propagated, by the hooks called where woven codecs call them.

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"io"
	"net/rpc"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/instrument/hook"
)

// A request that is sent several times at once is its client's until the last of them.
func TestSenders(t *testing.T) {
	s, r, client := sending{by: map[*rpc.Request]*sender{}}, new(rpc.Request), new(rpc.Client)
	s.enter(r, client)
	s.enter(r, client)
	s.leave(r)
	if s.client(r) != client {
		t.Error("it is forgotten too soon")
	}
	s.leave(r)
	if s.client(r) != nil || s.some.Load() != 0 {
		t.Error("it is kept")
	}
}

// plainRequest is what a peer without weaver sends and receives.
type plainRequest struct {
	ServiceMethod string
	Seq           uint64
}

// A request with something to propagate is one that a plain server reads, and that a woven
// one reads with what was propagated; a woven server reads a plain client's.
func TestGob(t *testing.T) {
	record(t)
	client, call := new(rpc.Client), &rpc.Call{ServiceMethod: "Arith.Add", Done: make(chan *rpc.Call, 1)}
	req := &rpc.Request{ServiceMethod: "Arith.Add", Seq: 7}
	adopted(t, client, req, call)
	end := Send(client, call)
	v, _ := calls.by.Load(call)
	sent := trace.SpanContextFromContext(v.(*operation).ctx)

	var plain, woven bytes.Buffer
	for _, w := range []*bytes.Buffer{&plain, &woven} {
		buf := bufio.NewWriter(w)
		err := WriteGob(req, 42, hook.Captured{Values: hook.MakeValues("c.enc", gob.NewEncoder(buf), "c.encBuf", buf)})
		if err == nil || Instead()(err) != nil {
			t.Fatalf("it was not written: %v", err)
		}
	}
	end()
	Done(call)
	if outgoing(req) != nil || senders.some.Load() != 0 {
		t.Error("a client that does not send any more is kept")
	}

	dec := gob.NewDecoder(&plain)
	var got plainRequest
	var body int
	if err := errors.Join(dec.Decode(&got), dec.Decode(&body)); err != nil || got != (plainRequest{"Arith.Add", 7}) || body != 42 {
		t.Errorf("a plain server reads %v %d: %v", got, body, err)
	}

	read := func(data *bytes.Buffer) (*rpc.Request, error) {
		r := new(rpc.Request)
		err := ReadGob(r, hook.Captured{Values: hook.MakeValues("c.dec", gob.NewDecoder(data))})
		if err == nil {
			t.Fatal("it was not read")
		}
		return r, Instead()(err)
	}
	r, err := read(&woven)
	if err != nil || r.ServiceMethod != "Arith.Add" || r.Seq != 7 {
		t.Errorf("a woven server reads %v: %v", r, err)
	}
	if got := trace.SpanContextFromContext(incoming(r)); got.TraceID() != sent.TraceID() || got.SpanID() != sent.SpanID() {
		t.Errorf("propagated: %v, want %v", got, sent)
	}

	var old bytes.Buffer
	_ = gob.NewEncoder(&old).Encode(plainRequest{"Arith.Add", 8})
	if r, err = read(&old); err != nil || r.Seq != 8 || trace.SpanContextFromContext(incoming(r)).IsValid() {
		t.Errorf("a plain client's: %v %v", r, err)
	}
	if _, err = read(new(bytes.Buffer)); err != io.EOF { //nolint:errorlint // as net/rpc compares it
		t.Errorf("at the end: %v", err)
	}
	var other bytes.Buffer
	_ = gob.NewEncoder(&other).Encode(struct{ X int }{1})
	same := bytes.NewBuffer(slices.Clone(other.Bytes()))
	want := gob.NewDecoder(same).Decode(new(rpc.Request))
	if _, err = read(&other); err == nil || err.Error() != want.Error() {
		t.Errorf("of another type: %v, want %v", err, want)
	}
}

// A member in front is one that JSON has room for, and what is not ours is left out.
func TestJSON(t *testing.T) {
	text, _ := json.Marshal(map[string]any{member: map[string]string{"traceparent": "x"}})
	got := joined(text, []byte(`{"method":"M","params":[1],"id":0}`+"\n"))
	if want := `{"propagation":{"traceparent":"x"},"method":"M","params":[1],"id":0}` + "\n"; string(got) != want {
		t.Errorf("%s", got)
	}
	for in, want := range map[string]int{
		string(got): 1, `{}`: 0, `[]`: 0, `{"propagation":1}`: 0, `{"propagation":{"a":1}}`: 0, `{"propagation":null}`: 0, "": 0,
	} {
		if got := propagated([]byte(in)); len(got) != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

// A pipe counts what is written to it, and fails from the second time on.
type pipe struct {
	bytes.Buffer
	writes int
}

func (p *pipe) Write(b []byte) (int, error) {
	if p.writes++; p.writes > 1 {
		return 0, io.ErrClosedPipe
	}
	return p.Buffer.Write(b)
}

// A request with something to propagate is written at once and by the codec's encoder, which
// writes nothing more after a write that has failed, and not at all where its body can not be.
func TestWriteJSON(t *testing.T) {
	record(t)
	client, call := new(rpc.Client), &rpc.Call{ServiceMethod: "A.B"}
	req := &rpc.Request{ServiceMethod: "A.B"}
	adopted(t, client, req, call)
	old := insideJSON
	t.Cleanup(func() { insideJSON = old })
	var p pipe
	own := json.NewEncoder(&p)
	codec := own
	adoptJSON(nil, func(_ any, e *json.Encoder) *json.Encoder { codec, e = e, codec; return e }, nil)
	defer Done(call)
	defer Send(client, call)()
	write := func(body any) error {
		exit := WriteJSON(req, hook.Captured{Values: hook.MakeValues("c", client)})
		err := exit(codec.Encode(map[string]any{"method": "A<B", "params": []any{body}}))
		if codec != own {
			t.Fatal("the codec has lost its encoder")
		}
		return err
	}
	if err := WriteJSON(req, hook.Captured{Values: hook.MakeValues("c", client)})(nil); err != nil || codec != own || p.writes != 0 {
		t.Errorf("a body that has panicked: %v, %d writes", err, p.writes)
	}
	if err := write(func() {}); err == nil || p.writes != 0 {
		t.Errorf("what is no JSON: %v, %d writes", err, p.writes)
	}
	if err := write(1); err != nil || p.writes != 1 {
		t.Errorf("%v, %d writes", err, p.writes)
	}
	if !strings.HasPrefix(p.String(), `{"propagation":{"traceparent":"00-`) || !strings.HasSuffix(p.String(), `"},"method":"A\u003cB","params":[1]}`+"\n") {
		t.Errorf("%s", &p)
	}
	for range 2 {
		if err := write(2); err != io.ErrClosedPipe || p.writes != 2 { //nolint:errorlint // the very same
			t.Errorf("%v, %d writes", err, p.writes)
		}
	}
}

// Where the program propagates nothing, as by OTEL_PROPAGATORS=none, requests are as they were.
func TestNothingToPropagate(t *testing.T) {
	record(t)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator())
	client, call, req := new(rpc.Client), &rpc.Call{ServiceMethod: "A.B"}, new(rpc.Request)
	adopted(t, client, req, call)
	defer Done(call)
	defer Send(client, call)()
	if WriteGob(req, nil, hook.Captured{}) != nil || WriteJSON(req, hook.Captured{}) != nil {
		t.Error("something is added")
	}
}

// A request of JSON is read as the codec would read it, with what came with it, and one that
// can not be read fails as it would.
func TestReadJSON(t *testing.T) {
	record(t)
	client, call, req := new(rpc.Client), new(rpc.Call), new(rpc.Request)
	adopted(t, client, req, call)
	old := insideJSON
	t.Cleanup(func() { insideJSON = old })
	own := json.NewDecoder(strings.NewReader(`{"propagation":{"traceparent":"00-0a000000000000000000000000000001-0b00000000000002-01"},"method":"A"}
		{"method":"B"} [`))
	codec := own
	adoptJSON(nil, nil, func(_ any, d *json.Decoder) *json.Decoder { codec, d = d, codec; return d })
	for _, c := range []struct {
		method string
		valid  bool // what came with it
		err    error
	}{{"A", true, nil}, {"B", false, nil}, {"", false, io.ErrUnexpectedEOF}} {
		exit := ReadJSON(req, hook.Captured{Values: hook.MakeValues("c", client)})
		var got struct{ Method string }
		err := exit(codec.Decode(&got))
		if codec != own {
			t.Fatal("the codec has lost its decoder")
		}
		if valid := trace.SpanContextFromContext(incoming(req)).IsValid(); got.Method != c.method || valid != c.valid || err != c.err { //nolint:errorlint // the very same
			t.Errorf("%q: %q %v %v", c.method, got.Method, valid, err)
		}
	}
}
