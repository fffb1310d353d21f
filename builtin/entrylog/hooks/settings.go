package hooks

import (
	"log/slog"
	"strings"

	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/internal/woven"
	"github.com/goweaver/weaver/instrument/hook"
)

// made holds the settings of each woven function. It is package-level since a hook has no
// receiver that could keep it.
var made = perfunc.New(newSettings)

// settings are what a function's rule and directives ask for.
type settings struct {
	level slog.Level
	start bool
	pc    uintptr // by which records name the function
	*secrets

	started, finished, failed, panicked, exited string // messages
}

// newSettings is called by a hook that runs for f.
func newSettings(f *hook.Func) *settings {
	s := &settings{start: true, pc: woven.Find(f).PC(), secrets: newSecrets(f)}
	if err := s.level.UnmarshalText([]byte(f.Text("level"))); err != nil {
		s.level = slog.LevelInfo // of no level at all: another one is a mistake of the declaration
	}
	if v, ok := f.Option("start").(bool); ok {
		s.start = v
	}
	message := f.Text("message")
	if message == "" {
		message = woven.ShortName(f)
	}
	s.started, s.finished, s.failed = message+" started", message+" finished", message+" failed"
	s.panicked, s.exited = message+" panicked", message+" ended its goroutine"
	return s
}

// newSecrets returns those that always are, and those that the rule and every directive add.
func newSecrets(f *hook.Func) *secrets {
	s := &secrets{types: map[string]bool{}}
	add := func(list string) {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); strings.Contains(name, ".") {
				s.types[strings.TrimLeft(name, "*")] = true
			} else if name != "" {
				s.names = append(s.names, words(name))
			}
		}
	}
	add(always)
	for _, o := range f.Options {
		if list, ok := o.Value.(string); ok && o.Key == "redact" {
			add(list)
		}
	}
	return s
}
