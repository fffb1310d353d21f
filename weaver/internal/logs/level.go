package logs

import (
	"fmt"
	"log/slog"
	"math"
	"strings"
)

// The levels that [log/slog] has no constant for. The others are its own.
const (
	// LevelTrace is for the arguments of tools and whole import configs.
	LevelTrace = slog.LevelDebug - 4
	// LevelOff is above the level of any record: a handler of this level logs nothing.
	LevelOff = slog.Level(math.MaxInt)
)

// levelNames lists what [ParseLevel] takes, from the quietest on.
const levelNames = "NONE, OFF, ERROR, WARN, INFO, DEBUG, TRACE"

// ParseLevel returns the level of that name, in upper or lower case. NONE and OFF
// are both [LevelOff]. The error lists the names.
func ParseLevel(name string) (slog.Level, error) {
	switch strings.ToUpper(name) {
	case "NONE", "OFF":
		return LevelOff, nil
	case "ERROR":
		return slog.LevelError, nil
	case "WARN":
		return slog.LevelWarn, nil
	case "INFO":
		return slog.LevelInfo, nil
	case "DEBUG":
		return slog.LevelDebug, nil
	case "TRACE":
		return LevelTrace, nil
	}
	return LevelOff, fmt.Errorf("%q is no log level; use one of %s", name, levelNames)
}

// LevelName returns the level's name in upper case, as [ParseLevel] takes it. A level
// between two names has the form of [slog.Level.String], as in INFO+2.
func LevelName(l slog.Level) string {
	switch l {
	case LevelTrace:
		return "TRACE"
	case LevelOff:
		return "OFF"
	}
	return l.String()
}

// LevelNames returns what [ParseLevel] takes, from the quietest on.
func LevelNames() []string { return strings.Split(levelNames, ", ") }
