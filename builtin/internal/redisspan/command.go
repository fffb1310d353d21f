package redisspan

import (
	"reflect"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// A Mode is how commands are sent.
type Mode uint8

// The modes.
const (
	Single   Mode = iota
	Pipeline      // as many as there are, at once
	Multi         // the same, in a transaction
)

// A Command is what a call asks for: one command, or several that are sent together.
type Command struct {
	name, sub string
	mode      Mode
	size      int    // of a batch; 0 for a single command
	script    string // which one it runs, if it runs one
	of        any    // the library's own, by which it is known again
	traced    bool
}

// Traced returns the command as one of which the program has a span of its own made.
func (c Command) Traced() Command {
	c.traced = true
	return c
}

// Like reports whether the commands have the same name.
func (c Command) Like(other Command) bool {
	return strings.EqualFold(c.name, other.name) && strings.EqualFold(c.sub, other.sub)
}

// same reports whether the command is part of what the other one is about.
func (c Command) same(other Command) bool {
	if other.of == nil {
		return c.key() == other.key()
	}
	return c.of == other.of
}

// NewCommand returns the command with those arguments, of which the first is its name; of is
// what the library has for it, if it is to be known again by that.
func NewCommand(of any, args []any) (c Command) {
	if of != nil && reflect.TypeOf(of).Kind() == reflect.Pointer { // comparing others may panic
		c.of = of
	}
	if len(args) == 0 {
		return c
	}
	c.name = word(args[0])
	if len(args) == 1 {
		return c
	}
	switch strings.ToLower(c.name) {
	case "acl", "client", "cluster", "command", "config", "debug", "function", "latency", "memory", "module",
		"object", "pubsub", "script", "sentinel", "slowlog", "xgroup", "xinfo": // which name a group of commands
		c.sub = word(args[1])
	case "evalsha", "evalsha_ro", "fcall", "fcall_ro":
		c.script = word(args[1])
	}
	return c
}

// NewBatch returns the commands that are sent in that mode, of which there are n: one alone
// is no batch, nor is one that is sent on by a cluster.
func NewBatch(mode Mode, n int, command func(i int) Command) (c Command) {
	if n == 1 {
		return command(0)
	}
	if n == 2 && strings.EqualFold(command(0).name, "asking") {
		return command(1)
	}
	for i := range n {
		one := command(i)
		if i > 0 && !one.Like(c) {
			return Command{mode: mode, size: n}
		}
		c = Command{name: one.name, sub: one.sub, mode: mode, size: n}
	}
	return c
}

// upkeep reports whether the command is one by which a cluster or a ring finds out about its
// nodes: of one that is known to be a node it asks in the background, as often as twice in a
// second, whether it is there.
func (c Command) upkeep(node bool) bool {
	switch strings.ToLower(c.name) {
	case "cluster", "command", "readonly":
		return c.mode == Single
	case "ping":
		return c.mode == Single && node
	}
	return false
}

// longestWord is how many bytes the name of a command may have.
const longestWord = 48

// word returns the argument if it may be the name of a command, or part of one, and "" if
// not: a program that writes all of a command into one argument must not have that told.
func word(arg any) string {
	s, ok := arg.(string)
	if !ok || len(s) > longestWord {
		return ""
	}
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '_', b == '-':
		default:
			return ""
		}
	}
	return s
}

// A callKey says what a call is: calls with the same key have the same telemetry.
type callKey struct {
	name, sub string
	mode      Mode
	batch     bool
}

func (c Command) key() callKey { return callKey{c.name, c.sub, c.mode, c.size > 0} }

// options are those of the span of this very call.
func (c Command) options() []trace.SpanStartOption {
	var attrs []attribute.KeyValue
	if c.size > 0 {
		attrs = append(attrs, semconv.DBOperationBatchSize(c.size))
	}
	if c.script != "" {
		attrs = append(attrs, semconv.DBStoredProcedureName(c.script))
	}
	if attrs == nil {
		return nil
	}
	return []trace.SpanStartOption{trace.WithAttributes(attrs...)}
}

// operation returns the name of the calls' operation: "" if the command can not be told. It
// is in upper case, as Redis has it in its documentation and OpenTelemetry in its examples:
// the libraries send what their methods are for in lower case.
func (k callKey) operation() string {
	name := strings.ToUpper(strings.TrimSpace(k.name + " " + k.sub))
	if !k.batch {
		return name
	}
	prefix := "PIPELINE"
	if k.mode == Multi {
		prefix = "MULTI"
	}
	return strings.TrimSpace(prefix + " " + name)
}
