//go:build unix

package main

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// A budget is what weaver may cost. What the measurement comes to is one number for each tool.
type budget struct {
	doc, app, step string
	most           float64
	unit           string
	of             func(*series, key) []float64
}

// allowances are the budgets that this benchmark covers; those of programs that run are not
// among them.
func allowances() []budget {
	ratio := func(s *series, k key) []float64 {
		return s.paired(k, func(r, p record) float64 { return r.Wall / p.Wall })
	}
	with := func(other string) func(*series, key) []float64 {
		return func(s *series, k key) []float64 {
			return s.pairedWith(other, k, func(r, o record) float64 { return r.Wall / o.Wall })
		}
	}
	byHand, linked := with("byhand"), with("linked")
	withTool := func(s *series, k key) (out []float64) {
		for _, t := range s.timed(key{k.app, k.tool, "tool"}) {
			out = append(out, s.pairedWith("linked", k, func(r, o record) float64 {
				if r.Round != t.Round {
					return math.NaN()
				}
				return (r.Wall + t.Wall) / o.Wall
			})...)
		}
		return slices.DeleteFunc(out, math.IsNaN)
	}
	more := func(s *series, k key) []float64 {
		return s.paired(k, func(r, p record) float64 { return r.Wall - p.Wall })
	}
	lists := func(s *series, k key) []float64 {
		if c, ok := s.counted(k); ok {
			return []float64{float64(c.Lists)}
		}
		return nil
	}
	larger := func(s *series, k key) []float64 {
		return s.paired(k, func(r, p record) float64 { return float64(r.Size-p.Size) / 1e6 })
	}
	program := func(s *series, k key) []float64 {
		return values(s.records[key{tool: k.tool, step: "size"}], func(r record) float64 { return float64(r.Size) / 1e6 })
	}
	return []budget{
		{"hello, nothing changed", "hello", "noop", 0.3, "s more than plain", more},
		{"shop, nothing changed", "shop", "noop", 0.3, "s more than plain", more},
		{"shop, a leaf package edited", "shop", "leaf", 1.10, "× plain", ratio},
		{"the same", "shop", "leaf", 1.10, "× the same code linked", linked},
		{"the same", "shop", "leaf", 1.10, "× by hand", byHand},
		{"hello, main edited", "hello", "main", 1.25, "× plain", ratio},
		{"the same", "hello", "main", 1.25, "× the same code linked", linked},
		{"the same", "hello", "main", 1.25, "× by hand", byHand},
		{"hello, cold", "hello", "cold", 1.10, "× plain", ratio},
		{"the same", "hello", "cold", 1.10, "× the same code linked", linked},
		{"the same", "hello", "cold", 1.10, "× by hand", byHand},
		{"the same, and the tool", "hello", "cold", 1.10, "× the same code linked", withTool},
		{"shop, cold", "shop", "cold", 1.10, "× plain", ratio},
		{"the same", "shop", "cold", 1.10, "× the same code linked", linked},
		{"the same", "shop", "cold", 1.10, "× by hand", byHand},
		{"the same, and the tool", "shop", "cold", 1.10, "× the same code linked", withTool},
		{"hello, `go test` of a leaf, again", "hello", "testagain", 0.3, "s more than plain", more},
		{"shop, `go test` of a leaf, again", "shop", "testagain", 0.3, "s more than plain", more},
		{"shop, a leaf package edited", "shop", "leaf", 2, "go list processes", lists},
		{"the tool's program", "", "", 12, "MB", program},
		{"hello, the program", "hello", "noop", 8, "MB more than plain", larger},
		{"shop, the program", "shop", "noop", 8, "MB more than plain", larger},
	}
}

// budgets prints what weaver may cost beside what it and the others do.
func budgets(w io.Writer, s *series) {
	_, _ = fmt.Fprint(w, "\n## Budgets\n\n| | budget | |")
	for _, t := range s.tools[1:] {
		_, _ = fmt.Fprintf(w, " %s |", t)
	}
	_, _ = fmt.Fprint(w, " weaver keeps it |\n|---|---:|---|")
	for range s.tools[1:] {
		_, _ = fmt.Fprint(w, "---:|")
	}
	_, _ = fmt.Fprintln(w, "---|")
	for _, b := range allowances() {
		_, _ = fmt.Fprintf(w, "| %s | %g | %s |", b.doc, b.most, b.unit)
		kept := "–"
		for _, t := range s.tools[1:] {
			values := b.of(s, key{b.app, t, b.step})
			_, _ = fmt.Fprintf(w, " %s |", spread(values, "%.2f"))
			if t == "weaver" && len(values) > 0 {
				kept = "no"
				if median(values) <= b.most {
					kept = "yes"
				}
			}
		}
		_, _ = fmt.Fprintf(w, " %s |\n", kept)
	}
}
