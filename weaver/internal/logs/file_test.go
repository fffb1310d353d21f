package logs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// writerVariable makes the test binary a process that appends to the log file that the
// variable names.
const writerVariable = "LOGS_TEST_WRITER"

func TestMain(m *testing.M) {
	if name := os.Getenv(writerVariable); name != "" {
		os.Exit(appendRecords(name))
	}
	os.Exit(m.Run())
}

const (
	writers = 6
	records = 200
)

// long returns the value that record i of a process carries: every tenth has more
// than 64 KiB, as an import config may.
func long(i int) string {
	if i%10 == 0 {
		return strings.Repeat(strconv.Itoa(i)+"\n", 20_000+i)
	}
	return strings.Repeat("x", i)
}

func appendRecords(name string) int {
	c := Config{Level: LevelTrace, File: name}
	f := c.Open()
	l := slog.New(NewHandler(f, c.Level))
	for i := range records {
		l.Log(context.Background(), LevelTrace, "record", "i", i, "value", long(i))
	}
	if err := f.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// What processes append to a file at the same time stays in whole lines and is all
// there, in the order of each process, behind what was in the file.
func TestParallelProcesses(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "new", "folder", "w.log")
	for _, round := range []int{1, 2} { // the second finds the file of the first
		next := map[int]int{}
		var cmds []*exec.Cmd
		for range writers {
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), writerVariable+"="+name)
			cmd.Stderr = os.Stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			cmds = append(cmds, cmd)
		}
		for _, cmd := range cmds {
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var r struct {
				Time, Level, Msg, Value string
				PID, I                  int
			}
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatalf("a line of %d bytes is torn: %v: %.100q", len(line), err, line)
			}
			if r.I != next[r.PID] || r.Value != long(r.I) || r.Msg != "record" || r.Level != "TRACE" {
				t.Fatalf("process %d: record %d comes where %d is due, level %s, msg %s", r.PID, r.I, next[r.PID], r.Level, r.Msg)
			}
			next[r.PID]++
		}
		if len(next) != round*writers {
			t.Errorf("round %d: the file has records of %d processes, want %d", round, len(next), round*writers)
		}
		for pid, n := range next {
			if n != records {
				t.Errorf("round %d: process %d has %d records in the file, want %d", round, pid, n, records)
			}
		}
	}
}

func TestFileIsMadeWhenWritten(t *testing.T) {
	dir := t.TempDir()
	c := Config{Level: slog.LevelInfo, File: filepath.Join(dir, "logs", "w-$PID.log")}
	f := c.Open()
	l := slog.New(NewHandler(f, c.Level)).With("package", "net/http")
	l.Debug("too low")
	if _, err := os.Stat(filepath.Join(dir, "logs")); !os.IsNotExist(err) {
		t.Errorf("a log with nothing in it has a folder: %v", err)
	}
	l.Info("woven", "took", 1500*time.Microsecond, "at", time.Date(2026, 1, 2, 3, 4, 5, 600, time.FixedZone("", 3600)), "sites", 2)
	l.Log(context.Background(), LevelTrace, "too low")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "logs", fmt.Sprintf("w-%d.log", os.Getpid())))
	if err != nil {
		t.Fatal(err)
	}
	at, rest, ok := strings.Cut(string(data), `,"level"`)
	want := fmt.Sprintf(`:"INFO","msg":"woven","pid":%d,"package":"net/http","took":"1.5ms","at":"2026-01-02T02:04:05.000000Z","sites":2}`+"\n", os.Getpid())
	if !ok || rest != want {
		t.Errorf("the line is\n%s\nwant, behind the time,\n%s", data, want)
	}
	when, err := time.Parse(`{"time":"2006-01-02T15:04:05.000000Z"`, at)
	if since := time.Since(when); err != nil || since < 0 || since > time.Minute {
		t.Errorf("the time is %s, %v", at, err)
	}
	if (Config{Level: slog.LevelInfo}).Open() != nil {
		t.Error("no file is named, and one is opened")
	}
}

// A file that can not be written to is said by Err, once and for all, with the name
// that the user gave it.
func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, strconv.Itoa(os.Getpid())), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		claim string
		file  *File
		err   string
	}{
		{"the path is a folder", Config{File: filepath.Join(dir, "$PID")}.Open(), filepath.Join(dir, "$PID") + ": the log ends early: "},
		{"a file is where a folder should be", Config{File: filepath.Join(plain, "w.log")}.Open(), filepath.Join(plain, "w.log") + ": the log ends early: "},
		{"the report is gone", OpenReport(filepath.Join(dir, "gone")), filepath.Join(dir, "gone") + ": the log ends early: "},
	} {
		l := slog.New(NewHandler(tt.file, slog.LevelInfo))
		if err := tt.file.Err(); err != nil {
			t.Errorf("%s: there is an error before anything is written: %v", tt.claim, err)
		}
		l.Info("one")
		first := tt.file.Err()
		if first == nil || !strings.HasPrefix(first.Error(), tt.err) || !strings.Contains(first.Error(), "; ") {
			t.Errorf("%s: the error is %v, want %s…; what to do", tt.claim, first, tt.err)
			continue
		}
		if strings.Contains(first.Error(), strconv.Itoa(os.Getpid())) {
			t.Errorf("%s: the error differs from process to process: %v", tt.claim, first)
		}
		l.Info("two")
		if err := tt.file.Close(); !errors.Is(err, first) {
			t.Errorf("%s: the error changed to %v", tt.claim, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gone")); !os.IsNotExist(err) {
		t.Errorf("a report that was gone is made anew: %v", err)
	}
}

// A full disk ends the log.
func TestFullDisk(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("there is no", full)
	}
	f := Config{File: full}.Open()
	slog.New(NewHandler(f, slog.LevelInfo)).Info("one")
	if err := f.Close(); err == nil || !strings.HasPrefix(err.Error(), full+": the log ends early: no space left") {
		t.Errorf("the error is %v", err)
	}
}
