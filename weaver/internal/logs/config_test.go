package logs

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseLevel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		level slog.Level
		back  string // by LevelName
	}{
		{"NONE", LevelOff, "OFF"},
		{"OFF", LevelOff, "OFF"},
		{"ERROR", slog.LevelError, "ERROR"},
		{"WARN", slog.LevelWarn, "WARN"},
		{"INFO", slog.LevelInfo, "INFO"},
		{"DEBUG", slog.LevelDebug, "DEBUG"},
		{"TRACE", LevelTrace, "TRACE"},
	} {
		for _, name := range []string{tt.name, strings.ToLower(tt.name), tt.name[:1] + strings.ToLower(tt.name[1:])} {
			if l, err := ParseLevel(name); l != tt.level || err != nil {
				t.Errorf("ParseLevel(%q) is %v, %v; want %v", name, l, err, tt.level)
			}
		}
		if got := LevelName(tt.level); got != tt.back {
			t.Errorf("LevelName(%v) is %q, want %q", tt.level, got, tt.back)
		}
	}
	for _, name := range []string{"", "loud", "INFO ", "INFO+1", "DEBUG-4", "0"} {
		l, err := ParseLevel(name)
		if err == nil || l != LevelOff {
			t.Fatalf("ParseLevel(%q) is %v, %v; want an error", name, l, err)
		}
		for _, part := range []string{`"` + name + `"`, "NONE, OFF, ERROR, WARN, INFO, DEBUG, TRACE"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("the error about %q does not have %s: %v", name, part, err)
			}
		}
	}
	if got := LevelName(slog.LevelInfo + 2); got != "INFO+2" {
		t.Errorf("the level between INFO and WARN is %q", got)
	}
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		claim               string
		flagLevel, flagFile string
		envLevel, envFile   string
		want                Config
		err                 string // how the error begins
	}{
		{claim: "nothing asked for is nothing logged", want: Config{Level: LevelOff}},
		{claim: "a level alone", envLevel: "info", want: Config{Level: slog.LevelInfo}},
		{claim: "a file makes it WARN", envFile: "a.log", want: Config{slog.LevelWarn, "a.log"}},
		{claim: "a file's flag makes it WARN", flagFile: "a.log", want: Config{slog.LevelWarn, "a.log"}},
		{claim: "a file with a level", envFile: "a.log", envLevel: "TRACE", want: Config{LevelTrace, "a.log"}},
		{claim: "a file with OFF is not raised to WARN", envFile: "a.log", envLevel: "none", want: Config{LevelOff, "a.log"}},
		{claim: "a flag goes before its variable", flagLevel: "debug", envLevel: "error", flagFile: "f.log", envFile: "e.log", want: Config{slog.LevelDebug, "f.log"}},
		{claim: "a flag for one, a variable for the other", flagLevel: "debug", envFile: "e.log", want: Config{slog.LevelDebug, "e.log"}},
		{claim: "a bad variable does not matter behind a flag", flagLevel: "debug", envLevel: "loud", want: Config{Level: slog.LevelDebug}},
		{claim: "a bad flag", flagLevel: "loud", envLevel: "info", err: `--log-level: "loud" is no log level`},
		{claim: "a bad variable", envLevel: "loud", err: `ORCHESTRION_LOG_LEVEL: "loud" is no log level`},
	} {
		env := map[string]string{"ORCHESTRION_LOG_LEVEL": tt.envLevel, "ORCHESTRION_LOG_FILE": tt.envFile}
		got, err := Resolve(tt.flagLevel, tt.flagFile, func(name string) string { return env[name] })
		if tt.err != "" {
			if err == nil || !strings.HasPrefix(err.Error(), tt.err) {
				t.Errorf("%s: the error is %v, want %s", tt.claim, err, tt.err)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("%s: got %v, %v; want %v", tt.claim, got, err, tt.want)
		}
	}
}

func TestConfigPaths(t *testing.T) {
	dir := t.TempDir()
	abs := filepath.Join(dir, "a.log")
	for _, tt := range []struct{ file, want string }{
		{"", ""},
		{abs, abs},
		{"logs/w-$PID.log", filepath.Join(dir, "logs", "w-$PID.log")},
		{"../a.log", filepath.Join(filepath.Dir(dir), "a.log")},
	} {
		c := Config{Level: slog.LevelWarn, File: tt.file}
		if got := c.Abs(dir).File; got != tt.want {
			t.Errorf("%q in %s is %q, want %q", tt.file, dir, got, tt.want)
		}
		refused := tt.file != "" && tt.file != abs
		err := c.CheckAbs()
		if refused != (err != nil) {
			t.Errorf("CheckAbs of %q: %v", tt.file, err)
		}
		if refused && !strings.HasPrefix(err.Error(), "ORCHESTRION_LOG_FILE: "+tt.file+" is relative") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestConfigAsArgument(t *testing.T) {
	for _, c := range []Config{
		{Level: LevelOff},
		{Level: LevelTrace},
		{slog.LevelWarn, `/logs/with space/$PID:"'.log`},
		{slog.LevelInfo, `C:\logs\w.log`},
	} {
		if got, err := Parse(c.String()); got != c || err != nil {
			t.Errorf("%s is read as %v, %v", c, got, err)
		}
	}
	for _, s := range []string{"", "-", "INFO", "loud:/a.log"} {
		if c, err := Parse(s); err == nil || !c.Off() {
			t.Errorf("%q is read as %v, %v", s, c, err)
		}
	}
}

func TestExpand(t *testing.T) {
	for _, tt := range []struct{ path, want string }{
		{"w.log", "w.log"},
		{"w-$PID.log", "w-42.log"},
		{"${PID}/w$PID", "42/w42"},
		{"${PID}s.log", "42s.log"},
		{"$PID-$PID", "42-42"},
		{"$PIDS", "$PIDS"},
		{"$PID_", "$PID_"},
		{"$PID1", "$PID1"},
		{"$pid", "$pid"},
		{"$$PID", "$42"},
		{"$${PID}", "$42"},
		{"${PID", "${PID"},
		{"$PIDS$PID", "$PIDS42"},
		{"${HOME}/$USER", "${HOME}/$USER"},
		{"a$", "a$"},
	} {
		if got := expand(tt.path, 42); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.path, got, tt.want)
		}
	}
}
