//go:build unix

// Command build measures what instrumentation costs a build: plain go, weaver and its peers
// compile the same programs in turn, and a report holds them against plain go:
//
//	cd bench && GOWORK=off go run ./build -dir /where/state/lies
//
// The set-up (setup.go) makes a copy of each program for each tool. A first round counts the
// calls of tools and looks at memory (count.go); it is slower and not timed, has the network,
// and finds out what does not build at all. The rounds after it are timed, without the
// network (round.go). Each measurement is a line of the results as soon as it is made, and
// what is in the results is not measured again, so a run that was interrupted goes on. The
// report (report.go) is made of the results alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// options are what the command line says.
type options struct {
	apps, tools, steps []string
	rounds, cold       int
	dir, results       string
	checkout           string
	otelc, otelcModule string
}

func main() {
	log.SetFlags(log.Ltime)
	var o options
	apps := flag.String("apps", "hello,shop", "programs to build; also the names of cmd/weaver/testdata/programs/programs.txt")
	tools := flag.String("tools", "plain,byhand,linked,weaver,orchestrion,otelc", "what to build them with")
	chosen := flag.String("steps", "all", "what to measure, of "+strings.Join(stepNames(), ","))
	flag.IntVar(&o.rounds, "rounds", 5, "timed rounds")
	flag.IntVar(&o.cold, "cold", 3, "how many of them, the first ones, start with empty caches")
	flag.StringVar(&o.dir, "dir", "", "folder of all state; without it a temporary one, which is removed")
	flag.StringVar(&o.results, "results", "", "file of the measurements; without it results.jsonl in the folder of the state, or here if that is temporary")
	flag.StringVar(&o.checkout, "weaver", "..", "the checkout of weaver that is measured")
	flag.StringVar(&o.otelc, "otelc", "", "an otelc program that is there already, instead of one that is installed from the module proxy")
	flag.StringVar(&o.otelcModule, "otelc-module", "", "folder with the module of that program, which what it builds requires; without it, from the module proxy")
	only := flag.Bool("report", false, "measure nothing, and print the report of the results")
	flag.Parse()
	o.apps, o.tools, o.steps = strings.Split(*apps, ","), strings.Split(*tools, ","), strings.Split(*chosen, ",")
	if *chosen == "all" {
		o.steps = stepNames()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, *only); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options, only bool) (err error) {
	if err := o.complete(); err != nil {
		return err
	}
	if only {
		return printReport(o.results)
	}
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "benchbuild"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, removeModules(o.dir)) }()
	}
	if o.dir, err = filepath.Abs(o.dir); err != nil {
		return err
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	for _, name := range o.apps {
		if err := b.measureApp(ctx, name); err != nil {
			return err
		}
	}
	return printReport(o.results)
}

// complete checks the options and fills in those that follow from others.
func (o *options) complete() (err error) {
	if !slices.Contains(o.tools, "plain") {
		return errors.New("-tools: without plain there is nothing to hold the others against")
	}
	for _, name := range o.tools {
		if _, ok := findTool(name); !ok {
			return fmt.Errorf("-tools: there is no %q", name)
		}
	}
	for _, name := range o.steps {
		if _, ok := findStep(name); !ok {
			return fmt.Errorf("-steps: there is no %q; there are %s", name, strings.Join(stepNames(), ", "))
		}
	}
	if o.results == "" {
		o.results = filepath.Join(o.dir, "results.jsonl")
	}
	if o.results, err = filepath.Abs(o.results); err != nil {
		return err
	}
	for _, path := range []*string{&o.otelc, &o.otelcModule, &o.checkout} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	return nil
}

// removeModules removes the folder and the module cache in it, whose folders the go command
// makes read-only.
func removeModules(dir string) error {
	cmd := exec.Command("go", "clean", "-modcache")
	cmd.Env = append(os.Environ(), "GOMODCACHE="+filepath.Join(dir, "mod"), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return errors.Join(err, os.RemoveAll(dir))
}
