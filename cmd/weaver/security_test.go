package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// Nothing that weaver is linked with can open a connection or listen for one.
func TestNoNetwork(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./cmd/weaver", "./weaver")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, modulePath+"/weaver") {
		t.Fatalf("go list names %d packages, and not weaver", len(packages))
	}
	for _, p := range packages {
		if p == "net" || p == "plugin" {
			t.Errorf("weaver is linked with package %s", p)
		}
	}
}

// cmdListens runs a program and looks, again and again until it ends, whether it or any
// process that comes of it listens for connections. With ! none may.
//
//	[!] listens PROGRAM ARG…
func cmdListens(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: [!] listens PROGRAM ARG...")
	}
	path, err := exec.LookPath(args[0])
	if err != nil {
		path = ts.MkAbs(args[0])
	}
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	ts.Check(cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	seen, all := map[string]bool{}, map[int]bool{}
	for running := true; running; {
		for _, pid := range descendants(cmd.Process.Pid) {
			all[pid] = true
			for _, s := range listening(pid) {
				seen[s] = true
			}
		}
		select {
		case err := <-done:
			if err != nil {
				ts.Fatalf("%v: %s", err, out.String())
			}
			running = false
		case <-time.After(time.Millisecond):
		}
	}
	must(ts, len(all) > 3, "only %d processes were seen", len(all))
	must(ts, len(seen) > 0 != neg, "of %d processes there listen: %v", len(all), seen)
}

// descendants returns the process and those that it and they have started.
func descendants(pid int) []int {
	all := []int{pid}
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return all
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // it has ended
		}
		for _, word := range strings.Fields(string(text)) {
			var child int
			if _, err := fmt.Sscan(word, &child); err == nil {
				all = append(all, descendants(child)...)
			}
		}
	}
	return all
}

// listening returns the sockets on which the process listens: the program and the line
// of /proc/net.
//
// Source: proc_pid_net(5); in tcp and tcp6 the state 0A is LISTEN, in unix the flag
// 00010000 is what listen sets, and a udp socket of state 07 has an address and no peer.
func listening(pid int) []string {
	inodes := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return nil
	}
	for _, fd := range fds {
		to, err := os.Readlink(fd)
		if inode, ok := strings.CutPrefix(to, "socket:["); ok && err == nil {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	if len(inodes) == 0 {
		return nil
	}
	program, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	var out []string
	for _, table := range []struct {
		name, listens string
		inode         int // the column; the state's is 3 in all
	}{{"tcp", "0A", 9}, {"tcp6", "0A", 9}, {"udp", "07", 9}, {"udp6", "07", 9}, {"unix", "00010000", 6}} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table.name))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) > table.inode && f[3] == table.listens && inodes[f[table.inode]] {
				out = append(out, program+": "+strings.TrimSpace(line))
			}
		}
	}
	return out
}
