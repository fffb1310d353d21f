package main_test

import (
	"cmp"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdPicture draws a trace that the receiver of the otlp command was sent, the one with a
// span of that name, into a file of the checkout, as SVG. Without -update it holds the
// spans that the file shows against those of the trace; times differ from run to run.
//
//	picture FILE NAME
func (l *lab) cmdPicture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: picture FILE NAME")
	}
	all := ts.Value(otlpKey{}).(*otlpReceiver).received()
	i := slices.IndexFunc(all, func(s span) bool { return s.Name == args[1] })
	must(ts, i >= 0, "no span is %q", args[1])
	drawn := drawTrace(slices.DeleteFunc(slices.Clone(all), func(s span) bool { return s.Trace != all[i].Trace }))
	file := filepath.Join(l.root, filepath.FromSlash(args[0]))
	if *writeReport {
		ts.Check(os.WriteFile(file, []byte(drawn), 0o666))
		return
	}
	have, err := os.ReadFile(file)
	ts.Check(err)
	must(ts, texts(string(have)) == texts(drawn), "%s shows another trace than this:\n%s\nrun the script with -update", args[0], texts(drawn))
}

// texts returns the names of a picture's spans, a line for each.
func texts(svg string) string {
	var out strings.Builder
	for line := range strings.Lines(svg) {
		if strings.Contains(line, `class="span"`) {
			out.WriteString(line[strings.Index(line, ">")+1:])
		}
	}
	return out.String()
}

// drawTrace returns the trace as SVG: a line for each span, below its parent, with a bar
// from when to when it was open.
func drawTrace(trace []span) string {
	slices.SortStableFunc(trace, func(x, y span) int { return cmp.Compare(x.Start, y.Start) })
	begin, end := trace[0].Start, trace[0].End
	services := []string{}
	for i := range trace {
		s := &trace[i]
		s.Service = strings.TrimPrefix(s.Service, "unknown_service:") // whose name the SDK takes from the program's
		end = max(end, s.End)
		if !slices.Contains(services, s.Service) {
			services = append(services, s.Service)
		}
	}
	const row, left, width = 26, 420, 440
	var lines strings.Builder
	y := 34
	var below func(parent string, depth int)
	below = func(parent string, depth int) {
		for _, s := range trace {
			if s.Parent != parent && (parent != "" || slices.ContainsFunc(trace, func(p span) bool { return p.ID == s.Parent })) {
				continue
			}
			at := func(t uint64) float64 { return left + width*float64(t-begin)/float64(end-begin) }
			color := []string{"#3b6fb6", "#c2703d", "#4f8a5b"}[slices.Index(services, s.Service)%3]
			fmt.Fprintf(&lines, `<text x="%d" y="%d" class="span">%s</text>`+"\n", 12+14*depth, y+13, html.EscapeString(s.Kind+" "+s.Name))
			fmt.Fprintf(&lines, `<rect x="%.1f" y="%d" width="%.1f" height="14" rx="2" fill="%s"/>`+"\n", at(s.Start), y+2, max(at(s.End)-at(s.Start), 1.5), color)
			y += row
			below(s.ID, depth+1)
		}
	}
	below("", 0)
	legend := fmt.Sprintf(`<text x="12" y="20" class="head">%s, %.1f ms</text>`+"\n", html.EscapeString(strings.Join(services, " and ")), float64(end-begin)/1e6)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="880" height="%d" font-family="sans-serif" font-size="13">
<style>.span{fill:#222}.head{fill:#666}</style>
<rect width="880" height="%[1]d" fill="#fff"/>
`, y+8) + legend + lines.String() + "</svg>\n"
}
