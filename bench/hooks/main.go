// Command hooks measures what one call of a hook costs, advice by advice:
//
//	cd bench && GOWORK=off go run ./hooks
//	cd bench && GOWORK=off go run ./hooks -report
//
// The module in testdata/woven is copied and built twice, plain and woven (module.go); its
// benchmarks run by turns in both programs, and the compiler is asked what it inlines and
// what escapes (measure.go). What comes out is appended to a file, one JSON object a line,
// which -report makes tables of (report.go).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
)

func main() {
	raw := flag.String("raw", "hooks/results.jsonl", "file of raw results")
	rounds := flag.Int("rounds", 5, "times that each benchmark runs in each program")
	// A number and no time: on a busy machine that would be over after a few iterations.
	iterations := flag.Int("n", 5_000_000, "iterations each time")
	render := flag.Bool("report", false, "print tables of the raw results, and measure nothing")
	flag.Parse()
	if err := run(context.Background(), *raw, *rounds, *iterations, *render); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, raw string, rounds, iterations int, render bool) error {
	if !render {
		if err := measure(ctx, raw, rounds, iterations); err != nil {
			return err
		}
	}
	results, err := read(raw)
	if err != nil {
		return err
	}
	return report(os.Stdout, results)
}

// A result is a line of the raw results. Which fields it has depends on Kind.
type result struct {
	Kind    string  // machine, run, inline or escape
	Variant string  // plain or woven
	Name    string  // of the benchmark, or of the function; of what is said about the machine
	Round   int     `json:",omitempty"`
	NS      float64 // CPU time of an operation
	Bytes   int64
	Allocs  int64
	// Inlined is whether the compiler would inline the function, and Cost what it counts for
	// that, 0 if it does not say.
	Inlined bool   `json:",omitempty"`
	Cost    int    `json:",omitempty"`
	Text    string `json:",omitempty"` // what the compiler says, or the machine is
}

// read returns the results of a file.
func read(file string) ([]result, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []result
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var r result
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, r)
	}
}
