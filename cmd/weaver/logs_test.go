package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdLogs looks at the log files that a pattern matches. Each line has to be a JSON
// object of its own. -n is the number of files, N+ for N or more; with -pid each file has
// to be of the one process whose id stands behind its last dash; -has and -hasnot ask
// for a record with that message in one of them, and in none.
//
//	logs [-n N|N+] [-pid] [-has MESSAGE]… [-hasnot MESSAGE]… PATTERN
func cmdLogs(ts *testscript.TestScript, neg bool, args []string) {
	var want []string
	var not []string
	number, ofProcess := "1+", false
	for len(args) > 1 {
		switch args[0] {
		case "-n":
			number, args = args[1], args[2:]
		case "-pid":
			ofProcess, args = true, args[1:]
		case "-has":
			want, args = append(want, args[1]), args[2:]
		case "-hasnot":
			not, args = append(not, args[1]), args[2:]
		default:
			ts.Fatalf("logs: unknown flag %s", args[0])
		}
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: logs [-n N|N+] [-pid] [-has MESSAGE] [-hasnot MESSAGE] PATTERN")
	}
	files, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	least, orMore := strings.CutSuffix(number, "+")
	n, err := strconv.Atoi(least)
	ts.Check(err)
	must(ts, len(files) >= n && (orMore || len(files) == n), "%d files match %s, want %s", len(files), args[0], number)
	var messages []string
	for _, file := range files {
		pid := ""
		if ofProcess {
			name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
			pid = name[strings.LastIndexByte(name, '-')+1:]
		}
		messages = append(messages, logMessages(ts, file, pid)...)
	}
	for _, m := range want {
		must(ts, slices.Contains(messages, m), "no record says %q", m)
	}
	for _, m := range not {
		must(ts, !slices.Contains(messages, m), "a record says %q", m)
	}
}

// logMessages returns the messages in a log file, whose records are all of the process
// pid if that is not empty.
func logMessages(ts *testscript.TestScript, file, pid string) []string {
	data, err := os.ReadFile(file)
	ts.Check(err)
	must(ts, bytes.HasSuffix(data, []byte("\n")), "%s does not end with a whole line", file)
	var out []string
	for line := range bytes.Lines(data) {
		var r struct {
			Time, Level, Msg string
			PID              int
		}
		if err := json.Unmarshal(line, &r); err != nil {
			ts.Fatalf("%s: %v: %s", file, err, line)
		}
		must(ts, r.Time != "" && r.Level != "" && r.Msg != "" && r.PID != 0, "%s: a record lacks something: %s", file, line)
		must(ts, pid == "" || pid == strconv.Itoa(r.PID), "%s: a record of process %d", file, r.PID)
		out = append(out, r.Msg)
	}
	return out
}

// cmdAppended checks that a file is what an older copy of it was, and something more:
//
//	appended OLD FILE
func cmdAppended(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: appended OLD FILE")
	}
	before, now := ts.ReadFile(args[0]), ts.ReadFile(args[1])
	must(ts, strings.HasPrefix(now, before) && len(now) > len(before), "%s is not %s with more behind it", args[1], args[0])
}
