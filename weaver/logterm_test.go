package weaver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/weaver/internal/logs"
)

var clock = regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d{3} `)

// On a pipe a record is plain text, and a value of several lines a block below it.
func TestTerminalHandlerOnPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	l := slog.New(newTerminalHandler(w, logs.LevelTrace)).With("package", "net/http")
	l.Error("no import config", "err", errors.New("gone"))
	l.Warn("odd \x1b[31mvalue", "text", "with space \x1b[31mred")
	l.Info("woven", "sites", 2, "took", 1500*time.Microsecond)
	l.Debug("compiler", "err", errors.New("a.go:1: no\r\n\tb.go:2: \x1b[31mno"), "code", 2)
	l.Log(ctx, logs.LevelTrace, "config", "importcfg", "packagefile a=b\npackagefile c=d\n", "one", "line\n")
	l.Log(ctx, logs.LevelTrace-1, "too low")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	got := clock.ReplaceAllString(string(out), "TIME ")
	const want = `TIME ERR no import config package=net/http err=gone
TIME WRN odd ` + "\x1b" + `[31mvalue package=net/http text="with space red"
TIME INF woven package=net/http sites=2 took=1.5ms
TIME DBG compiler package=net/http code=2
    err:
      a.go:1: no
      	b.go:2: ` + "\ufffd" + `[31mno
TIME TRC config package=net/http one="line\n"
    importcfg:
      packagefile a=b
      packagefile c=d
`
	if got != want {
		t.Errorf("the log is\n%s\nwant\n%s", got, want)
	}
}

func TestTerminalHandlerLevels(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	slog.New(newTerminalHandler(w, logs.LevelOff)).Error("off")
	slog.New(newTerminalHandler(w, slog.LevelWarn)).Info("too low")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := io.ReadAll(r); len(out) > 0 || err != nil {
		t.Errorf("the log is %q, %v", out, err)
	}
}

func TestColors(t *testing.T) {
	var b bytes.Buffer
	l := slog.New(newTextHandler(&b, logs.LevelTrace, true))
	l.Log(context.Background(), logs.LevelTrace, "config", "a", 1)
	l.Error("no")
	for _, want := range []string{"\x1b[90mTRC\x1b[0m config", "\x1b[91mERR\x1b[0m no"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q does not have %q", &b, want)
		}
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a character device, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	plain, err := os.Create(filepath.Join(t.TempDir(), "plain"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, tt := range []struct {
		noColor, term string
		file          *os.File
		want          bool
	}{
		{"", "xterm", null, true},
		{"1", "xterm", null, false},
		{"", "dumb", null, false},
		{"", "xterm", plain, false},
	} {
		t.Setenv("NO_COLOR", tt.noColor)
		t.Setenv("TERM", tt.term)
		if got := hasColors(tt.file); got != tt.want && runtime.GOOS != "windows" {
			t.Errorf("NO_COLOR=%s TERM=%s %s: colors are %v", tt.noColor, tt.term, tt.file.Name(), got)
		}
	}
}

// A record that a tool process reports is shown as if the wrapper had logged it.
func TestTerminalHandlerShowsReport(t *testing.T) {
	var report, got, want bytes.Buffer
	at := time.Now().Truncate(time.Microsecond)
	r := slog.NewRecord(at, logs.LevelTrace, "config", 0)
	r.AddAttrs(slog.String("package", "a"), slog.Duration("took", time.Second), slog.Int("sites", 2), slog.String("importcfg", "a\nb\n"), slog.Any("args", []string{"-p", "x y"}))
	ctx := context.Background()
	if err := logs.NewReportHandler(&report, logs.LevelTrace).Handle(ctx, r); err != nil {
		t.Fatal(err)
	}
	back, err := logs.Decode(report.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, show := range []struct {
		r slog.Record
		b *bytes.Buffer
	}{{r, &want}, {back, &got}} {
		if err := newTextHandler(show.b, logs.LevelTrace, true).Handle(ctx, show.r); err != nil {
			t.Fatal(err)
		}
	}
	if got.String() != want.String() {
		t.Errorf("it is shown as\n%s\nand from the wrapper as\n%s", &got, &want)
	}
}
