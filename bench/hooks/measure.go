package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// measure makes the raw results anew.
func measure(ctx context.Context, raw string, rounds, iterations int) (err error) {
	// Always the same, since a build in another folder finds less in the build cache.
	dir := filepath.Join(os.TempDir(), "weaver-bench-hooks")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, err := newModule(ctx, dir)
	if err != nil {
		return err
	}
	f, err := os.Create(raw)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	write := func(all []result, err error) error {
		enc := json.NewEncoder(f)
		for _, r := range all {
			err = errors.Join(err, enc.Encode(r))
		}
		return err
	}
	programs := map[string]string{}
	for _, v := range variants() {
		if programs[v.name], err = m.compile(ctx, v); err != nil {
			return err
		}
		if err := write(m.inlining(ctx, v)); err != nil {
			return err
		}
		if err := write(m.escapes(ctx, v)); err != nil {
			return err
		}
	}
	if err := write(m.machine(ctx, programs["plain"])); err != nil {
		return err
	}
	for round := range rounds {
		for _, v := range variants() {
			if err := write(m.benchmarks(ctx, v, programs[v.name], round+1, iterations)); err != nil {
				return err
			}
		}
	}
	return nil
}

// machine returns what the numbers depend on, in the words of the go command and of
// package testing.
func (m module) machine(ctx context.Context, program string) ([]result, error) {
	version, err := m.run(ctx, nil, "go", "version")
	if err != nil {
		return nil, err
	}
	out, err := m.run(ctx, nil, program, "-test.run=^$", "-test.bench=^BenchmarkBefore$", "-test.benchtime=1x")
	if err != nil {
		return nil, err
	}
	all := []result{
		{Kind: "machine", Name: "date", Text: time.Now().UTC().Format(time.DateOnly)},
		{Kind: "machine", Name: "go", Text: strings.TrimPrefix(strings.TrimSpace(version), "go version ")},
	}
	for line := range strings.Lines(out) {
		if model, ok := strings.CutPrefix(line, "cpu: "); ok {
			all = append(all, result{Kind: "machine", Name: "cpu", Text: strings.TrimSpace(model)})
		}
	}
	return all, nil
}

// benchmarks runs all benchmarks of a program once.
func (m module) benchmarks(ctx context.Context, v variant, program string, round, iterations int) ([]result, error) {
	out, err := m.run(ctx, v.env, program, "-test.run=^$", "-test.bench=.", "-test.benchmem", "-test.cpu=1", fmt.Sprintf("-test.benchtime=%dx", iterations))
	if err != nil {
		return nil, err
	}
	line := regexp.MustCompile(`(?m)^Benchmark(\w+)\s+\d+\s+[\d.]+ ns/op\s+([\d.]+) cpu-ns/op\s+(\d+) B/op\s+(\d+) allocs/op$`)
	var all []result
	for _, words := range line.FindAllStringSubmatch(out, -1) {
		r := result{Kind: "run", Variant: v.name, Name: words[1], Round: round}
		_, err := fmt.Sscan(words[2]+" "+words[3]+" "+words[4], &r.NS, &r.Bytes, &r.Allocs)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no benchmark in its output:\n%s", v.name, out)
	}
	return all, nil
}

// inlining returns what the compiler thinks of the functions of package small.
func (m module) inlining(ctx context.Context, v variant) ([]result, error) {
	out, err := m.goCommand(ctx, v, "build", "-gcflags=-m=2", "./small")
	if err != nil {
		return nil, err
	}
	// What weaver adds to the package has lower-case names.
	line := regexp.MustCompile(`(?m)^small/small\.go:\d+:\d+: (?:can inline (\w+) with cost (\d+) as|cannot inline (\w+)): (.*)$`)
	// An enclosed function is another one by the same name, in the generated file.
	enclosed := regexp.MustCompile(`(?m)^\S+weaver\.go:\d+:\d+: (?:can inline ([A-Z]\w+) with cost (\d+) as|cannot inline ([A-Z]\w+)): (.*)$`)
	var all []result
	for _, words := range append(line.FindAllStringSubmatch(out, -1), enclosed.FindAllStringSubmatch(out, -1)...) {
		r := result{Kind: "inline", Variant: v.name, Name: words[1] + words[3], Inlined: words[1] != "", Text: words[4]}
		r.Cost, _ = strconv.Atoi(words[2])
		if n := regexp.MustCompile(`cost (\d+) exceeds`).FindStringSubmatch(r.Text); n != nil {
			r.Cost, _ = strconv.Atoi(n[1])
		}
		if unicode.IsUpper(rune(r.Name[0])) {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: the compiler says nothing of inlining:\n%s", v.name, out)
	}
	return all, nil
}

// escapes returns whether the parameter o of the functions that have one escapes.
func (m module) escapes(ctx context.Context, v variant) ([]result, error) {
	out, err := m.goCommand(ctx, v, "build", "-gcflags=-m", "./target", "./byhand")
	if err != nil {
		return nil, err
	}
	line := regexp.MustCompile(`(?m)^((?:target|byhand)/\w+\.go):(\d+):\d+: (leaking param: o|o does not escape)`)
	var all []result
	for _, words := range line.FindAllStringSubmatch(out, -1) {
		source, err := os.ReadFile(filepath.Join(m.dir, words[1]))
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, err
		}
		declaration, _, _ := strings.Cut(strings.Split(string(source), "\n")[n-1], "(")
		name := filepath.Dir(words[1]) + strings.Replace(declaration, "func ", ".", 1)
		all = append(all, result{Kind: "escape", Variant: v.name, Name: name, Text: words[3]})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: the compiler says nothing of what escapes:\n%s", v.name, out)
	}
	return all, nil
}
