package hooks

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/audit/sink"
	"github.com/goweaver/weaver/instrument/hook"
)

var refund = &hook.Func{
	Package: "example.com/shop/orders", Name: "(*Store).Refund",
	Options: []hook.Option{{Key: "action", Value: ""}, {Key: "mode", Value: "required"}, {Key: "action", Value: "orders.refund"}},
}

// outcomeOnly is refund in the other mode, and without a name for the action.
var outcomeOnly = &hook.Func{Package: refund.Package, Name: refund.Name, Options: []hook.Option{{Key: "action", Value: ""}, {Key: "mode", Value: "outcome"}}}

var (
	full     = errors.New("disk full")
	declined = errors.New("declined")
)

// A trail is a sink that fails from the record with that index on; -1 is never.
type trail struct {
	fails   int
	mu      sync.Mutex
	records []sink.Record
	lost    []sink.Record
}

func (s *trail) Write(_ context.Context, r sink.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records = append(s.records, r)
	if s.fails >= 0 && len(s.records) > s.fails {
		return full
	}
	return nil
}

func (s *trail) Lost(_ context.Context, r sink.Record, err error) {
	if !errors.Is(err, full) {
		panic(err)
	}
	s.lost = append(s.lost, r)
}

// outcomes returns what is recorded, in order.
func (s *trail) outcomes() string { return outcomes(s.records) }

func outcomes(records []sink.Record) string {
	var out []string
	for _, r := range records {
		out = append(out, string(r.Outcome))
	}
	return strings.Join(out, " ")
}

// same reports whether it is the very same error, not one that wraps it.
func same(err, want error) bool { return err == want } //nolint:errorlint // that is the question

func alice(context.Context) string { return "alice" }

// keep has the test's records go to a new trail.
func keep(t testing.TB, fails int) *trail {
	s := &trail{fails: fails}
	sink.SetForTest(t, s, alice)
	return s
}

// call does what woven code does: a Check and an Around, and the body between them.
func call(ctx context.Context, f *hook.Func, body func(context.Context) error) (err error) {
	ctx, err = Attempt(ctx, f)
	if err != nil {
		return err
	}
	ctx, end := Outcome(ctx)
	how := hook.Goexit
	defer func() {
		r := recover()
		if r != nil {
			how = hook.Panicked
		}
		err = end(how, err)
		if r != nil {
			panic(r)
		}
	}()
	err = body(ctx)
	how = hook.Returned
	return err
}

// A call has a record before it and one behind it, that belong together and say who did what,
// and what came of it.
func TestRecords(t *testing.T) {
	s := keep(t, -1)
	began := time.Now()
	ran := false
	err := call(t.Context(), refund, func(ctx context.Context) error {
		if ran = true; ctx != t.Context() || s.outcomes() != "attempted" {
			t.Errorf("the function has the context %v, after the records %s", ctx, s.outcomes())
		}
		time.Sleep(2 * time.Millisecond)
		return declined
	})
	if !same(err, declined) || !ran || s.outcomes() != "attempted failed" {
		t.Fatalf("it ran: %v, returned %v, records: %s", ran, err, s.outcomes())
	}
	a, o := s.records[0], s.records[1]
	for _, r := range s.records {
		if r.Actor != "alice" || r.Action != "orders.refund" || r.Function != refund.FullName() || r.Call != a.Call || r.Time.Location() != time.UTC {
			t.Errorf("the record is %+v", r)
		}
	}
	if a.Error != "" || a.Duration != 0 || a.Time.Before(began) {
		t.Errorf("the attempt is %+v", a)
	}
	if o.Error != "declined" || o.Duration < 2*time.Millisecond || o.Duration > time.Since(began) || !o.Time.Equal(a.Time.Add(o.Duration)) {
		t.Errorf("the outcome is %+v", o)
	}
	if err := call(t.Context(), outcomeOnly, func(context.Context) error { return nil }); err != nil || s.outcomes() != "attempted failed succeeded" {
		t.Errorf("it returned %v, records: %s", err, s.outcomes())
	}
	if r := s.records[2]; r.Call == a.Call || r.Call == (sink.ID{}) || r.Action != refund.FullName() {
		t.Errorf("another call is %+v", r)
	}
}

// What a failing sink does to a call: nothing happens that was not recorded before, and what
// can not be recorded after it is an error of the function's, beside its own.
func TestSinkFails(t *testing.T) {
	for _, tt := range []struct {
		fn       *hook.Func
		fails    int   // index of the first record that fails
		returns  error // by the function
		ran      bool
		outcome  sink.Outcome // of the record in the error, or ""
		recorded string
	}{
		{refund, -1, nil, true, "", "attempted succeeded"},
		{refund, 0, nil, false, sink.Attempted, "attempted"},
		{refund, 1, nil, true, sink.Succeeded, "attempted succeeded"},
		{refund, 1, declined, true, sink.Failed, "attempted failed"},
		{outcomeOnly, -1, declined, true, "", "failed"},
		{outcomeOnly, 0, nil, true, sink.Succeeded, "succeeded"},
		{outcomeOnly, 0, declined, true, sink.Failed, "failed"},
	} {
		s, ran := keep(t, tt.fails), false
		err := call(t.Context(), tt.fn, func(context.Context) error { ran = true; return tt.returns })
		if ran != tt.ran || s.outcomes() != tt.recorded {
			t.Errorf("%+v: ran: %v, records: %s", tt, ran, s.outcomes())
		}
		var e *sink.Error
		switch found := errors.As(err, &e); {
		case tt.outcome == "":
			if !same(err, tt.returns) {
				t.Errorf("%+v: the error is %v", tt, err)
			}
		case !found || e.Record.Outcome != tt.outcome || !same(e.Reason, full) || !errors.Is(err, sink.NotRecorded) || !errors.Is(err, full):
			t.Errorf("%+v: the error is %v", tt, err)
		case tt.returns != nil && !errors.Is(err, tt.returns), tt.returns == nil && !same(err, e):
			t.Errorf("%+v: the error is %#v", tt, err)
		}
		if len(s.lost) > 0 {
			t.Errorf("%+v: lost %s", tt, outcomes(s.lost))
		}
	}
}

// Where nobody set a sink, or who the actor is, nothing runs, in neither mode.
func TestNothingSet(t *testing.T) {
	for _, fn := range []*hook.Func{refund, outcomeOnly} {
		for want, set := range map[error]func(t *testing.T){
			sink.NotSet:  func(*testing.T) {},
			sink.NoActor: func(t *testing.T) { sink.SetForTest(t, &trail{fails: -1}, nil) },
		} {
			t.Run(fmt.Sprint(fn.Text("mode"), want), func(t *testing.T) {
				set(t)
				err := call(t.Context(), fn, func(context.Context) error { t.Error("it ran"); return nil })
				var e *sink.Error
				if !errors.As(err, &e) || !errors.Is(err, want) || !errors.Is(err, sink.NotRecorded) || e.Record.Function != fn.FullName() {
					t.Errorf("the error is %v", err)
				}
			})
		}
	}
	const want = "example.com/shop/orders.(*Store).Refund: not run, since the attempt can not be recorded: no sink is set; call sink.Set at the start of main"
	if err := call(t.Context(), refund, nil); err.Error() != want {
		t.Errorf("the message is\n%s, want\n%s", err, want)
	}
}

// A panic and runtime.Goexit are recorded and go on; a record that can not be written then
// is the sink's to mourn.
func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		end  func()
		want string
	}{
		{func() { panic("boom") }, "panicked"},
		{runtime.Goexit, "exited"},
	} {
		for _, fails := range []int{-1, 1} {
			s := keep(t, fails)
			var wg sync.WaitGroup
			wg.Go(func() {
				defer func() {
					if r := recover(); (r == "boom") != (tt.want == "panicked") {
						t.Errorf("%s: the panic is %v", tt.want, r)
					}
				}()
				err := call(t.Context(), refund, func(context.Context) error { tt.end(); return nil })
				t.Errorf("%s: it returned %v", tt.want, err)
			})
			wg.Wait()
			if s.outcomes() != "attempted "+tt.want || s.records[1].Error != "" {
				t.Errorf("%s: records %s", tt.want, s.outcomes())
			}
			if got, want := outcomes(s.lost), map[int]string{-1: "", 1: tt.want}[fails]; got != want {
				t.Errorf("%s: lost %q, want %q", tt.want, got, want)
			}
		}
	}
}

// A call whose context is cancelled is recorded with the context's values, and without its
// end, however slow the sink is.
func TestCancelled(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), key{}, "trace"), time.Millisecond)
	defer cancel()
	written := 0
	sink.SetForTest(t, sink.Func(func(ctx context.Context, _ sink.Record) error {
		time.Sleep(2 * time.Millisecond)
		if _, limited := ctx.Deadline(); limited || ctx.Done() != nil || ctx.Err() != nil || ctx.Value(key{}) != "trace" {
			t.Errorf("the sink has %v with %v", ctx, ctx.Err())
		}
		written++
		return ctx.Err()
	}), func(got context.Context) string {
		if got != ctx {
			t.Errorf("the actor is asked with %v", got)
		}
		return "alice"
	})
	err := call(ctx, refund, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	if !same(err, context.DeadlineExceeded) || written != 2 {
		t.Errorf("it returned %v with %d records", err, written)
	}
}

// A nil context stays one for the function; sink and actor get one that they can ask.
func TestNilContext(t *testing.T) {
	sink.SetForTest(t, sink.Func(func(ctx context.Context, _ sink.Record) error { return ctx.Err() }),
		func(ctx context.Context) string { return fmt.Sprint(ctx.Value("who")) })
	err := call(nil, refund, func(ctx context.Context) error { //nolint:staticcheck // that is the case
		if ctx != nil {
			t.Errorf("the function has %v", ctx)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got, end := Outcome(t.Context()); got != t.Context() || end != nil {
		t.Error("without an attempt there is an outcome")
	}
}

// A sink that panics has the function panic: before it ran, or behind it, in the place of a panic
// of its own.
func TestSinkPanics(t *testing.T) {
	for first, want := range []string{"", "attempted"} {
		n, ran := 0, false
		sink.SetForTest(t, sink.Func(func(context.Context, sink.Record) error {
			if n++; n > first {
				panic("no trail")
			}
			return nil
		}), alice)
		func() {
			defer func() {
				if r := recover(); r != "no trail" || ran != (want != "") {
					t.Errorf("ran: %v, the panic is %v", ran, r)
				}
			}()
			t.Errorf("it returned %v", call(t.Context(), refund, func(context.Context) error { ran = true; return nil }))
		}()
	}
}

// Calls in many goroutines, and in each other, have their own records.
func TestConcurrency(t *testing.T) {
	s := keep(t, -1)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				outer := errors.New("outer")
				err := call(context.Background(), refund, func(ctx context.Context) error {
					if err := call(ctx, outcomeOnly, func(context.Context) error { return declined }); !same(err, declined) {
						t.Errorf("the inner one returned %v", err)
					}
					return outer
				})
				if !same(err, outer) {
					t.Errorf("the outer one returned %v", err)
				}
			}
		})
	}
	wg.Wait()
	byCall := map[sink.ID][]sink.Record{}
	for _, r := range s.records {
		byCall[r.Call] = append(byCall[r.Call], r)
	}
	var kinds []string
	for _, records := range byCall {
		kind := outcomes(records)
		for _, r := range records {
			kind += " " + r.Error
		}
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	if len(kinds) != 800 {
		t.Errorf("%d calls have records, want 800", len(kinds))
	}
	if kinds = slices.Compact(kinds); !slices.Equal(kinds, []string{"attempted failed  outer", "failed declined"}) {
		t.Errorf("the records of calls are %q", kinds)
	}
}
