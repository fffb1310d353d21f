package weaver

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"unicode"

	"github.com/lmittmann/tint"

	"github.com/goweaver/weaver/weaver/internal/logs"
)

// newTerminalHandler returns a handler that shows records of the level and above on w,
// for people: a line each, and below it the values that have several lines. It uses
// colors if w is a terminal that has them.
func newTerminalHandler(w *os.File, level slog.Level) slog.Handler {
	if level == logs.LevelOff {
		return slog.DiscardHandler
	}
	return newTextHandler(w, level, hasColors(w))
}

// hasColors reports whether w is a terminal that understands colors. NO_COLOR, if it is
// not empty, asks for none (no-color.org), and a console of Windows would first have to
// be told to.
func hasColors(w *os.File) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" || runtime.GOOS == "windows" {
		return false
	}
	return isTerminal(w)
}

// isTerminal reports whether somebody may read w while it is written. The null device counts,
// since it does not matter what goes there.
func isTerminal(w *os.File) bool {
	info, err := w.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func newTextHandler(w io.Writer, level slog.Level, colors bool) slog.Handler {
	out := &terminal{w: w}
	return &terminalHandler{out: out, line: tint.NewTextHandler(&out.buf, &tint.Options{
		Level:       level,
		TimeFormat:  "15:04:05.000",
		NoColor:     !colors,
		ReplaceAttr: nameTrace,
	})}
}

// nameTrace gives TRACE a name, which tint has for the other levels.
func nameTrace(groups []string, a slog.Attr) slog.Attr {
	const gray = 8 // of the ANSI palette
	if l, ok := a.Value.Any().(slog.Level); ok && len(groups) == 0 && a.Key == slog.LevelKey && l == logs.LevelTrace {
		return tint.Attr(gray, slog.String(a.Key, "TRC"))
	}
	return a
}

// A terminal takes one record after the other.
type terminal struct {
	mu  sync.Mutex
	buf bytes.Buffer // the record that is being shown
	w   io.Writer
}

// A terminalHandler shows a record's line by tint. tint would quote a value of several
// lines, such as what a compiler says or an import config: these follow the line as a
// block, indented.
type terminalHandler struct {
	out  *terminal
	line slog.Handler // writes to out.buf
}

func (h *terminalHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.line.Enabled(ctx, level)
}

func (h *terminalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &terminalHandler{h.out, h.line.WithAttrs(attrs)}
}

func (h *terminalHandler) WithGroup(name string) slog.Handler {
	return &terminalHandler{h.out, h.line.WithGroup(name)}
}

// Handle writes the record with one call of Write.
func (h *terminalHandler) Handle(ctx context.Context, r slog.Record) error {
	line := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	var blocks []slog.Attr
	r.Attrs(func(a slog.Attr) bool {
		if text, ok := block(a.Value); ok {
			blocks = append(blocks, slog.String(a.Key, text))
		} else {
			line.AddAttrs(a)
		}
		return true
	})
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	h.out.buf.Reset()
	if err := h.line.Handle(ctx, line); err != nil {
		return err
	}
	for _, b := range blocks {
		h.out.block(b.Key, b.Value.String())
	}
	_, err := h.out.w.Write(h.out.buf.Bytes())
	return err
}

// block returns the text of a value that has several lines.
func block(v slog.Value) (text string, ok bool) {
	switch v = v.Resolve(); v.Kind() {
	case slog.KindString:
		text = v.String()
	case slog.KindAny:
		if err, isErr := v.Any().(error); isErr {
			text = err.Error()
		}
	}
	text = strings.TrimSuffix(text, "\n")
	return text, strings.Contains(text, "\n")
}

// block adds a value of several lines below a record's line. Control characters in it
// are none of weaver's own, and could do anything to a terminal.
func (t *terminal) block(key, text string) {
	t.buf.WriteString("    " + key + ":\n")
	for line := range strings.Lines(text) {
		t.buf.WriteString("      ")
		t.buf.WriteString(strings.Map(printable, strings.TrimRight(line, "\r\n")))
		t.buf.WriteByte('\n')
	}
}

func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\t' {
		return unicode.ReplacementChar
	}
	return r
}
