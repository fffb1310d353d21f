//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The kinds of records.
const (
	kindRun  = "run"  // a run began; where
	kindStep = "step" // a step was measured, or something failed
	kindTool = "tool" // the size of a tool's program
)

// A record is a line of the results.
type record struct {
	Kind     string
	Time     time.Time
	App      string   `json:",omitempty"`
	Tool     string   `json:",omitempty"`
	Version  string   `json:",omitempty"` // of the tool
	Step     string   `json:",omitempty"`
	Round    int      // 0 is the counted one
	Load     string   `json:",omitempty"` // of the machine when it was written, the last minute's
	Machine  *machine `json:",omitempty"`
	Checkout string   `json:",omitempty"` // commit of weaver's
	Error    string   `json:",omitempty"`
	use
}

func (r record) same(o record) bool {
	return r.Kind == o.Kind && r.App == o.App && r.Tool == o.Tool && r.Version == o.Version && r.Step == o.Step && r.Round == o.Round
}

// results are the records that a file has, to which each new one is added at once.
type results struct {
	file string
	all  []record
}

func openResults(file string) (*results, error) {
	r := &results{file: file}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return r, os.MkdirAll(filepath.Dir(file), 0o777)
	}
	if err != nil {
		return nil, err
	}
	for n, line := range bytes.Split(data, []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var next record
		if err := json.Unmarshal(line, &next); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
		}
		r.all = append(r.all, next)
	}
	return r, nil
}

// find returns the record of the same measurement, the last one if there are several.
func (r *results) find(like record) (record, bool) {
	for i := len(r.all) - 1; i >= 0; i-- {
		if r.all[i].same(like) {
			return r.all[i], true
		}
	}
	return record{}, false
}

func (r *results) add(next record) error {
	next.Time, next.Load = time.Now().UTC().Truncate(time.Second), load()
	line, err := json.Marshal(next)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(r.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	r.all = append(r.all, next)
	return errors.Join(err, f.Close())
}

// failed notes what did not work, and says so.
func (r *results) failed(next record) error {
	log.Printf("%s %s %s: %s; goes on without it", next.App, next.Tool, next.Step, next.Error)
	next.Kind = kindStep
	return r.add(next)
}

// A machine is what numbers depend on beside the tools.
type machine struct {
	Go, OS, CPU string
	Cores       int
	Memory      int64 // bytes; 0 if it is not known
}

func thisMachine(goroot string) (machine, error) {
	version, err := os.ReadFile(filepath.Join(goroot, "VERSION"))
	if err != nil {
		return machine{}, err
	}
	name, _, _ := strings.Cut(string(version), "\n")
	m := machine{Go: name, OS: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
	info, _ := os.ReadFile("/proc/cpuinfo") // not all systems have one
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	memory, _ := os.ReadFile("/proc/meminfo")
	if words := strings.Fields(string(memory)); len(words) > 1 && words[0] == "MemTotal:" {
		if _, err := fmt.Sscan(words[1], &m.Memory); err != nil {
			return machine{}, err
		}
		m.Memory *= 1024
	}
	return m, nil
}

// load returns the machine's load of the last minute, or "" where that is not known.
func load() string {
	data, _ := os.ReadFile("/proc/loadavg")
	word, _, _ := strings.Cut(string(data), " ")
	return word
}
