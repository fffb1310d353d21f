//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// printReport renders the results as markdown: for each app what each step takes compared with
// plain go, then the numbers themselves; at the end the budgets (budgets.go).
func printReport(file string) error {
	r, err := openResults(file)
	if err != nil {
		return err
	}
	s := newSeries(r.all)
	if len(s.machines) == 0 {
		return fmt.Errorf("%s has no results", file)
	}
	w := os.Stdout
	heading(w, s)
	for _, app := range s.apps {
		ratios(w, s, app)
		absolute(w, s, app)
		failures(w, s, app)
	}
	failures(w, s, "")
	budgets(w, s)
	return nil
}

// series are the records by what they measure. Of a tool that was measured at several versions
// there is the last one only.
type series struct {
	machines    []string
	checkout    string // commit of weaver's in the last run
	first, last string // dates
	apps, tools []string
	versions    map[string]string // by tool
	records     map[key][]record
	errors      []record
}

type key struct{ app, tool, step string }

func newSeries(all []record) *series {
	s := &series{versions: map[string]string{}, records: map[key][]record{}}
	for _, r := range all {
		if r.Machine != nil {
			s.machines, s.checkout = once(s.machines, r.Machine.String()), r.Checkout
		}
		if r.Version != "" {
			s.versions[r.Tool] = r.Version
		}
	}
	rounds := map[record]record{} // the last of those that are the same
	var order []record
	for _, r := range all {
		if r.Kind == kindRun || r.Version != s.versions[r.Tool] {
			continue
		}
		id := record{Kind: r.Kind, App: r.App, Tool: r.Tool, Step: r.Step, Round: r.Round}
		if _, ok := rounds[id]; !ok {
			order = append(order, id)
		}
		rounds[id] = r
	}
	for _, id := range order {
		r := rounds[id]
		if date := r.Time.Format("2006-01-02"); s.first == "" {
			s.first, s.last = date, date
		} else {
			s.last = date
		}
		if r.Error != "" {
			s.errors = append(s.errors, r)
			continue
		}
		s.records[key{r.App, r.Tool, r.Step}] = append(s.records[key{r.App, r.Tool, r.Step}], r)
		if r.App != "" {
			s.apps = once(s.apps, r.App)
		}
	}
	for _, t := range tools() {
		if s.versions[t.name] != "" {
			s.tools = append(s.tools, t.name)
		}
	}
	return s
}

func once(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// timed returns the step's records of timed rounds.
func (s *series) timed(k key) []record {
	return slices.DeleteFunc(slices.Clone(s.records[k]), func(r record) bool { return r.Round == 0 })
}

// counted returns that of the counted round.
func (s *series) counted(k key) (record, bool) {
	for _, r := range s.records[k] {
		if r.Round == 0 {
			return r, true
		}
	}
	return record{}, false
}

// paired returns what f makes of the step's records and plain go's of the same round.
func (s *series) paired(k key, f func(r, plain record) float64) []float64 {
	return s.pairedWith("plain", k, f)
}

// pairedWith is paired, with the records of another tool than plain go.
func (s *series) pairedWith(other string, k key, f func(r, other record) float64) []float64 {
	st, _ := findStep(k.step)
	var out []float64
	for _, r := range s.timed(k) {
		for _, p := range s.timed(key{k.app, other, st.against()}) {
			if p.Round == r.Round {
				out = append(out, f(r, p))
			}
		}
	}
	return out
}

func heading(w io.Writer, s *series) {
	dates := s.first
	if s.last != s.first {
		dates += " to " + s.last
	}
	_, _ = fmt.Fprintf(w, "Measured %s with %s.\n\n| tool | version |\n|---|---|\n", dates, strings.Join(s.machines, "; "))
	for _, t := range s.tools {
		commit := ""
		if t == "weaver" {
			commit = ", commit " + s.checkout
		}
		_, _ = fmt.Fprintf(w, "| %s | %s%s |\n", t, s.versions[t], commit)
	}
}

func ratios(w io.Writer, s *series, app string) {
	peers := slices.DeleteFunc(slices.Clone(s.tools), func(t string) bool { return t == "plain" })
	_, _ = fmt.Fprintf(w, "\n## %s\n\nRatios to plain go of the same round: median (least–most). An edit of an aspect or a hook is held against plain go's of\na leaf package, a switch to plain against its cold build or one in which nothing changed, a switch back against the latter.\n\n|", app)
	for _, t := range peers {
		_, _ = fmt.Fprintf(w, " | %s, time | CPU", t)
	}
	_, _ = fmt.Fprintf(w, " |\n|---%s|\n", strings.Repeat("|---:|---:", len(peers)))
	for _, st := range steps() {
		line, any := "| "+st.doc, false
		for _, t := range peers {
			k := key{app, t, st.name}
			wall, cpu := s.paired(k, func(r, p record) float64 { return r.Wall / p.Wall }), s.paired(k, func(r, p record) float64 { return r.CPU / p.CPU })
			line += " | " + spread(wall, "%.2f") + " | " + spread(cpu, "%.2f")
			any = any || len(wall) > 0
		}
		if any {
			_, _ = fmt.Fprintln(w, line+" |")
		}
	}
}

func absolute(w io.Writer, s *series, app string) {
	_, _ = fmt.Fprint(w, "\nTimes are of the timed rounds, memory of all processes and calls of one that is not timed. A version\nquery is no call of a tool.\n\n"+
		"| | | rounds | time, s | CPU, s | largest process, MB | all processes, MB | tool calls | compile | go list | program, MB |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, st := range steps() {
		label := st.doc
		for _, t := range s.tools {
			k := key{app, t, st.name}
			records := s.timed(k)
			c, ok := s.counted(k)
			if len(records) == 0 && !ok {
				continue
			}
			tree, tools, compiles, lists := "–", "–", "–", "–"
			if ok {
				tree = mb(c.Tree)
				tools, compiles, lists = fmt.Sprint(c.Tools), fmt.Sprint(c.Compiles), fmt.Sprint(c.Lists)
			}
			_, _ = fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %s | %s | %s | %s | %s | %s |\n", label, t, len(records),
				spread(values(records, func(r record) float64 { return r.Wall }), "%.2f"), spread(values(records, func(r record) float64 { return r.CPU }), "%.2f"),
				spread(values(records, func(r record) float64 { return float64(r.Largest) / 1e6 }), "%.0f"), tree, tools, compiles, lists, size(records, c))
			label = ""
		}
	}
}

// size returns that of the program, which each round has.
func size(records []record, counted record) string {
	for _, r := range append(records, counted) {
		if r.Size > 0 {
			return mb(r.Size)
		}
	}
	return "–"
}

func failures(w io.Writer, s *series, app string) {
	for _, r := range s.errors {
		if r.App == app {
			_, _ = fmt.Fprintf(w, "\n%s, %s, round %d: failed: `%s`\n", r.Tool, r.Step, r.Round, strings.ReplaceAll(r.Error, "`", "'"))
		}
	}
}

func (m machine) String() string {
	return fmt.Sprintf("%s on %s, %d cores of %s, %.0f GB of memory", m.Go, m.OS, m.Cores, m.CPU, float64(m.Memory)/1e9)
}

func mb(bytes int64) string {
	if bytes == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", float64(bytes)/1e6)
}

func values(records []record, of func(record) float64) []float64 {
	var out []float64
	for _, r := range records {
		out = append(out, of(r))
	}
	return out
}

// spread returns the median with the least and the most; a dash if there is no value.
func spread(values []float64, format string) string {
	if len(values) == 0 {
		return "–"
	}
	text := fmt.Sprintf(format, median(values))
	if len(values) == 1 {
		return text
	}
	return fmt.Sprintf("%s ("+format+"–"+format+")", text, slices.Min(values), slices.Max(values))
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
