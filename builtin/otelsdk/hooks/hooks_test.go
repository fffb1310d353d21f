//go:build unix

package hooks

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deadEnd returns the address of a server that accepts and never answers.
func deadEnd(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String()
}

// A result is how a program ended and what it wrote.
type result struct {
	status, stdout, stderr string
	took                   time.Duration // from the first signal, or from the start
}

// run runs the named program in an environment with the given variables and no other
// OTEL_ ones, and sends it the signals, the first when it has written its first line
// and the others in steps of 200 ms.
func run(t *testing.T, name string, env []string, signals ...os.Signal) result {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "OTEL_") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(append(cmd.Env, programVariable+"="+name), env...)
	return await(t, cmd, signals)
}

func await(t *testing.T, cmd *exec.Cmd, signals []os.Signal) result {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer guard.Stop()
	start := time.Now()
	var first []byte
	if len(signals) > 0 {
		first = make([]byte, len("ready\n"))
		if _, err := io.ReadFull(out, first); err != nil {
			t.Fatalf("the program did not get ready: %v, %s", err, &stderr)
		}
		start = time.Now()
	}
	for i, sig := range signals {
		if i > 0 {
			time.Sleep(200 * time.Millisecond)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatalf("signal %d: %v", i+1, err)
		}
	}
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.String(), string(first) + string(rest), stderr.String(), time.Since(start)}
}

// However a program ends, its spans, metrics and log records are exported, and it ends and
// writes as it does without an SDK.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		claim, program string
		signals        []os.Signal
		status         string
		exported       []string // of each signal
	}{
		{"main returns", "return", nil, "exit status 0", []string{"shop work"}},
		{"os.Exit", "exit", nil, "exit status 3", []string{"shop work"}},
		{"os.Exit in several goroutines", "exits", nil, "exit status 4", []string{"shop work"}},
		{"main panics", "panic", nil, "exit status 2", []string{"shop work"}},
		{"main is called again", "main twice", nil, "exit status 0", []string{"shop again", "shop work"}},
		{"SIGTERM", "wait", []os.Signal{syscall.SIGTERM}, "signal: terminated", []string{"shop work"}},
		{"SIGINT", "wait", []os.Signal{syscall.SIGINT}, "signal: interrupt", []string{"shop work"}},
		{"SIGHUP, which is left alone", "wait", []os.Signal{syscall.SIGHUP}, "signal: hangup", nil},
		{"a signal that the program handles", "notify", []os.Signal{syscall.SIGTERM}, "exit status 7", []string{"shop work"}},
		{"beside one that it handles", "notify", []os.Signal{syscall.SIGINT}, "signal: interrupt", []string{"shop work"}},
		{"it handles all signals", "notify-all", []os.Signal{syscall.SIGINT}, "exit status 7", []string{"shop work"}},
		{"it has handled it since before main", "notify-early", []os.Signal{syscall.SIGTERM}, "exit status 7", []string{"shop work"}},
		{"it handles it no more", "stop", []os.Signal{syscall.SIGTERM}, "signal: terminated", nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			for _, s := range c.signals {
				if signal.Ignored(s) { // as SIGHUP is under nohup, and a program inherits that
					t.Skipf("%v is ignored", s)
				}
			}
			collector := newCollector(t)
			plain := run(t, c.program, nil, c.signals...)
			woven := run(t, c.program, []string{
				"OTEL_SERVICE_NAME=shop", "OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL,
			}, c.signals...)
			if woven.status != c.status || plain.status != c.status {
				t.Errorf("it ended with %q, without an SDK with %q, stderr %s", woven.status, plain.status, woven.stderr)
			}
			if woven.stdout != plain.stdout {
				t.Errorf("it wrote %q, without an SDK %q", woven.stdout, plain.stdout)
			}
			// The addresses and goroutine numbers of a panic's trace differ from run to run.
			if line, _, _ := strings.Cut(woven.stderr, "\n"); !strings.HasPrefix(plain.stderr, line) || line == "" && woven.stderr != plain.stderr {
				t.Errorf("stderr is %q, without an SDK %q", woven.stderr, plain.stderr)
			}
			for signal, got := range collector.all() {
				if !slices.Equal(got, c.exported) {
					t.Errorf("the %s are %q, not %q", signal, got, c.exported)
				}
			}
		})
	}
}

// A program that was started to ignore a signal, as by nohup, goes on ignoring it.
func TestIgnoredSignal(t *testing.T) {
	collector := newCollector(t)
	cmd := exec.Command("sh", "-c", `trap "" INT; exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), programVariable+"=ignores", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL)
	r := await(t, cmd, []os.Signal{syscall.SIGINT, syscall.SIGTERM})
	if r.status != "signal: terminated" || r.stdout != "ready\nignored: true\n" || len(collector.spans()) != 1 {
		t.Errorf("it wrote %q and ended with %q after exporting %q", r.stdout, r.status, collector.spans())
	}
}

// Nothing is done and nothing written unless the environment asks for it, and a
// collector that is not there or does not answer shows in nothing but a bounded delay.
func TestSilence(t *testing.T) {
	collector, dead := newCollector(t), deadEnd(t)
	const limit = flushTimeout + 2*time.Second // under the race detector a process takes one to exit
	for _, c := range []struct {
		claim   string
		env     []string
		signals []os.Signal
		least   time.Duration // it waits for the collector
		most    time.Duration
	}{
		{"no collector", []string{"OTEL_SERVICE_NAME=shop", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"}, nil, 0, limit},
		{"no collector, gRPC", []string{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"}, nil, 0, limit},
		{"a collector that does not answer", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + dead}, nil, flushTimeout, limit},
		{"a signal meanwhile", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + dead}, []os.Signal{syscall.SIGTERM}, flushTimeout, limit},
		{"two signals", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + dead}, []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, 0, flushTimeout},
		{"a propagator that is unknown", []string{"OTEL_PROPAGATORS=carrier-pigeon", "OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}, nil, 0, limit},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			program, want := "return", "done\n"
			if c.signals != nil {
				program, want = "wait", "ready\n"
			}
			r := run(t, program, c.env, c.signals...)
			if r.stdout != want || r.stderr != "" {
				t.Errorf("it wrote %q and %q", r.stdout, r.stderr)
			}
			if r.took < c.least || r.took > c.most {
				t.Errorf("it took %v", r.took)
			}
		})
	}
	t.Run("on demand there are messages", func(t *testing.T) {
		r := run(t, "return", []string{"OTEL_LOG_LEVEL=error", "OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"})
		if !strings.Contains(r.stderr, "export of traces to http://127.0.0.1:1/v1/traces: ") || r.stdout != "done\n" {
			t.Errorf("it wrote %q and %q", r.stdout, r.stderr)
		}
	})
}

// A collector that is not there keeps a program from ending no longer than it takes to find
// that out, also one that is being tried again.
func TestPromptEnd(t *testing.T) {
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		for _, program := range []string{"return", "export and return"} {
			r := run(t, program, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL=" + protocol, "OTEL_BSP_SCHEDULE_DELAY=1"})
			if r.stdout != "done\n" || r.stderr != "" || r.took > flushTimeout/2 {
				t.Errorf("%s, %s: it wrote %q and %q, and took %v", protocol, program, r.stdout, r.stderr, r.took)
			}
		}
	}
}

// What the environment asks for and can not have is said, a line each, and what it can have
// is there.
func TestMisled(t *testing.T) {
	collector := newCollector(t)
	for _, c := range []struct{ env, want string }{
		{"OTEL_EXPORTER_OTLP_ENDPOINT=http://%%", `OTEL_EXPORTER_OTLP_ENDPOINT is no URL: invalid URL escape "%%"`},
		{"OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL=http/json: unknown protocol; http/protobuf and grpc are there"},
		{"OTEL_TRACES_EXPORTER=carrier-pigeon,otlp", "OTEL_TRACES_EXPORTER=carrier-pigeon: no such exporter; otlp, console and none are there"},
		{"OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER=prometheus: this program was built without it; list prometheus.Aspect of github.com/goweaver/weaver/builtin/prometheus in the registration file, in front of otelsdk.Aspect, and build it again"},
		{"OTEL_METRICS_PRODUCERS=prometheus", "OTEL_METRICS_PRODUCERS=prometheus: this program was built without it; list prometheus.Aspect of github.com/goweaver/weaver/builtin/prometheus in the registration file, in front of otelsdk.Aspect, and build it again"},
	} {
		before := len(collector.spans())
		r := run(t, "return", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL, c.env})
		if r.stdout != "done\n" || r.stderr != "weaver: otelsdk: "+c.want+"\n" || r.status != "exit status 0" {
			t.Errorf("%s: it wrote %q and %q and ended with %s", c.env, r.stdout, r.stderr, r.status)
		}
		otlp := !strings.HasPrefix(c.env, "OTEL_EXPORTER")
		if got := len(collector.spans()) - before; otlp != (got == 1) {
			t.Errorf("%s: %d spans", c.env, got)
		}
	}
	if r := run(t, "own-handler", []string{"OTEL_TRACES_EXPORTER=x", "OTEL_METRICS_EXPORTER=none", "OTEL_LOGS_EXPORTER=none"}); r.stdout != "own handler\n" || r.stderr != "" {
		t.Errorf("with its own handler it wrote %q and %q", r.stdout, r.stderr)
	}
}

// Several exporters get the same.
func TestSeveral(t *testing.T) {
	collector := newCollector(t)
	r := run(t, "return", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL,
		"OTEL_TRACES_EXPORTER=console, otlp,otlp", "OTEL_METRICS_EXPORTER=otlp,console", "OTEL_LOGS_EXPORTER=console,otlp"})
	for signal, got := range collector.all() {
		if len(got) != 1 {
			t.Errorf("%s: %q", signal, got)
		}
	}
	for _, part := range []string{`{"Name":"work","SpanContext":`, `{"Name":"work","Description":`, `"Body":{"Type":"STRING","Value":"work"}`} {
		if strings.Count(r.stdout, part) != 1 {
			t.Errorf("the console has no %s: %s", part, r.stdout)
		}
	}
}

// The console exporter is the one that writes to stdout.
func TestConsole(t *testing.T) {
	r := run(t, "return", []string{"OTEL_TRACES_EXPORTER=console"})
	if !strings.HasPrefix(r.stdout, "done\n{") || !strings.Contains(r.stdout, `"Name":"work"`) || r.stderr != "" {
		t.Errorf("it wrote %q and %q", r.stdout, r.stderr)
	}
}

// What the program has set itself stays: a provider and a propagator before main, an
// error handler, and the messages of an SDK that it sets up after all.
func TestProgramsOwn(t *testing.T) {
	collector := newCollector(t)
	env := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}
	if r := run(t, "own-provider", env); r.stdout != "own exporter: own\n" || r.stderr != "" {
		t.Errorf("with its own provider it wrote %q and %q", r.stdout, r.stderr)
	}
	if n := len(collector.spans()); n != 0 {
		t.Errorf("the collector got %d spans beside the program's provider", n)
	}
	if r := run(t, "own-propagator", env); r.stdout != "[baggage]\n" {
		t.Errorf("with its own propagator it wrote %q", r.stdout)
	}
	if r := run(t, "own-processor", env); r.status != "exit status 0" || r.took > 2*flushTimeout {
		t.Errorf("with a processor of its own it ended with %q after %v", r.status, r.took)
	}
	if r := run(t, "late-provider", env); !strings.HasSuffix(r.stderr, "of the program's own SDK\n") {
		t.Errorf("with an SDK of its own it wrote %q", r.stderr)
	}
	// Its handler ends the process in the middle of an export, of each signal for itself.
	r := run(t, "own-handler", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"})
	if got, _, _ := strings.Cut(r.stdout, "\n"); got != "own handler" || len(r.stdout) > 3*len("own handler\n") || r.status != "exit status 5" || r.took > 2*flushTimeout {
		t.Errorf("with its own handler it wrote %.200q and ended with %q after %v", r.stdout, r.status, r.took)
	}
}

func TestWanted(t *testing.T) {
	all := signals{true, true, true}
	for _, c := range []struct {
		environ string
		want    signals
	}{
		{"PATH=/bin", signals{}},
		{"PATH=/bin OTEL_SERVICE_NAME=shop", all},
		{"OTEL_SERVICE_NAME=", signals{}},
		{"XOTEL_SERVICE_NAME=shop OTEL=1 otel_service_name=shop", signals{}},
		{"OTEL_GO_DISABLED_INSTRUMENTATIONS=sql", signals{}},
		{"OTEL_SDK_DISABLED=false", all},
		{"OTEL_SERVICE_NAME=shop OTEL_SDK_DISABLED=True", signals{}},
		{"OTEL_TRACES_EXPORTER=none OTEL_SERVICE_NAME=shop", signals{metrics: true, logs: true}},
		{"OTEL_TRACES_EXPORTER=None", signals{metrics: true, logs: true}},
		{"OTEL_TRACES_EXPORTER=console", all},
		{"OTEL_LOGS_EXPORTER=none OTEL_METRICS_EXPORTER=none OTEL_SDK_DISABLED=1", signals{traces: true}},
	} {
		if got := wanted(strings.Fields(c.environ)); got != c.want {
			t.Errorf("%s: %v", c.environ, got)
		}
	}
}
