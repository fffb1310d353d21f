package sink_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/audit/sink"
)

// A program that the hooks are not linked with is not woven.
func TestNotWoven(t *testing.T) {
	if sink.Woven() {
		t.Error("a test of the plain go command is woven")
	}
}

var discard = sink.Func(func(context.Context, sink.Record) error { return nil })

// Sink and actor are set once each; nil, and a second one, are refused, and both are needed.
func TestSet(t *testing.T) {
	nobody := func(context.Context) string { return "" }
	panics := func(f func()) (message string) {
		defer func() { message, _ = recover().(string) }()
		f()
		return ""
	}
	is := func(want error) {
		t.Helper()
		if s, actor, err := sink.Current(); err != want || (s == nil) != (want != nil) || (actor == nil) != (want != nil) { //nolint:errorlint // the very same
			t.Errorf("%v, %v; want %v", s, err, want)
		}
	}
	for _, tt := range []struct {
		call func()
		want string // how the panic starts, or ""
		err  error  // of Current behind it
	}{
		{func() { sink.Set(nil) }, "sink.Set is given nil;", sink.NotSet},
		{func() { sink.Actor(nil) }, "sink.Actor is given nil;", sink.NotSet},
		{func() { sink.Set(discard) }, "", sink.NoActor},
		{func() { sink.Actor(nobody) }, "", nil},
		{func() { sink.Set(discard) }, "sink.Set is called for the second time, the first time was at ", nil},
		{func() { sink.Actor(nobody) }, "sink.Actor is called for the second time, the first time was at ", nil},
	} {
		m := panics(tt.call)
		if !strings.HasPrefix(m, tt.want) || (m == "") != (tt.want == "") {
			t.Errorf("the panic is %q, want %q", m, tt.want)
		}
		is(tt.err)
	}
	t.Run("for a test", func(t *testing.T) {
		sink.SetForTest(t, discard, nil)
		is(sink.NoActor)
	})
	is(nil)
}

var record = sink.Record{
	Call: sink.ID{0: 0xa0, 15: 7}, Time: time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC), Actor: "alice", Action: "orders.refund",
	Function: "example.com/shop/orders.Refund", Details: []sink.Detail{{Key: "order.ID", Value: "o-1"}},
	Outcome: sink.Failed, Error: "declined", Duration: time.Millisecond,
}

// A record keeps all that it has on the way through JSON, and through package slog.
func TestWritten(t *testing.T) {
	data, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"call":"a0000000000000000000000000000007","time":"2026-03-04T05:06:07.000008Z","actor":"alice","action":"orders.refund",` +
		`"function":"example.com/shop/orders.Refund","details":[{"key":"order.ID","value":"o-1"}],"outcome":"failed","error":"declined","duration_ns":1000000}`
	if string(data) != want {
		t.Errorf("JSON is\n%s, want\n%s", data, want)
	}
	var back sink.Record
	if err := json.Unmarshal(data, &back); err != nil || fmt.Sprintf("%+v", back) != fmt.Sprintf("%+v", record) {
		t.Errorf("read back it is %+v, %v", back, err)
	}
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("audit", "record", record)
	const line = `record.call=a0000000000000000000000000000007 record.time=2026-03-04T05:06:07.000Z record.actor=alice record.action=orders.refund ` +
		`record.function=example.com/shop/orders.Refund record.outcome=failed record.details.order.ID=o-1 record.error=declined record.duration_ns=1000000`
	if !strings.Contains(out.String(), line) {
		t.Errorf("slog writes\n%s, want\n%s", &out, line)
	}
	for _, bad := range []string{"", "a0", strings.Repeat("x", 32), strings.Repeat("a", 33)} {
		if err := new(sink.ID).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is an ID", bad)
		}
	}
}

func TestError(t *testing.T) {
	err := &sink.Error{Record: record, Reason: errors.New("disk full")}
	const want = "example.com/shop/orders.Refund: failed, and that can not be recorded: disk full"
	if err.Error() != want {
		t.Errorf("the message is %s, want %s", err, want)
	}
}

// A sink that appends lines of JSON to a file, and returns when they are on disk.
func Example() {
	f, err := os.CreateTemp("", "audit")
	if err != nil {
		return
	}
	defer os.Remove(f.Name())
	trail := sink.Func(func(_ context.Context, r sink.Record) error {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := f.Write(append(line, '\n')); err != nil { // one write, so that lines do not mix
			return err
		}
		return f.Sync()
	})
	fmt.Println(trail.Write(context.Background(), record))
	// Output: <nil>
}
