package main

import (
	"fmt"
	"io"
	"slices"
)

// table prints the medians, and the ratios to the first variant and to the last. A ratio
// is the median of the rounds' own, so what the machine does meanwhile concerns both.
func table(w io.Writer, path string, all []variant, results [][]sample) {
	_, _ = fmt.Fprintf(w, "\n| %s | requests/s | to plain (middle half) | to by hand | server CPU, µs/request | to plain | to by hand | allocations/request | memory, MB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n", path)
	first, last := results[0], results[len(all)-1]
	for i, v := range all {
		rates := ratios(results[i], first, rate)
		hand, handCPU := "", ""
		if v.exports {
			hand, handCPU = fmt.Sprintf("%.3f", median(ratios(results[i], last, rate))), fmt.Sprintf("%.2f", median(ratios(results[i], last, cpu)))
		}
		_, _ = fmt.Fprintf(w, "| %s | %.0f | %.3f (%.3f–%.3f) | %s | %.1f | %.2f | %s | %.1f | %.1f |\n", v.name,
			median(values(results[i], rate)), median(rates), quantile(rates, 0.25), quantile(rates, 0.75), hand,
			median(values(results[i], cpu)), median(ratios(results[i], first, cpu)), handCPU,
			median(values(results[i], allocs)), median(values(results[i], memory)))
	}
}

func rate(s sample) float64   { return s.rate }
func cpu(s sample) float64    { return s.cpu }
func allocs(s sample) float64 { return s.allocs }
func memory(s sample) float64 { return s.memory }

func values(samples []sample, of func(sample) float64) []float64 {
	var out []float64
	for _, s := range samples {
		out = append(out, of(s))
	}
	return out
}

// ratios returns those of each round.
func ratios(samples, to []sample, of func(sample) float64) []float64 {
	var out []float64
	for i := range samples {
		out = append(out, of(samples[i])/of(to[i]))
	}
	return out
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// quantile returns the value that the part q of the others is below, between two of them if
// it has to be.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i == len(sorted)-1 {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
