package readiness

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goweaver/weaver/builtin/internal/vitals"
)

// add adds a check until the test ends.
func add(t *testing.T, name string, check func(context.Context) error) {
	t.Helper()
	t.Cleanup(Add(name, check))
}

func always(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

var errRefused = errors.New("connection refused")

// A report has what every check says, by name, and is as bad as the worst of them.
func TestNow(t *testing.T) {
	if got := Now(t.Context()); got.Status != OK || len(got.Checks) != 0 {
		t.Errorf("without checks it is %v", got)
	}
	add(t, "b", always(nil))
	add(t, "a", always(Optional(errRefused)))
	add(t, "c", always(Optional(nil)))
	want := []Check{{"a", Degraded, "connection refused"}, {"b", OK, ""}, {"c", OK, ""}}
	if got := Now(t.Context()); got.Status != Degraded || !slices.Equal(got.Checks, want) {
		t.Errorf("it is %v", got)
	}
	remove := Add("d", always(fmt.Errorf("ping: %w", errRefused)))
	add(t, "e", always(fmt.Errorf("cache: %w", Optional(errRefused))))
	want = append(want, Check{"d", Failing, "ping: connection refused"}, Check{"e", Degraded, "cache: connection refused"})
	if got := Now(t.Context()); got.Status != Failing || !slices.Equal(got.Checks, want) {
		t.Errorf("it is %v", got)
	}
	remove()
	remove()
	if got := Now(t.Context()); got.Status != Degraded || len(got.Checks) != 4 {
		t.Errorf("it is %v", got)
	}
	if err := Optional(errRefused); !errors.Is(err, errRefused) {
		t.Error("the error is not there any more")
	}
}

// What weaver wove is told beside the program's own checks.
func TestVitals(t *testing.T) {
	var all []vitals.Vital
	vitals.Register(func() []vitals.Vital { return all })
	add(t, "database", always(nil))
	all = []vitals.Vital{{Name: "stock", State: vitals.Degraded, Detail: "open"}, {Name: "charge", State: vitals.Failing, Detail: "3 failures"}, {Name: "load"}}
	defer func() { all = nil }()
	want := []Check{{"charge", Failing, "3 failures"}, {"database", OK, ""}, {"load", OK, ""}, {"stock", Degraded, "open"}}
	if got := Now(t.Context()); got.Status != Failing || !slices.Equal(got.Checks, want) {
		t.Errorf("it is %v", got)
	}
}

// Checks run at once. One that is too late has its own time to say so, and one that does not look
// at its context is not waited for, nor asked again while it runs.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := make(chan bool)
		defer close(hung)
		var asked atomic.Int64
		slow := func(context.Context) error { time.Sleep(500 * time.Millisecond); return nil }
		add(t, "slow", slow)
		add(t, "slower", slow)
		add(t, "late", func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("ping: %w", ctx.Err()) })
		add(t, "hung", func(context.Context) error { asked.Add(1); <-hung; return nil })
		start := time.Now()
		got := Now(t.Context())
		want := []Check{{"hung", Failing, "no answer in 850ms"}, {"late", Failing, "ping: context deadline exceeded"}, {"slow", OK, ""}, {"slower", OK, ""}}
		if took := time.Since(start); took != 850*time.Millisecond || !slices.Equal(got.Checks, want) {
			t.Errorf("after %v it is %v", took, got)
		}
		time.Sleep(10 * time.Second)
		start = time.Now()
		got = Now(t.Context())
		if took := time.Since(start); took != 800*time.Millisecond || got.Checks[0].Error != "no answer in 10.85s" || asked.Load() != 1 {
			t.Errorf("after %v it is %v, and was asked %d times", took, got, asked.Load())
		}
		hung <- true
		synctest.Wait()
		if got := Now(t.Context()); got.Checks[0].Status != OK {
			t.Errorf("it is %v", got)
		}
	})
}

// Who has gone is not answered, and takes nothing away from the others who wait.
func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		add(t, "slow", func(ctx context.Context) error {
			select {
			case <-time.After(500 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if got := Now(ctx); got.Checks[0].Error != "no answer in 100ms" {
				t.Errorf("it is %v", got)
			}
		})
		wg.Go(func() {
			if got := Now(t.Context()); got.Status != OK {
				t.Errorf("it is %v", got)
			}
		})
		wg.Wait()
	})
}

// What a check has said is said again for a while, to all who ask, however many.
func TestMaxAge(t *testing.T) {
	for _, tt := range []struct {
		config Config
		want   int64 // calls of the check by 3 rounds of 50, of which the last is after a second
	}{
		{Config{}, 2},
		{Config{MaxAge: time.Hour}, 1},
		{Config{MaxAge: -1}, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked atomic.Int64
			remove := Add("database", func(context.Context) error {
				time.Sleep(10 * time.Millisecond)
				asked.Add(1)
				return nil
			})
			defer remove()
			for _, wait := range []time.Duration{0, 0, time.Second} {
				time.Sleep(wait)
				var wg sync.WaitGroup
				for range 50 {
					wg.Go(func() {
						if got := tt.config.Now(t.Context()); got.Status != OK {
							t.Errorf("it is %v", got)
						}
					})
				}
				wg.Wait()
			}
			if n := asked.Load(); n != tt.want {
				t.Errorf("with %+v the check was asked %d times, want %d", tt.config, n, tt.want)
			}
		})
	}
}

// A check that does not return says so, and takes nobody along.
func TestEnds(t *testing.T) {
	add(t, "boom", func(context.Context) error { panic("boom") })
	add(t, "goexit", func(context.Context) error { runtime.Goexit(); return nil })
	add(t, "none", nil)
	got := Now(t.Context()).Checks
	if got[0].Error != "the check panicked: boom" || got[1].Error != "the check ended its goroutine" || !strings.HasPrefix(got[2].Error, "the check panicked: ") {
		t.Errorf("they are %v", got)
	}
}

// The handler says by its code whether the program is ready, and why as JSON.
func TestHandler(t *testing.T) {
	for _, tt := range []struct {
		claim  string
		config Config
		check  error
		method string
		code   int
		body   string
	}{
		{"all is well", Config{}, nil, "GET", 200, `{"status":"ok","checks":[{"name":"database","status":"ok"}]}`},
		{"degraded is ready", Config{}, Optional(errRefused), "GET", 200, `{"status":"degraded","checks":[{"name":"database","status":"degraded","error":"connection refused"}]}`},
		{"failing is not", Config{}, errRefused, "GET", 503, `{"status":"failing","checks":[{"name":"database","status":"failing","error":"connection refused"}]}`},
		{"strangers are not told why", Config{Brief: true}, errRefused, "GET", 503, `{"status":"failing"}`},
		{"a head has the code", Config{Brief: true}, errRefused, "HEAD", 503, `{"status":"failing"}`}, // which net/http's server leaves out
		{"nothing is to be posted", Config{}, nil, "POST", 405, "method not allowed"},
	} {
		remove := Add("database", always(tt.check))
		w := httptest.NewRecorder()
		tt.config.Handler().ServeHTTP(w, httptest.NewRequest(tt.method, "/readyz", nil))
		remove()
		if w.Code != tt.code || strings.TrimSpace(w.Body.String()) != tt.body {
			t.Errorf("%s: %d %s, want %d %s", tt.claim, w.Code, w.Body, tt.code, tt.body)
		}
		if h := w.Header(); tt.code != 405 && (h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "application/json") {
			t.Errorf("%s: the header is %v", tt.claim, h)
		}
	}
}

func ExampleHandler() {
	defer Add("database", func(context.Context) error { return errors.New("no route to host") })()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 503 {"status":"failing","checks":[{"name":"database","status":"failing","error":"no route to host"}]}
}
