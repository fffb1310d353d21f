package weavertest

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tree returns the spans as text, one a line: its kind and its name, and if it has failed
// what its status says. A span stands below its parent, two blanks further in, and
// those of one parent in the order in which they started. One whose parent was not recorded stands at the
// margin. One that has not ended within a second says so.
//
//	client POST
//	  server POST /orders
//	    internal shop.pay: error no money
func (r *Recorder) Tree() string {
	all := r.wait()
	recorded := map[trace.SpanID]bool{}
	for _, s := range all {
		recorded[s.SpanContext().SpanID()] = true
	}
	var b strings.Builder
	var write func(parent trace.SpanID, depth int)
	write = func(parent trace.SpanID, depth int) {
		for _, s := range all {
			above := s.Parent().SpanID()
			if !recorded[above] {
				above = trace.SpanID{}
			}
			if above == parent {
				fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", depth), line(s))
				write(s.SpanContext().SpanID(), depth+1)
			}
		}
	}
	write(trace.SpanID{}, 0)
	return b.String()
}

// line returns what a tree says of the span.
func line(s sdktrace.ReadOnlySpan) string {
	text := s.SpanKind().String() + " " + s.Name()
	if s.Status().Code == codes.Error {
		text += strings.TrimRight(": error "+s.Status().Description, " ")
	}
	if !hasEnded(s) {
		text += " (has not ended)"
	}
	return text
}

// Want fails the test, and has it go on, unless the spans are those of the tree: as Tree writes
// them, but it may stand as far from the margin as the code does, and be indented by tabs.
// The test's log then shows both, line by line.
func (r *Recorder) Want(tree string) {
	r.t.Helper()
	want, got := plain(tree), r.Tree()
	if d := diff.Diff("want", []byte(want), "got", []byte(got)); d != nil {
		r.t.Errorf("the spans are others:\n%s", d)
	}
}

// plain returns the tree without the margin that all of its lines have, and without empty lines.
func plain(tree string) string {
	margin, first := "", true
	var lines []string
	for line := range strings.Lines(tree) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" {
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if first {
			margin, first = indent, false
		}
		for !strings.HasPrefix(indent, margin) {
			margin = margin[:len(margin)-1]
		}
		lines = append(lines, line)
	}
	var b strings.Builder
	for _, line := range lines {
		line = strings.TrimPrefix(line, margin)
		text := strings.TrimLeft(line, " \t")
		b.WriteString(strings.ReplaceAll(line[:len(line)-len(text)], "\t", "  "))
		b.WriteString(text + "\n")
	}
	return b.String()
}
