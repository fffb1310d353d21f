//go:build unix

package hooks

// The programs that the tests run: this test binary, started as the child process of
// a test with the name of one in the environment. Each calls the hooks where woven
// code calls them.

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/goweaver/weaver/builtin/otelsdk/hooks/ending"
)

// programVariable names the environment variable with the program's name. It must
// not begin with OTEL_.
const programVariable = "WOVEN_PROGRAM"

func TestMain(m *testing.M) {
	name := os.Getenv(programVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	if early := earlyPrograms[name]; early != nil {
		early()
	}
	wovenMain(programs[name])
}

// wovenMain is a main function with the given body, woven.
func wovenMain(body func()) {
	if exit := Main(); exit != nil {
		defer exit()
	}
	body()
}

// wovenExit and wovenNotify are functions of the standard library, woven.
func wovenExit(code int) { ending.Exit(); os.Exit(code) }

func wovenNotify(c chan<- os.Signal, sig ...os.Signal) {
	ending.Notify(c, sig)
	signal.Notify(c, sig...)
}

// work makes one span, one metric and one log record of that name.
func work(name string) {
	ctx, s := otel.Tracer("program").Start(context.Background(), name)
	defer s.End()
	count, err := otel.Meter("program").Int64Counter(name)
	if err != nil {
		panic(err)
	}
	count.Add(ctx, 1)
	var r log.Record
	r.SetBody(attribute.StringValue(name))
	global.Logger("program").Emit(ctx, r)
}

// earlyPrograms holds what some programs do before main.
var earlyPrograms = map[string]func(){
	"notify-early": func() { wovenNotify(early, syscall.SIGTERM) },
	"own-provider": func() {
		otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(printer{})))
	},
	"own-propagator": func() { otel.SetTextMapPropagator(propagation.Baggage{}) },
	"own-handler": func() {
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) { fmt.Println("own handler"); wovenExit(5) }))
	},
}

var early = make(chan os.Signal, 1)

var programs = map[string]func(){
	"return": func() { work("work"); fmt.Println("done") },
	"export and return": func() {
		work("work")
		time.Sleep(200 * time.Millisecond) // with a short delay the export is under way
		fmt.Println("done")
	},
	"exit": func() { work("work"); wovenExit(3) },
	"exits": func() {
		work("work")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { wovenExit(4) })
		}
		all.Wait()
	},
	"panic": func() { work("work"); panic("at work") },
	"main twice": func() {
		work("work")
		wovenMain(func() { work("again") })
	},
	"wait": func() {
		work("work")
		fmt.Println("ready")
		time.Sleep(time.Minute)
	},
	"notify": func() {
		c := make(chan os.Signal, 1)
		wovenNotify(c, syscall.SIGTERM, syscall.SIGHUP)
		handle(c)
	},
	"notify-all": func() {
		c := make(chan os.Signal, 100) // with room for those that handle passes over
		wovenNotify(c)
		handle(c)
	},
	"notify-early": func() { handle(early) },
	"stop": func() {
		c := make(chan os.Signal, 1)
		wovenNotify(c, syscall.SIGTERM)
		signal.Stop(c)
		fmt.Println("ready")
		time.Sleep(time.Minute)
	},
	"ignores": func() {
		fmt.Println("ready")
		fmt.Println("ignored:", signal.Ignored(syscall.SIGINT))
		work("work")
		time.Sleep(time.Minute)
	},
	"own-provider":   func() { work("own") },
	"own-propagator": func() { fmt.Println(otel.GetTextMapPropagator().Fields()) },
	"own-processor": func() {
		otel.GetTracerProvider().(*sdktrace.TracerProvider).RegisterSpanProcessor(stuck{})
	},
	"late-provider": func() {
		work("work")
		otel.SetTracerProvider(sdktrace.NewTracerProvider())
		otel.Handle(fmt.Errorf("of the program's own SDK"))
	},
	"own-handler": func() { work("work") },
}

// handle waits for the signal that the program handles, a second one for a while
// too, and exits. Who handles all signals is also sent those by which package runtime has
// goroutines make way for others.
func handle(c chan os.Signal) {
	work("work")
	fmt.Println("ready")
	next := func(timeout <-chan time.Time) os.Signal {
		for {
			select {
			case sig := <-c:
				if sig != syscall.SIGURG {
					return sig
				}
			case <-timeout:
				return nil
			}
		}
	}
	fmt.Println("handled", next(nil))
	if sig := next(time.After(100 * time.Millisecond)); sig != nil {
		fmt.Println("a second", sig)
	}
	wovenExit(7)
}

// printer is an exporter of a program's own.
type printer struct{}

func (printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		fmt.Println("own exporter:", s.Name())
	}
	return nil
}

func (printer) Shutdown(context.Context) error { return nil }

// stuck is a span processor of a program's own that takes its time to flush.
type stuck struct{ sdktrace.SpanProcessor }

func (stuck) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (stuck) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (stuck) ForceFlush(context.Context) error                { time.Sleep(time.Minute); return nil }
