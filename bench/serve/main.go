// Command serve measures what instrumentation costs a service while it runs: command hello
// is built plain, woven, and with the same instrumentation written by hand, and each is
// loaded over loopback in turn, many rounds. It prints a table of ratios:
//
//	cd bench && GOWORK=off go run ./serve
//
// What is exported goes to a collector in this process that answers and forgets.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A variant is one way to build and run the service.
type variant struct {
	name    string
	build   []string // command line before "build"
	tags    string
	exports bool // has an endpoint to export to
}

// variants are in the order in which each round runs them. The first is what the others
// are held against, those with a provider also against the last.
func variants() []variant {
	weaver := []string{"go", "tool", "weaver", "-q", "go"}
	return []variant{
		{name: "plain", build: []string{"go"}},
		{name: "woven, no provider", build: weaver},
		{name: "woven", build: weaver, exports: true},
		{name: "by hand", build: []string{"go"}, tags: "hand", exports: true},
	}
}

func main() {
	rounds := flag.Int("rounds", 40, "times that each variant is loaded, on each path")
	load := flag.Duration("load", time.Second, "how long each time")
	clients := flag.Int("clients", 8, "connections that send requests at once")
	flag.Parse()
	if err := run(context.Background(), *rounds, *load, *clients); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, rounds int, load time.Duration, clients int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all := variants()
	for i, v := range all {
		if err := v.compile(ctx, program(dir, i)); err != nil {
			return err
		}
	}
	for _, path := range []string{"/users/7", "/nop"} {
		results, err := compare(ctx, dir, all, path, rounds, load, clients)
		if err != nil {
			return err
		}
		table(os.Stdout, path, all, results)
	}
	return nil
}

// compare runs all variants at once and loads one at a time, so that those of a round see
// the same machine. No variant is always the first, nor always after the same one that
// still has to export.
func compare(ctx context.Context, dir string, all []variant, path string, rounds int, load time.Duration, clients int) ([][]sample, error) {
	services := make([]*service, len(all))
	for i, v := range all {
		s, err := start(ctx, program(dir, i), v.exports)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
		defer s.kill()
		if _, err := drive(s.base+path, load, clients); err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
		services[i] = s
	}
	results := make([][]sample, len(all))
	for range rounds {
		for _, i := range rand.Perm(len(all)) {
			s, err := services[i].measure(path, load, clients)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", all[i].name, err)
			}
			results[i] = append(results[i], s)
		}
	}
	for i, v := range all {
		if err := services[i].stop(); err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
		// What costs nothing since it does nothing is no result.
		if exported := services[i].exports.Load() > 0; exported != v.exports {
			return nil, fmt.Errorf("%s: exports: %t, want %t", v.name, exported, v.exports)
		}
	}
	return results, nil
}

func program(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("hello%d", i)) }

// compile builds the service, in the module that the command runs in.
func (v variant) compile(ctx context.Context, to string) error {
	args := append(v.build[1:len(v.build):len(v.build)], "build", "-trimpath", "-tags="+v.tags, "-o", to, "example.com/bench/hello")
	cmd := exec.CommandContext(ctx, v.build[0], args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", v.name, err)
	}
	return nil
}

var errStatus = errors.New("a request was not answered with 200")
