package weaver

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/weave"
)

// Unified diffs of woven files. Weaving changes text within lines and leaves all lines where
// they are, so nothing has to be searched for: the splices say which lines they are, and
// which bytes of these.

const diffContext = 3 // lines around a change

// The colours of a terminal, as git has them.
const (
	colorOff    = "\x1b[0m"
	colorHead   = "\x1b[1m"
	colorHunk   = "\x1b[36m"
	colorOld    = "\x1b[31m"
	colorNew    = "\x1b[32m"
	colorMark   = "\x1b[7m" // what a splice puts in, or takes out
	colorMarked = "\x1b[27m"
)

// colored reports whether output to w is to be in colour. Of auto, which "" stands for, it is
// on a terminal alone.
func colored(when string, w *os.File) (bool, error) {
	switch when {
	case "", "auto":
		return hasColors(w), nil
	case "always", "never":
		return when == "always", nil
	}
	return false, fmt.Errorf("-color=%s: it can be auto, always or never", when)
}

// A diffPrinter writes diffs. It keeps the first error.
type diffPrinter struct {
	w      io.Writer
	colors bool
	err    error
}

func (d *diffPrinter) print(text string) {
	if d.err == nil {
		_, d.err = io.WriteString(d.w, text)
	}
}

// line writes one line in a colour. Of what its parts are those in between are marked.
func (d *diffPrinter) line(color, sign string, parts ...string) {
	last := parts[len(parts)-1]
	text, ended := strings.CutSuffix(last, "\n")
	parts[len(parts)-1] = text
	if !d.colors {
		d.print(sign + strings.Join(parts, "") + "\n")
	} else {
		d.print(color + sign)
		for i, p := range parts {
			// Control characters in a source could do anything to a terminal.
			p = strings.Map(printable, strings.TrimRight(p, "\r"))
			if i%2 == 1 && p != "" {
				p = colorMark + p + colorMarked
			}
			d.print(p)
		}
		if color != "" {
			d.print(colorOff)
		}
		d.print("\n")
	}
	if !ended {
		d.print("\\ No newline at end of file\n")
	}
}

// file writes the diff of one file. Each hunk is headed by the rules that are woven there.
func (d *diffPrinter) file(f *changedFile, sites []Site) {
	if f.New {
		lines := linesOf([]byte(f.Woven))
		d.line(colorHead, "--- ", "/dev/null\n")
		d.line(colorHead, "+++ ", "b/"+f.show+f.rest+"\n")
		d.line(colorHunk, "", fmt.Sprintf("@@ -0,0 +1,%d @@\n", len(lines)))
		for _, l := range lines {
			d.line(colorNew, "+", l)
		}
		return
	}
	d.line(colorHead, "--- ", "a/"+f.show+f.rest+"\n")
	d.line(colorHead, "+++ ", "b/"+f.show+f.rest+"\n")
	for _, h := range hunksOf(f.file) {
		var rules []string
		for _, s := range sites {
			if text := s.Aspect + ": " + s.Rule; s.of == f.file.of && h.from < s.at && s.at <= h.to && !slices.Contains(rules, text) {
				rules = append(rules, text)
			}
		}
		n := h.to - h.from
		head := fmt.Sprintf("@@ -%d,%d +%[1]d,%[2]d @@ %[3]s", h.from+1, n, strings.Join(rules, "; "))
		d.line(colorHunk, "", strings.TrimSpace(head)+"\n")
		d.hunk(h)
	}
}

// A hunk is the lines from one up to another, counted from 0, of which some changed.
type hunk struct {
	from, to int
	lines    []string // of the whole file
	changes  map[int]*change
}

// A change is a line before and after, each in parts of which every second one is that of a
// splice.
type change struct{ old, new []string }

func (d *diffPrinter) hunk(h hunk) {
	for i := h.from; i < h.to; i++ {
		if h.changes[i] == nil {
			d.line("", " ", h.lines[i])
			continue
		}
		end := i
		for end < h.to && h.changes[end] != nil {
			d.line(colorOld, "-", h.changes[end].old...)
			end++
		}
		for ; i < end; i++ {
			d.line(colorNew, "+", h.changes[i].new...)
		}
		i--
	}
}

// hunksOf returns what changed in a file.
func hunksOf(f *WovenFile) []hunk {
	lines := linesOf(f.src)
	changes := map[int]*change{}
	var out []hunk
	start, n := 0, 0 // of the line n
	for splices := f.splices; len(splices) > 0; n++ {
		length := len(lines[n])
		i := slices.IndexFunc(splices, func(s weave.Splice) bool { return s.Offset >= start+length })
		if n == len(lines)-1 || i < 0 && splices[len(splices)-1].Offset < start+length {
			i = len(splices)
		}
		if i > 0 {
			changes[n] = changeOf(lines[n], start, splices[:i])
			from, to := max(n-diffContext, 0), min(n+1+diffContext, len(lines))
			if last := len(out) - 1; last >= 0 && out[last].to >= from {
				out[last].to = to
			} else {
				out = append(out, hunk{from, to, lines, changes})
			}
			splices = splices[i:]
		}
		start += length
	}
	return out
}

// changeOf returns what the splices make of the line that starts at that offset.
func changeOf(line string, start int, splices []weave.Splice) *change {
	c := &change{}
	at := 0
	for _, s := range splices {
		from, to := s.Offset-start, s.End-start
		c.old = append(c.old, line[at:from], line[from:to])
		c.new = append(c.new, line[at:from], s.Text)
		at = to
	}
	c.old, c.new = append(c.old, line[at:]), append(c.new, line[at:])
	return c
}

// linesOf returns the lines of a text, with their ends.
func linesOf(text []byte) []string {
	lines := strings.SplitAfter(string(text), "\n")
	if n := len(lines) - 1; lines[n] == "" {
		lines = lines[:n]
	}
	return lines
}

// lineOf returns the line and column of an offset, from 1 on.
func lineOf(src []byte, offset int) (line, column int) {
	before := string(src[:offset])
	return strings.Count(before, "\n") + 1, offset - strings.LastIndexByte(before, '\n')
}
