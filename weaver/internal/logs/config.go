package logs

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
)

// The environment variables that [Resolve] reads.
const (
	LevelVariable = "ORCHESTRION_LOG_LEVEL"
	FileVariable  = "ORCHESTRION_LOG_FILE"
)

// A Config says what is logged, and where.
type Config struct {
	Level slog.Level
	// File is the path of the log file, or "" for none. $PID and ${PID} in it stand
	// for the id of the process that writes.
	File string
}

// Resolve returns what the flags --log-level and --log-file ask for, or for one that
// is "" what its environment variable does. Without a level it is WARN if there is a
// file, and OFF if not. The error says where the level comes from.
func Resolve(flagLevel, flagFile string, getenv func(string) string) (Config, error) {
	c := Config{Level: LevelOff, File: flagFile}
	if c.File == "" {
		c.File = getenv(FileVariable)
	}
	name, from := flagLevel, "--log-level"
	if name == "" {
		name, from = getenv(LevelVariable), LevelVariable
	}
	switch {
	case name != "":
		l, err := ParseLevel(name)
		if err != nil {
			return c, fmt.Errorf("%s: %w", from, err)
		}
		c.Level = l
	case c.File != "":
		c.Level = slog.LevelWarn
	}
	return c, nil
}

// Off reports whether nothing is logged.
func (c Config) Off() bool { return c.Level == LevelOff }

// Abs returns the config with the file's path made absolute against the folder, which
// is absolute. The tools of a build run in other folders than the wrapper.
func (c Config) Abs(dir string) Config {
	if c.File != "" && !filepath.IsAbs(c.File) {
		c.File = filepath.Join(dir, c.File)
	}
	return c
}

// CheckAbs returns an error if the file's path is relative. It is for processes that
// have no wrapper to say which folder is meant.
func (c Config) CheckAbs() error {
	if c.File == "" || filepath.IsAbs(c.File) {
		return nil
	}
	return fmt.Errorf("%s: %s is relative, and the tools of a build run in many folders; write an absolute path, or build with go tool weaver go, which takes it from the current folder", FileVariable, c.File)
}

// String returns the config as one argument that [Parse] reads.
func (c Config) String() string { return LevelName(c.Level) + ":" + c.File }

// Parse returns the config that [Config.String] wrote. The error shows an argument
// that is none.
func Parse(s string) (Config, error) {
	name, file, ok := strings.Cut(s, ":")
	l, err := ParseLevel(name)
	if !ok || err != nil {
		return Config{Level: LevelOff}, fmt.Errorf("%q is no log level with a file; write LEVEL:FILE, or OFF: for no log", s)
	}
	return Config{Level: l, File: file}, nil
}

// expand replaces $PID and ${PID} by the process id. As in a shell the name goes on
// for as long as letters, digits and underscores do, so $PIDS is left as it is; and as
// nothing else has a meaning, $$PID is a dollar sign and the id.
func expand(path string, pid int) string {
	id := strconv.Itoa(pid)
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(path, "$")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if rest, ok := strings.CutPrefix(after, "{PID}"); ok {
			b.WriteString(id)
			path = rest
		} else if rest, ok := strings.CutPrefix(after, "PID"); ok && !startsWithNameByte(rest) {
			b.WriteString(id)
			path = rest
		} else {
			b.WriteByte('$')
			path = after
		}
	}
}

func startsWithNameByte(s string) bool {
	if s == "" {
		return false
	}
	c := s[0]
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
