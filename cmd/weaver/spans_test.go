package main_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A span is what the scripts look at of one exported span.
type span struct {
	Trace, ID, Parent string // hexadecimal; Parent is empty for a root
	Name              string
	Kind              string   // internal, server, client, producer or consumer
	Failed            bool     // the status is error
	Links             []string // the IDs of the spans that it has a link to

	Service    string // of the process, and the rest from the receiver only
	Start, End uint64 // Unix time in nanoseconds
}

func (s span) String() string {
	failed := ""
	if s.Failed {
		failed = " (failed)"
	}
	return fmt.Sprintf("%.6s: %.4s > %.4s %s %s%s", s.Trace, s.Parent, s.ID, s.Kind, s.Name, failed)
}

// cmdSpans checks the spans that a program exported: those the console exporter
// wrote to FILE, among whatever else the program printed there, or those that the
// receiver of the otlp command was sent.
//
//	spans [-n N] [-traces N] FILE|otlp [CHAIN…]
//
// A CHAIN is "kind name > kind name > …": there must be a span of that kind, with a
// name that the regular expression matches whole, which is the parent of the next
// one, in one trace. A first element "root" is no span: what follows it has no
// parent. "kind! name" wants the span's status to be an error. " ~ " in place of " > "
// wants the next one to have a link to this, in any trace. With ! before the command none
// of the chains may exist.
func cmdSpans(ts *testscript.TestScript, neg bool, args []string) {
	wantN, wantTraces := -1, -1
	for len(args) > 1 && strings.HasPrefix(args[0], "-") {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		switch args[0] {
		case "-n":
			wantN = n
		case "-traces":
			wantTraces = n
		default:
			ts.Fatalf("spans has no flag %s", args[0])
		}
		args = args[2:]
	}
	if len(args) == 0 || neg && len(args) == 1 {
		ts.Fatalf("usage: [!] spans [-n N] [-traces N] FILE|otlp [CHAIN...]")
	}
	var all []span
	if args[0] == "otlp" {
		all = ts.Value(otlpKey{}).(*otlpReceiver).received()
	} else {
		var err error
		all, err = consoleSpans(ts.ReadFile(args[0]))
		ts.Check(err)
	}
	var list strings.Builder
	traces := map[string]bool{}
	for _, s := range all {
		fmt.Fprintln(&list, s)
		traces[s.Trace] = true
	}
	must(ts, wantN < 0 || len(all) == wantN, "%d spans, want %d:\n%s", len(all), wantN, &list)
	must(ts, wantTraces < 0 || len(traces) == wantTraces, "%d traces, want %d:\n%s", len(traces), wantTraces, &list)
	for _, text := range args[1:] {
		c, err := parseChain(text)
		ts.Check(err)
		must(ts, c.in(all) != neg, "chain %q found: %v, among\n%s", text, neg, &list)
	}
}

// A chain is the parsed form of a CHAIN argument.
type chain struct {
	root  bool
	steps []step
}

type step struct {
	linked bool // to the one before, rather than its child
	kind   string
	failed bool
	name   *regexp.Regexp
}

func parseChain(text string) (chain, error) {
	var c chain
	// Each part has the sign before it.
	for i, part := range strings.SplitAfter(strings.NewReplacer(" > ", "\n>", " ~ ", "\n~").Replace(">"+text), "\n") {
		part, linked := strings.TrimSuffix(part, "\n")[1:], part[0] == '~'
		if i == 0 && part == "root" {
			c.root = true
			continue
		}
		kind, name, ok := strings.Cut(part, " ")
		if !ok {
			return c, fmt.Errorf("%q in chain %q is not \"kind name\"", part, text)
		}
		kind, failed := strings.CutSuffix(kind, "!")
		re, err := regexp.Compile("^(?:" + name + ")$")
		if err != nil {
			return c, err
		}
		c.steps = append(c.steps, step{linked, kind, failed, re})
	}
	return c, nil
}

// in reports whether all has the chain.
func (c chain) in(all []span) bool {
	for _, s := range all {
		if (!c.root || s.Parent == "") && c.from(s, c.steps, all) {
			return true
		}
	}
	return false
}

// from reports whether s and what comes from it fit steps, which is not empty.
func (c chain) from(s span, steps []step, all []span) bool {
	l := steps[0]
	if s.Kind != l.kind || l.failed && !s.Failed || !l.name.MatchString(s.Name) {
		return false
	}
	if len(steps) == 1 {
		return true
	}
	for _, next := range all {
		follows := next.Trace == s.Trace && next.Parent == s.ID
		if steps[1].linked {
			follows = slices.Contains(next.Links, s.ID)
		}
		if follows && c.from(next, steps[1:], all) {
			return true
		}
	}
	return false
}

// consoleSpans returns the spans that OpenTelemetry's stdouttrace exporter wrote
// among the lines of out: each is a JSON object that begins a line.
func consoleSpans(out string) ([]span, error) {
	kinds := []string{"", "internal", "server", "client", "producer", "consumer"} // trace.SpanKind
	var spans []span
	for out != "" {
		if !strings.HasPrefix(out, "{") {
			_, out, _ = strings.Cut(out, "\n")
			continue
		}
		var s struct {
			Name                string
			SpanContext, Parent struct{ TraceID, SpanID string }
			SpanKind            int
			Status              struct{ Code string }
			Links               []struct{ SpanContext struct{ SpanID string } }
		}
		d := json.NewDecoder(strings.NewReader(out))
		if err := d.Decode(&s); err != nil {
			return nil, fmt.Errorf("no span at %.80q: %w", out, err)
		}
		out = out[d.InputOffset():]
		if s.SpanContext.SpanID == "" {
			continue // the program's own JSON
		}
		var links []string
		for _, l := range s.Links {
			links = append(links, l.SpanContext.SpanID)
		}
		spans = append(spans, span{
			Trace: s.SpanContext.TraceID, ID: s.SpanContext.SpanID, Parent: noZero(s.Parent.SpanID),
			Name: s.Name, Kind: kinds[s.SpanKind], Failed: s.Status.Code == "Error", Links: links,
		})
	}
	return spans, nil
}

// noZero returns the span ID id, or "" for the ID of no span.
func noZero(id string) string {
	if strings.Trim(id, "0") == "" {
		return ""
	}
	return id
}
