package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// read returns the raw results. Of a round that was begun twice the last builds count.
func read(file string) ([]result, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []result
	type key struct {
		size          size
		step, variant string
		round         int
	}
	at := map[key]int{}
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var r result
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		k := key{r.Size, r.Step, r.Variant, r.Round}
		if i, ok := at[k]; ok {
			all[i] = r
			continue
		}
		at[k] = len(all)
		all = append(all, r)
	}
}

// A step is what is built, by its name in raw results and in tables.
type step struct{ name, title string }

func steps() []step {
	return []step{{"cold", "cold"}, {"nothing", "nothing changed"}, {"leaf", "a leaf edited"}}
}

// A cost is what a step takes at one size: medians of seconds.
type cost struct {
	n            int // of the dimension
	plain, woven float64
	ratio, extra float64 // medians of those of each round
	rounds       int
}

func wall(r result) float64 { return r.Wall }
func cpu(r result) float64  { return r.CPU }

// costs returns those of a step at all sizes of the dimension that were measured.
func costs(d dimension, step string, all []result, of func(result) float64) (out []cost) {
	for _, s := range d.sizes {
		plain, woven := map[int]float64{}, map[int]float64{}
		for _, r := range all {
			switch {
			case r.Size != s || r.Step != step:
			case r.Variant == "plain":
				plain[r.Round] = of(r)
			case r.Variant == "woven":
				woven[r.Round] = of(r)
			}
		}
		var p, w, ratios, extras []float64
		for round, v := range plain {
			if with, ok := woven[round]; ok {
				p, w = append(p, v), append(w, with)
				ratios, extras = append(ratios, with/v), append(extras, with-v)
			}
		}
		if len(p) > 0 {
			out = append(out, cost{d.of(s), median(p), median(w), median(ratios), median(extras), len(p)})
		}
	}
	return out
}

// report prints a table of each dimension, and draws it into a file in dir.
func report(w io.Writer, dir string, all []dimension, results []result) error {
	if len(results) > 0 {
		if _, err := fmt.Fprintf(w, "Medians; ratios and differences are those of each round (%s).\n", results[len(results)-1].Go); err != nil {
			return err
		}
	}
	for _, d := range all {
		if len(costs(d, "cold", results, wall)) == 0 {
			continue
		}
		if err := table(w, d, results); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, d.name+".svg"), []byte(plot(d, results)), 0o666); err != nil {
			return err
		}
	}
	return nil
}

func table(w io.Writer, d dimension, results []result) error {
	s := d.sizes[0]
	fixed := ""
	for _, other := range []struct {
		name string
		n    int
	}{{"packages", s.Packages}, {"rules", s.Rules}, {"matches", s.Matches}} {
		if other.name == "matches" {
			other.name = "woven functions in each package"
			if d.name == "matches" {
				other.name = ""
			}
		}
		if other.name != "" && other.name != d.name {
			fixed += fmt.Sprintf("%d %s, ", other.n, other.name)
		}
	}
	text := fmt.Sprintf("\nBy %s (%s%d functions in each package):\n\n", d.axis, fixed, s.Functions)
	text += fmt.Sprintf("![build times by %s](scale/%s.svg)\n\n", d.axis, d.name)
	text += fmt.Sprintf("| %s | step | plain, s | woven, s | ratio | extra, s | plain CPU, s | woven CPU, s | ratio | extra, s |\n|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|\n", d.name)
	for _, step := range steps() {
		time, work := costs(d, step.name, results, wall), costs(d, step.name, results, cpu)
		for i := range time {
			t, c := time[i], work[i]
			text += fmt.Sprintf("| %d | %s | %.2f | %.2f | %.2f | %+.2f | %.2f | %.2f | %.2f | %+.2f |\n", t.n, step.title,
				t.plain, t.woven, t.ratio, t.extra, c.plain, c.woven, c.ratio, c.extra)
		}
	}
	text += fmt.Sprintf("\n| the extra cost grows with the number of %s to the power of | time | CPU | plain, time |\n|---|---:|---:|---:|\n", d.name)
	for _, step := range steps() {
		time, work := costs(d, step.name, results, wall), costs(d, step.name, results, cpu)
		text += fmt.Sprintf("| %s | %s | %s | %s |\n", step.title, exponent(time, extra), exponent(work, extra), exponent(time, func(c cost) float64 { return c.plain }))
	}
	_, err := io.WriteString(w, text)
	return err
}

func extra(c cost) float64 { return c.extra }

// exponent fits the logarithms of costs and numbers with a line, whose slope it returns. It
// is – where there are fewer than two of them to fit, or a cost that no logarithm has: what
// is less than the noise may come out below zero.
func exponent(costs []cost, of func(cost) float64) string {
	var x, y []float64
	for _, c := range costs {
		switch {
		case c.n == 0: // nothing to grow with
		case of(c) <= 0:
			return "–"
		default:
			x, y = append(x, math.Log(float64(c.n))), append(y, math.Log(of(c)))
		}
	}
	if len(x) < 2 {
		return "–"
	}
	mx, my := mean(x), mean(y)
	var above, below float64
	for i := range x {
		above += (x[i] - mx) * (y[i] - my)
		below += (x[i] - mx) * (x[i] - mx)
	}
	return fmt.Sprintf("%.2f", above/below)
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

// median returns the middle value, or what is halfway between the two of them.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
