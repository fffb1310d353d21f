package hooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/internal/logway"
	"github.com/goweaver/weaver/instrument/hook"
)

// use has the default logger write what the level allows, until the test ends.
func use(t testing.TB, level slog.Level, w io.Writer) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == "duration" && a.Value.Duration() < 0 {
			return slog.String("duration", "negative")
		}
		if a.Key == slog.TimeKey || a.Key == "duration" {
			return slog.Attr{}
		}
		return a
	}})))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func function(options ...hook.Option) *hook.Func {
	return &hook.Func{Package: "example.com/shop/orders/v2", Name: "Process", Options: options}
}

// A line for each way in which a function can start and end, at the level of each.
func TestLines(t *testing.T) {
	failure := errors.New("out of stock")
	values := hook.Captured{Values: hook.MakeValues("id", 7, "token", "abcdef")}
	for claim, tt := range map[string]struct {
		options []hook.Option
		level   slog.Level
		end     hook.Exit
		err     error
		want    string
	}{
		"a good end": {nil, slog.LevelInfo, hook.Returned, nil,
			"INFO started, INFO finished"},
		"a failure": {nil, slog.LevelInfo, hook.Returned, failure,
			`INFO started, ERROR failed error="out of stock"`},
		"a panic, whatever the error had been set to": {nil, slog.LevelInfo, hook.Panicked, failure,
			"INFO started, ERROR panicked"},
		"Goexit": {nil, slog.LevelInfo, hook.Goexit, nil,
			"INFO started, ERROR ended its goroutine"},
		"without a start": {[]hook.Option{{Key: "start", Value: false}}, slog.LevelInfo, hook.Returned, nil,
			"INFO finished"},
		"another level": {[]hook.Option{{Key: "level", Value: "info"}, {Key: "level", Value: "warn"}}, slog.LevelInfo, hook.Returned, nil,
			"WARN started, WARN finished"},
		"the level of errors": {[]hook.Option{{Key: "level", Value: "error"}}, slog.LevelError, hook.Returned, nil,
			"ERROR started, ERROR finished"},
		"a level that is not enabled": {[]hook.Option{{Key: "level", Value: "debug"}}, slog.LevelInfo, hook.Returned, nil,
			""},
		"a failure at a level that is not enabled": {[]hook.Option{{Key: "level", Value: "debug"}}, slog.LevelInfo, hook.Returned, failure,
			`ERROR failed error="out of stock"`},
		"a panic at a level that is not enabled": {nil, slog.LevelWarn, hook.Panicked, nil,
			"ERROR panicked"},
		"a message": {[]hook.Option{{Key: "message", Value: "it"}}, slog.LevelWarn, hook.Panicked, nil,
			"ERROR it panicked"},
	} {
		var b bytes.Buffer
		use(t, tt.level, &b)
		CtxErr(t.Context(), function(tt.options...), values)(tt.end, tt.err)
		want := ""
		for line := range strings.SplitSeq(tt.want, ", ") {
			if line == "" {
				continue
			}
			level, message, _ := strings.Cut(line, " ")
			message, failed, _ := strings.Cut(message, " error")
			if !strings.HasPrefix(message, "it") {
				message = "orders.Process " + message
			}
			want += "level=" + level + " msg=\"" + message + "\" id=7 token=[REDACTED]"
			if failed != "" {
				want += " error" + failed
			}
			want += "\n"
		}
		if got := b.String(); got != want {
			t.Errorf("%s:\n%swant\n%s", claim, got, want)
		}
	}
}

// The other forms of hook say the same, and a nil context is one of nothing.
func TestForms(t *testing.T) {
	var b bytes.Buffer
	use(t, slog.LevelInfo, &b)
	var none hook.Captured
	Plain(function(), none)(hook.Returned)
	PlainErr(function(), none)(hook.Returned, io.EOF)
	Ctx(nil, function(), none)(hook.Goexit) //nolint:staticcheck // what a program may do
	const want = `level=INFO msg="orders.Process started"
level=INFO msg="orders.Process finished"
level=INFO msg="orders.Process started"
level=ERROR msg="orders.Process failed" error=EOF
level=INFO msg="orders.Process started"
level=ERROR msg="orders.Process ended its goroutine"
`
	if b.String() != want {
		t.Errorf("%s", &b)
	}
}

//go:noinline
func byHand(ctx context.Context, id int, name string) (err error) {
	slog.LogAttrs(ctx, slog.LevelInfo, "orders.Process started", slog.Int("id", id), slog.String("name", name))
	start := time.Now()
	defer func() {
		level, message := slog.LevelInfo, "orders.Process finished"
		if err != nil {
			level, message = slog.LevelError, "orders.Process failed"
		}
		slog.LogAttrs(ctx, level, message, slog.Int("id", id), slog.String("name", name), slog.Duration("duration", time.Since(start)))
	}()
	return nil
}

// Calls that overlap keep apart, as they do where a handler panics.
func TestConcurrent(t *testing.T) {
	var mu sync.Mutex
	var b bytes.Buffer
	use(t, slog.LevelInfo, writer(func(p []byte) (int, error) { mu.Lock(); defer mu.Unlock(); return b.Write(p) }))
	f := function(hook.Option{Key: "start", Value: false})
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			var err error
			if i%2 == 1 {
				err = errors.New("odd")
			}
			end := CtxErr(t.Context(), f, hook.Captured{Values: hook.MakeValues("i", i)})
			runtime.Gosched()
			end(hook.Returned, err)
		})
	}
	wg.Wait()
	for i := range 64 {
		want := " i=" + slog.IntValue(i).String()
		if i%2 == 1 {
			want += " error=odd"
		}
		if strings.Count(b.String(), want+"\n") != 1 {
			t.Errorf("%q is not there once", want)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// Records go the way that builtin/slog gives those of loggers.
func TestWay(t *testing.T) {
	var own, other bytes.Buffer
	use(t, slog.LevelInfo, &own)
	logway.Set(func(l *slog.Logger, _ context.Context) *slog.Logger {
		return slog.New(slog.NewTextHandler(io.MultiWriter(&own, &other), nil))
	})
	t.Cleanup(func() { logway.Set(func(l *slog.Logger, _ context.Context) *slog.Logger { return l }) })
	Plain(function(), hook.Captured{})(hook.Returned)
	if strings.Count(other.String(), "\n") != 2 {
		t.Errorf("%s", &other)
	}
}

func BenchmarkEntrylog(b *testing.B) {
	values := hook.Captured{Values: hook.MakeValues("id", 7, "name", "a")}
	f, ctx := function(), context.Background()
	for name, level := range map[string]slog.Level{"off": slog.LevelError + 1, "errors": slog.LevelError, "on": slog.LevelInfo} {
		use(b, level, io.Discard)
		b.Run(name+"/woven", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if end := CtxErr(ctx, f, values); end != nil {
					end(hook.Returned, nil)
				}
			}
		})
		b.Run(name+"/hand", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = byHand(ctx, 7, "a")
			}
		})
	}
}
