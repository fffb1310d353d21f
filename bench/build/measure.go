//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A use is what one command took.
type use struct {
	Wall    float64 `json:",omitempty"` // seconds
	CPU     float64 `json:",omitempty"` // seconds of the command and all it started, user and system
	Largest int64   `json:",omitempty"` // peak resident memory of its largest process, bytes
	Tree    int64   `json:",omitempty"` // peak of all its processes together, bytes, as sampled; when counted
	Size    int64   `json:",omitempty"` // of the program, bytes
	*Calls          // when counted
}

// A running is a command that is measured.
type running struct {
	dir        string
	words, env []string
	log        string // file of what it prints
	sample     bool   // look at the memory of its processes meanwhile
}

// run runs the command to its end. Its error has what the command printed.
func (r running) run(ctx context.Context) (u use, err error) {
	program, err := lookPath(r.words[0], r.env)
	if err != nil {
		return u, err
	}
	out, err := os.Create(r.log)
	if err != nil {
		return u, err
	}
	defer out.Close()
	cmd := exec.CommandContext(ctx, program, r.words[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.dir, append(r.env, "PWD="+r.dir), out, out
	// What is asked to stop cleans up after itself.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := ready(); err != nil {
		return u, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return u, err
	}
	var peak func() int64
	if r.sample {
		peak = watch(cmd.Process.Pid)
	}
	err = cmd.Wait()
	u.Wall = time.Since(start).Seconds()
	if peak != nil {
		u.Tree = peak()
	}
	state := cmd.ProcessState
	if state == nil {
		return u, err
	}
	usage := state.SysUsage().(*syscall.Rusage)
	u.Largest = usage.Maxrss * maxrssUnit
	left, orphans := reap()
	u.CPU = (state.UserTime() + state.SystemTime() + left).Seconds()
	if err == nil && orphans > 0 {
		err = fmt.Errorf("%d processes go on after the command has ended, whose CPU time is not known", orphans)
	}
	if err != nil {
		said, _ := os.ReadFile(r.log)
		err = fmt.Errorf("%w\n%s", err, said)
	}
	return u, err
}

// reap waits for processes that the command left behind, which are this one's since ready,
// and returns their CPU time, and how many go on nevertheless.
func reap() (cpu time.Duration, rest int) {
	for end := time.Now().Add(10 * time.Second); ; {
		var usage syscall.Rusage
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, &usage)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil: // no child
			return cpu, 0
		case pid > 0:
			cpu += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		case time.Now().After(end):
			return cpu, 1
		default:
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// lookPath finds a program by the PATH of the environment that it gets.
func lookPath(name string, env []string) (string, error) {
	if filepath.IsAbs(name) {
		return name, nil
	}
	var path string
	for _, kv := range env {
		if value, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = value
		}
	}
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, exec.ErrNotFound)
}
