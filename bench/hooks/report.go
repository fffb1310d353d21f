package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A row is a line of the first table.
type row struct {
	benchmark, advice string
	budget            float64 // ns/op that the hook may cost, 0 if none is set
}

func rows() []row {
	return []row{
		{"Before", "`Before`", 2},
		{"Check", "`Check`", 2},
		{"Around", "`Around`, exit function", 6},
		{"Closure", "`Around`, exit function that keeps the parameter", 6},
		{"Exit", "`Around`, exit function takes `hook.Exit`", 6},
		{"Panic", "`Around`, exit function takes `hook.Panic`", 6},
		{"Span", "`Around` of `builtin/spans`, no provider", 6},
		{"Enclose", "`Enclose`", 0},
		{"Replace", "`Replace`", 0},
		{"Wrap", "`Wrap` (call)", 0},
		{"Set", "`Set`", 0},
	}
}

// printer writes the report and keeps the first error, which is the last that matters.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// report prints the tables. A result that is missing is an error.
func report(w io.Writer, all []result) error {
	p := &printer{w: w}
	var words []string
	for _, r := range all {
		if r.Kind == "machine" {
			words = append(words, r.Text)
		}
	}
	p.printf("CPU time, medians of %d runs of each program, by turns (%s).\n\n", rounds(all), strings.Join(words, ", "))
	for _, table := range []func(*printer, []result) error{costs, inlining, reach} {
		if err := table(p, all); err != nil {
			return err
		}
	}
	return p.err
}

func rounds(all []result) (n int) {
	for _, r := range all {
		n = max(n, r.Round)
	}
	return n
}

// costs prints what each advice costs.
func costs(p *printer, all []result) error {
	p.printf("| advice | plain, ns | woven, ns | the hook costs, ns | budget | allocs/op | B/op |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range rows() {
		plain, err := runs(all, "plain", r.benchmark)
		if err != nil {
			return err
		}
		woven, err := runs(all, "woven", r.benchmark)
		if err != nil {
			return err
		}
		if len(plain) != len(woven) {
			return fmt.Errorf("%s: %d runs plain, %d woven", r.benchmark, len(plain), len(woven))
		}
		// The difference is that of each round, so what the machine does meanwhile concerns both.
		var costs []float64
		for i := range plain {
			costs = append(costs, woven[i].NS-plain[i].NS)
		}
		budget := ""
		if cost := median(costs); r.budget > 0 {
			verdict := "kept"
			if cost > r.budget {
				verdict = "**not kept**"
			}
			budget = fmt.Sprintf("≤ %g: %s", r.budget, verdict)
		}
		p.printf("| %s | %.2f | %.2f | %.2f | %s | %d | %d |\n", r.advice, median(nanoseconds(plain)), median(nanoseconds(woven)),
			median(costs), budget, most(woven, allocs)-most(plain, allocs), most(woven, size)-most(plain, size))
	}
	return nil
}

// inlining prints what becomes of functions that the compiler would inline.
func inlining(p *printer, all []result) error {
	p.printf("\n| advice on a small function | inlinable, plain | cost | inlinable, woven | cost | why not |\n|---|---|---:|---|---:|---|\n")
	for _, name := range []string{"Before", "Check", "Around", "Exit", "Panic", "Enclose", "Replace", "Wrap", "Set"} {
		plain, err := said(all, "inline", "plain", name)
		if err != nil {
			return err
		}
		woven, err := said(all, "inline", "woven", name)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows(), func(r row) bool { return r.benchmark == name })
		why := ""
		if !woven.Inlined {
			why = woven.Text
		}
		p.printf("| %s | %s | %s | %s | %s | %s |\n", rows()[i].advice, yes(plain.Inlined), cost(plain), yes(woven.Inlined), cost(woven), why)
	}
	return nil
}

func cost(r result) string {
	if r.Cost == 0 {
		return "–"
	}
	return fmt.Sprint(r.Cost)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// reach prints how hooks that are linked to compare with hooks that are imported.
func reach(p *printer, all []result) error {
	p.printf("\n| the same hook | takes | ns/op | allocs/op | B/op | its argument escapes |\n|---|---|---:|---:|---:|---|\n")
	for _, r := range []struct{ how, takes, variant, benchmark, function string }{
		{"none", "an int", "plain", "Before", ""},
		{"linked to, by weaver", "an int", "woven", "Before", ""},
		{"imported, by hand, not inlined", "an int", "plain", "BeforeImportedCalled", ""},
		{"imported, by hand", "an int", "plain", "BeforeImported", ""},
		{"none", "a pointer", "plain", "Pointer", "target.Pointer"},
		{"linked to, by weaver", "a pointer", "woven", "Pointer", "target.Pointer"},
		{"imported, by hand, not inlined", "a pointer", "plain", "PointerImportedCalled", "byhand.PointerCalled"},
		{"imported, by hand", "a pointer", "plain", "PointerImported", "byhand.Pointer"},
	} {
		runs, err := runs(all, r.variant, r.benchmark)
		if err != nil {
			return err
		}
		escapes := "–"
		if r.function != "" {
			s, err := said(all, "escape", r.variant, r.function)
			if err != nil {
				return err
			}
			escapes = yes(strings.HasPrefix(s.Text, "leaking"))
		}
		p.printf("| %s | %s | %.2f | %d | %d | %s |\n", r.how, r.takes, median(nanoseconds(runs)), most(runs, allocs), most(runs, size), escapes)
	}
	return nil
}

// runs returns the runs of a benchmark, in the order of rounds.
func runs(all []result, variant, name string) (found []result, err error) {
	for _, r := range all {
		if r.Kind == "run" && r.Variant == variant && r.Name == name {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no run of %s, %s", name, variant)
	}
	return found, nil
}

// said returns what the compiler says of a function.
func said(all []result, kind, variant, name string) (result, error) {
	for _, r := range all {
		if r.Kind == kind && r.Variant == variant && r.Name == name {
			return r, nil
		}
	}
	return result{}, fmt.Errorf("no %s of %s, %s", kind, name, variant)
}

func allocs(r result) int64 { return r.Allocs }
func size(r result) int64   { return r.Bytes }

func most(runs []result, of func(result) int64) (n int64) {
	for _, r := range runs {
		n = max(n, of(r))
	}
	return n
}

func nanoseconds(runs []result) (all []float64) {
	for _, r := range runs {
		all = append(all, r.NS)
	}
	return all
}

// median returns the middle value, or what is halfway between the two of them.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
