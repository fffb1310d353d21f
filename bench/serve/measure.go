package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A sample is one time of a service under load.
type sample struct {
	rate   float64 // requests/s
	cpu    float64 // of the server, µs a request
	allocs float64 // of the server, a request
	memory float64 // resident at the end of the load, MB
}

// A service is a variant that runs, and the collector that it exports to.
type service struct {
	cmd       *exec.Cmd
	base      string // of its URLs
	collector *httptest.Server
	exports   atomic.Int64 // requests to the collector
}

// start starts the program.
func start(ctx context.Context, program string, exports bool) (*service, error) {
	s := &service{cmd: exec.CommandContext(ctx, program)}
	s.collector = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { s.exports.Add(1) }))
	s.cmd.Env, s.cmd.Stderr = os.Environ(), os.Stderr
	if exports {
		s.cmd.Env = append(s.cmd.Env, "OTEL_SERVICE_NAME=hello", "OTEL_EXPORTER_OTLP_ENDPOINT="+s.collector.URL, "OTEL_LOGS_EXPORTER=none")
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.kill()
		return nil, err
	}
	s.base = "http://" + strings.TrimSpace(address)
	return s, nil
}

// stop ends the program as an operator would.
func (s *service) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// kill frees what a service has that may have been stopped.
func (s *service) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.collector.Close()
}

// measure loads the path.
func (s *service) measure(path string, load time.Duration, clients int) (m sample, err error) {
	mallocs, err := allocated(s.base)
	if err != nil {
		return m, err
	}
	before, err := used(s.cmd.Process.Pid)
	if err != nil {
		return m, err
	}
	start := time.Now()
	n, err := drive(s.base+path, load, clients)
	if err != nil {
		return m, err
	}
	m.rate = float64(n) / time.Since(start).Seconds()
	after, err := used(s.cmd.Process.Pid)
	if err != nil {
		return m, err
	}
	m.cpu = float64((after - before).Microseconds()) / float64(n)
	end, err := allocated(s.base)
	if err != nil {
		return m, err
	}
	m.allocs = float64(end-mallocs) / float64(n)
	m.memory, err = resident(s.cmd.Process.Pid)
	return m, err
}

// drive sends requests for the given time, each client its next one as soon as the last is
// answered, and returns how many were.
func drive(url string, load time.Duration, clients int) (int64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	var all sync.WaitGroup
	var n atomic.Int64
	var failed atomic.Pointer[error]
	end := time.Now().Add(load)
	for range clients {
		all.Go(func() {
			for time.Now().Before(end) && failed.Load() == nil {
				if err := get(client, url); err != nil {
					failed.Store(&err)
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return n.Load(), nil
}

func get(client *http.Client, url string) error {
	res, err := client.Get(url)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errStatus
	}
	return nil
}

// allocated returns how often the service has allocated memory so far.
func allocated(base string) (n uint64, err error) {
	res, err := http.Get(base + "/mallocs")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = fmt.Fscan(res.Body, &n)
	return n, err
}

// tick is the unit of CPU time in /proc, the same on all Linux systems that Go runs on.
const tick = 10 * time.Millisecond

// used returns the CPU time that the process has used.
func used(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The command's name, in parentheses, may have spaces.
	_, fields, _ := strings.Cut(string(stat), ") ")
	var user, system int64
	words := strings.Fields(fields)
	if _, err := fmt.Sscan(words[11]+" "+words[12], &user, &system); err != nil {
		return 0, err
	}
	return time.Duration(user+system) * tick, nil
}

// resident returns the process' resident memory in MB.
func resident(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kb float64
			_, err := fmt.Sscan(value, &kb)
			return kb / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of %d", pid)
}
