package hooks

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/audit/sink"
	"github.com/goweaver/weaver/instrument/hook"
)

type secret string

func (secret) LogValue() slog.Value { return slog.StringValue("***") }

type order struct{ Card string }

type custom struct{ name *string }

func (c *custom) String() string { return *c.name }

type marshals struct{ err error }

func (m marshals) MarshalText() ([]byte, error) { return []byte("marshalled"), m.err }

// A detail is the text of what was captured; what has no text of its own is its type.
func TestText(t *testing.T) {
	name := "custom"
	for _, tt := range []struct {
		value any
		want  string
	}{
		{"o-1", "o-1"}, {17, "17"}, {uint8(3), "3"}, {true, "true"}, {1.5, "1.5"}, {nil, "<nil>"},
		{time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), "2026-03-04T05:06:07Z"}, {3 * time.Second, "3s"},
		{secret("4111"), "***"}, {[]secret{"4111"}, "()"}, {map[string]secret{"card": "4111"}, "()"},
		{order{"4111"}, "()"}, {&order{"4111"}, "()"}, {[]order{{"4111"}}, "()"}, {[]any{order{"4111"}}, "()"}, {[]*order{}, "()"},
		{[]string{"a", "b"}, "[a b]"}, {map[string]int{"b": 2, "a": 1}, "map[a:1 b:2]"}, {[2]time.Duration{1, 2}, "[1ns 2ns]"},
		{errors.New("failed"), "failed"}, {&custom{&name}, "custom"}, {(*custom)(nil), "<nil>"}, {(*order)(nil), "<nil>"}, {[]string(nil), "[]"}, {&custom{}, "()"},
		{marshals{}, "marshalled"}, {marshals{declined}, "()"}, {(*marshals)(nil), "<nil>"},
	} {
		got := detailsOf(hook.Captured{Values: hook.MakeValues("x", tt.value)})
		if len(got) != 1 || got[0] != (sink.Detail{Key: "x", Value: tt.want}) {
			t.Errorf("%#v is recorded as %+v, want %s", tt.value, got, tt.want)
		}
	}
	if got := detailsOf(hook.Captured{}); got != nil {
		t.Errorf("nothing captured is recorded as %+v", got)
	}
}

// An error that panics when it is asked for its text is one that the program got away with.
func TestErrorText(t *testing.T) {
	for err, want := range map[error]string{
		declined:             "declined",
		(*fs.PathError)(nil): "(*fs.PathError)",
	} {
		s := keep(t, -1)
		if got := call(t.Context(), refund, func(context.Context) error { return err }); !same(got, err) || s.records[1].Error != want {
			t.Errorf("%T is recorded as %q", err, s.records[1].Error)
		}
	}
}

// The details are those of the call's start, in both records.
func TestDetails(t *testing.T) {
	s := keep(t, -1)
	lines := []string{"tea"}
	ctx, err := AttemptDetails(t.Context(), refund, hook.Captured{Values: hook.MakeValues("order.ID", "o-1", "order.Lines", lines)})
	if err != nil {
		t.Fatal(err)
	}
	_, end := Outcome(ctx)
	lines[0] = "coffee"
	if err := end(hook.Returned, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.records {
		if len(r.Details) != 2 || r.Details[0] != (sink.Detail{Key: "order.ID", Value: "o-1"}) || r.Details[1] != (sink.Detail{Key: "order.Lines", Value: "[tea]"}) {
			t.Errorf("the details of %s are %v", r.Outcome, r.Details)
		}
	}
}

// A record that is lost where nobody can be told is logged whole.
func TestLogged(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	defer slog.SetDefault(before)
	n := 0
	sink.SetForTest(t, sink.Func(func(context.Context, sink.Record) error {
		if n++; n > 1 {
			return full
		}
		return nil
	}), alice)
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = call(t.Context(), refund, func(context.Context) error { runtime.Goexit(); return nil })
	})
	wg.Wait()
	for _, want := range []string{"level=ERROR", `msg="audit record lost"`, "record.actor=alice", "record.action=orders.refund", "record.outcome=exited", `reason="disk full"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %s in %s", want, &out)
		}
	}
}

// null is a sink that costs nothing.
var null = sink.Func(func(context.Context, sink.Record) error { return nil })

// byHand is what the hooks save a programmer to write: the attempt, and how it ended.
func byHand(ctx context.Context, s sink.Sink, id string, body func(context.Context) error) (err error) {
	began, to := time.Now(), ctx
	if ctx.Done() != nil {
		to = context.WithoutCancel(ctx)
	}
	r := sink.Record{
		Call: newID(), Time: began.UTC(), Actor: alice(ctx), Action: "orders.refund", Function: "example.com/shop/orders.(*Store).Refund",
		Details: []sink.Detail{{Key: "order.ID", Value: id}}, Outcome: sink.Attempted,
	}
	if err := s.Write(to, r); err != nil {
		return &sink.Error{Record: r, Reason: err}
	}
	r.Outcome = sink.Panicked // unless it returns
	defer func() {
		r.Duration = time.Since(began)
		r.Time = began.Add(r.Duration).UTC()
		if failed := s.Write(to, r); failed != nil {
			err = errors.Join(err, &sink.Error{Record: r, Reason: failed})
		}
	}()
	err = body(ctx)
	r.Outcome = sink.Succeeded
	if err != nil {
		r.Outcome, r.Error = sink.Failed, err.Error()
	}
	return err
}

// byHooks does what woven code does where nothing panics.
func byHooks(ctx context.Context, v hook.Values, body func(context.Context) error) error {
	ctx, err := AttemptDetails(ctx, refund, hook.Captured{Values: v})
	if err != nil {
		return err
	}
	ctx, end := Outcome(ctx)
	return end(hook.Returned, body(ctx))
}

// The hooks allocate what the same records cost by hand: the details, and the context that
// is not cancelled.
func TestAllocations(t *testing.T) {
	sink.SetForTest(t, null, alice)
	cancellable, cancel := context.WithCancel(context.Background())
	defer cancel()
	v, body := hook.MakeValues("order.ID", "o-1"), func(context.Context) error { return nil }
	for what, tt := range map[string]struct {
		ctx  context.Context
		most float64
	}{"plain": {context.Background(), 1}, "cancellable": {cancellable, 2}} {
		hooks := testing.AllocsPerRun(1000, func() { _ = byHooks(tt.ctx, v, body) })
		hand := testing.AllocsPerRun(1000, func() { _ = byHand(tt.ctx, null, "o-1", body) })
		if hooks > tt.most || hooks > hand {
			t.Errorf("%s: %v allocations, by hand %v", what, hooks, hand)
		}
	}
}

func Benchmark(b *testing.B) {
	sink.SetForTest(b, null, alice)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v, body := hook.MakeValues("order.ID", "o-1"), func(context.Context) error { return nil }
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = byHand(ctx, null, "o-1", body)
		}
	})
	b.Run("hooks", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = byHooks(ctx, v, body)
		}
	})
}
