package logs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// attrText returns the attributes of a record as a line.
func attrText(r slog.Record) string {
	var b strings.Builder
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(a.Value.Kind().String() + " " + a.String() + "; ")
		return true
	})
	return b.String()
}

func TestReportRoundTrip(t *testing.T) {
	var b bytes.Buffer
	l := slog.New(NewReportHandler(&b, LevelTrace))
	long := strings.Repeat("packagefile a=b\n", 10_000)
	before := time.Now().Truncate(time.Microsecond)
	l.With("package", "net/http").Log(context.Background(), LevelTrace, "import config",
		"z", 1, "a", "x\n\"", "took", 2*time.Second, "ok", true, "rate", 1.5, "big", uint64(math.MaxUint64), "err", errors.New("no"),
		"list", []string{"p", "q"}, "msg", "again", "none", nil,
		slog.Group("rule", "pos", "a.go:1", "inner", slog.GroupValue(slog.Int("n", 1))), "text", long)
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1 || !bytes.HasSuffix(b.Bytes(), []byte("}}\n")) {
		t.Fatalf("the record has %d lines: %s", n, &b)
	}
	if !IsRecord(b.Bytes()) {
		t.Error("the line is not known as a record")
	}
	for _, line := range []string{b.String(), strings.TrimSuffix(b.String(), "\n")} {
		r, err := Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if r.Level != LevelTrace || r.Message != "import config" || r.Time.Before(before) || time.Since(r.Time) > time.Minute || r.Time.Location() != time.Local {
			t.Errorf("the record is %v", r)
		}
		want := `String package=net/http; Int64 z=1; String a=` + "x\n\"" + `; String took=2s; Bool ok=true; Float64 rate=1.5; Uint64 big=18446744073709551615; String err=no; ` +
			`Any list=[p q]; String msg=again; Any none=<nil>; Group rule=[pos=a.go:1 inner=[n=1]]; String text=` + long + "; "
		if got := attrText(r); got != want {
			t.Errorf("the attributes are\n%.400s\nwant\n%.400s", got, want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	if IsRecord([]byte(`{"pos":"a.go:1","text":"{\"log\":"}`)) {
		t.Error("a finding is taken for a record")
	}
	for _, line := range []string{
		``, `{"pos":"a.go:1"}`, `{"log":`, `{"log":}`, `{"log":{"level":"INFO","msg":"cut`, `{"log":1}`, `{"log":{}}`,
		`{"log":{"level":"INFO"}}`, `{"log":{"level":"LOUD","msg":"m"}}`, `{"log":{"time":"noon","level":"INFO","msg":"m"}}`,
		`{"log":{"level":"INFO","msg":"a"}}{"log":{"level":"INFO","msg":"b"}}`,
	} {
		if r, err := Decode([]byte(line)); err == nil || !strings.Contains(err.Error(), "is no log record") {
			t.Errorf("%s is read as %v, %v", line, r, err)
		}
	}
}

// Any record comes back as it was, but for bytes that are no text, which JSON can not
// carry.
func FuzzReport(f *testing.F) {
	f.Add("woven", "package", "net/http", int64(3), 1.5, true, int64(0), int64(1_700_000_000_000_000))
	f.Add("", "", "\xff\u2028</script>\x1b[0m", int64(math.MinInt64), math.Copysign(0, -1), false, int64(-8), int64(1))
	f.Add("msg", "time", strings.Repeat("x\n", 100), int64(0), 1e300, false, int64(10), int64(-1))
	f.Fuzz(func(t *testing.T, msg, key, text string, i int64, x float64, b bool, level, micros int64) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Skip("no number in JSON")
		}
		if micros < 0 || micros > 200_000_000_000_000_000 {
			t.Skip("no year of four digits")
		}
		l := slog.Level(max(-1000, min(level, 1000)))
		at := time.UnixMicro(micros).UTC()
		r := slog.NewRecord(at, l, msg, 0)
		r.AddAttrs(slog.String(key, text), slog.Int64(key, i), slog.Float64("x", x), slog.Bool("b", b), slog.Group("g", slog.String(key, text)))
		var line bytes.Buffer
		if err := NewReportHandler(&line, l).Handle(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		got, err := Decode(line.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got.Level != l || !got.Time.Equal(at) || got.Message != valid(msg) {
			t.Errorf("%v %v %q came back as %v %v %q", at, l, msg, got.Time, got.Level, got.Message)
		}
		// A float without a fraction is an integer in JSON, so the text is compared. slog
		// writes U+FFFD as it is, and escaped where it stands for what is no text.
		var again bytes.Buffer
		if err := NewReportHandler(&again, l).Handle(context.Background(), got); err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer(`\ufffd`, "\ufffd").Replace
		if plain(again.String()) != plain(line.String()) {
			t.Errorf("written again it is\n%s\nwas\n%s", &again, &line)
		}
		var texts []string
		got.Attrs(func(a slog.Attr) bool {
			texts = append(texts, a.Key, a.Value.String())
			return true
		})
		if texts[0] != valid(key) || texts[1] != valid(text) {
			t.Errorf("%q=%q came back as %q=%q", key, text, texts[0], texts[1])
		}
	})
}

func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// FuzzDecode: no line makes Decode panic.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"log":{"level":"INFO","msg":"m","a":[1,{"b":null}]}}`))
	f.Add([]byte(`{"log":[[[`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if r, err := Decode(line); err == nil && !IsRecord(line) {
			t.Errorf("%q is no record and is read as %v", line, r)
		}
	})
}

// What is not logged costs nothing: no file, no memory.
func TestOffCostsNothing(t *testing.T) {
	off := Config{Level: LevelOff, File: filepath.Join(t.TempDir(), "no", "such", "w.log")}
	warn := Config{Level: slog.LevelWarn, File: off.File}
	ctx := context.Background()
	for name, h := range map[string]slog.Handler{
		"off":             NewHandler(off.Open(), off.Level),
		"off, in report":  NewReportHandler(OpenReport(off.File), off.Level),
		"warn":            NewHandler(warn.Open(), warn.Level),
		"warn, in report": NewReportHandler(OpenReport(off.File), warn.Level),
	} {
		l := slog.New(h)
		text := strings.Repeat(name, 2)
		if n := testing.AllocsPerRun(100, func() {
			if l.Enabled(ctx, slog.LevelInfo) {
				t.Error(name, "takes INFO")
			}
			l.LogAttrs(ctx, slog.LevelInfo, "woven", slog.String("package", text), slog.Int("sites", len(text)))
		}); n > 0 {
			t.Errorf("%s: a record that is not logged takes %v allocations", name, n)
		}
		if off := strings.HasPrefix(name, "off"); l.Enabled(ctx, slog.LevelError) == off {
			t.Errorf("%s: Enabled(ERROR) is %v", name, !off)
		}
	}
}
