package weaver

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/report"
)

// recordLine returns the line that a tool appends to the report for a log record.
func recordLine(msg string) string {
	var b bytes.Buffer
	slog.New(logs.NewReportHandler(&b, slog.LevelInfo)).Info(msg)
	return b.String()
}

func appendText(t *testing.T, file, text string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// Records are shown once, in order, when their line is whole; findings are not records.
func TestFollower(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	var shown bytes.Buffer
	f := follower{handler: slog.NewTextHandler(&shown, nil), file: file}
	want := func(step string, messages ...string) {
		t.Helper()
		f.read()
		var got []string
		for line := range strings.Lines(shown.String()) {
			_, msg, _ := strings.Cut(strings.TrimSpace(line), "msg=")
			got = append(got, msg)
		}
		shown.Reset()
		if strings.Join(got, " ") != strings.Join(messages, " ") {
			t.Errorf("%s: shown %.200q, want %.200q", step, got, messages)
		}
	}
	want("no file yet")
	appendText(t, file, "")
	want("an empty file")
	one := recordLine("one")
	appendText(t, file, one[:9])
	want("the start of a line")
	appendText(t, file, one[9:len(one)-1])
	want("a line but for its end")
	appendText(t, file, "\n"+recordLine("two"))
	want("its end and another", "one", "two")
	want("nothing new")
	if err := report.Append(file, "action", &report.Record{Found: []match.Finding{{Text: "log"}}}); err != nil {
		t.Fatal(err)
	}
	appendText(t, file, recordLine("three")+"no json\n"+`{"log":broken}`+"\n"+recordLine("four"))
	want("records among findings and others", "three", "four")
	long := strings.Repeat("x", 200<<10)
	appendText(t, file, recordLine(long)[:100<<10])
	want("half of a long line")
	appendText(t, file, recordLine(long)[100<<10:]+recordLine("five"))
	want("a long line", long, "five")
}

// What was appended before the build ended is shown before the build's own words are.
func TestFollowUntilStopped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	var shown bytes.Buffer
	c := &command{logging: logs.Config{Level: slog.LevelInfo}, log: slog.New(slog.NewTextHandler(&shown, nil))}
	stop := c.follow(file)
	const records = 300
	for i := range records {
		appendText(t, file, recordLine(fmt.Sprint("r", i)))
	}
	stop()
	if n := strings.Count(shown.String(), "msg=r"); n != records || !strings.Contains(shown.String(), "msg=r299\n") {
		t.Errorf("%d records shown, want %d", n, records)
	}
	for name, logging := range map[string]logs.Config{"off": {Level: logs.LevelOff}, "to a file": {Level: slog.LevelInfo, File: file}} {
		shown.Reset()
		c.logging = logging
		c.follow(file)()
		if shown.Len() > 0 {
			t.Errorf("%s: shown %s", name, shown.Bytes())
		}
	}
}
