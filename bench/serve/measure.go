package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A sample is one run of the service under load.
type sample struct {
	rate   float64 // requests/s
	cpu    float64 // of the server, µs a request
	allocs float64 // of the server, a request
	memory float64 // resident at the end of the load, MB
}

// measure starts the service, loads the path, once to warm up, and ends it.
func measure(ctx context.Context, program string, env []string, path string, load time.Duration, clients int) (s sample, err error) {
	cmd := exec.CommandContext(ctx, program)
	cmd.Env, cmd.Stderr = env, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	if err := cmd.Start(); err != nil {
		return s, err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if e := cmd.Wait(); err == nil {
			err = e
		}
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return s, err
	}
	base := "http://" + strings.TrimSpace(address)
	url := base + path
	if _, err := drive(url, load/8, clients); err != nil {
		return s, err
	}
	mallocs, err := allocated(base)
	if err != nil {
		return s, err
	}
	before, err := used(cmd.Process.Pid)
	if err != nil {
		return s, err
	}
	start := time.Now()
	n, err := drive(url, load, clients)
	if err != nil {
		return s, err
	}
	s.rate = float64(n) / time.Since(start).Seconds()
	after, err := used(cmd.Process.Pid)
	if err != nil {
		return s, err
	}
	s.cpu = float64((after - before).Microseconds()) / float64(n)
	end, err := allocated(base)
	if err != nil {
		return s, err
	}
	s.allocs = float64(end-mallocs) / float64(n)
	s.memory, err = resident(cmd.Process.Pid)
	return s, err
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
