// Command scale measures how weaver's cost grows with a module's packages, with the rules of
// its registration file, and with the functions that are woven in each package:
//
//	cd bench && GOWORK=off go run ./scale
//	cd bench && GOWORK=off go run ./scale -packages=100 -rules=10 -matches=1 -base=100,10,1
//	cd bench && GOWORK=off go run ./scale -report
//
// One of the three numbers is varied at a time, the other two are those of -base. For each
// size a module is generated (generate.go, source.go) and built plain and woven by turns
// (build.go). Each build appends a line to the file of raw results, and builds that are there
// already are not made again, so a run that was stopped goes on where it was. -report makes
// tables and plots of the file (report.go, plot.go).
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A size is that of a generated module.
type size struct {
	Packages  int
	Functions int // of each package, the woven ones among them
	Rules     int
	Matches   int // functions of each package that are woven
}

// A dimension is one of the numbers, with the sizes in which it varies.
type dimension struct {
	name  string // in headings and file names
	axis  string
	of    func(size) int
	sizes []size
}

// options are the command's flags.
type options struct {
	raw, dir        string
	rounds, again   int
	report          bool
	packages, rules numbers
	matches, base   numbers
	functions       int
}

func main() {
	o := options{
		packages: numbers{100, 1000, 3000}, rules: numbers{1, 100, 1000}, matches: numbers{0, 1, 10, 100},
		base: numbers{300, 100, 1},
	}
	flag.StringVar(&o.raw, "raw", "scale/results.jsonl", "file of raw results")
	flag.StringVar(&o.dir, "dir", "", "folder to build in, which must not exist (default a temporary one)")
	flag.IntVar(&o.rounds, "rounds", 3, "cold builds of each size, plain and woven")
	flag.IntVar(&o.again, "again", 3, "builds of each size after each cold one: with nothing changed, and with a leaf edited")
	flag.IntVar(&o.functions, "functions", 8, "functions of a package, but where -matches vary")
	flag.Var(&o.packages, "packages", "numbers of packages; none leaves this dimension out")
	flag.Var(&o.rules, "rules", "numbers of rules")
	flag.Var(&o.matches, "matches", "numbers of woven functions in each package")
	flag.Var(&o.base, "base", "packages, rules, matches that the other dimensions have")
	flag.BoolVar(&o.report, "report", false, "print tables of the raw results and draw the plots, and measure nothing")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options) error {
	if len(o.base) != 3 {
		return fmt.Errorf("-base=%s: want three numbers", o.base.String())
	}
	all := dimensions(o)
	for _, d := range all {
		for _, s := range d.sizes {
			// There are six layers of packages and four kinds of functions, and the first rule
			// is what shows that the module is woven.
			if s.Packages < 6 || s.Functions < 4 || s.Rules < 1 {
				return fmt.Errorf("%+v: want 6 packages, 4 functions and a rule at least", s)
			}
		}
	}
	if !o.report {
		if err := measure(ctx, o, all); err != nil {
			return err
		}
	}
	results, err := read(o.raw)
	if err != nil {
		return err
	}
	return report(os.Stdout, filepath.Dir(o.raw), all, results)
}

// dimensions returns the three dimensions. Where matches vary all packages have as many
// functions as the largest number needs, so that the plain build is always the same.
func dimensions(o options) []dimension {
	base := size{Packages: o.base[0], Functions: max(o.functions, o.base[2]), Rules: o.base[1], Matches: o.base[2]}
	packages := dimension{name: "packages", axis: "packages of the module", of: func(s size) int { return s.Packages }}
	for _, n := range slices.Sorted(slices.Values(o.packages)) {
		s := base
		s.Packages = n
		packages.sizes = append(packages.sizes, s)
	}
	rules := dimension{name: "rules", axis: "rules of the registration file", of: func(s size) int { return s.Rules }}
	for _, n := range slices.Sorted(slices.Values(o.rules)) {
		s := base
		s.Rules = n
		rules.sizes = append(rules.sizes, s)
	}
	matches := dimension{name: "matches", axis: "woven functions in each package", of: func(s size) int { return s.Matches }}
	for _, n := range slices.Sorted(slices.Values(o.matches)) {
		s := base
		s.Matches, s.Functions = n, slices.Max(append(o.matches, o.functions))
		matches.sizes = append(matches.sizes, s)
	}
	return []dimension{packages, rules, matches}
}

// numbers is a flag of several, separated by commas.
type numbers []int

func (n *numbers) String() string {
	var words []string
	for _, i := range *n {
		words = append(words, strconv.Itoa(i))
	}
	return strings.Join(words, ",")
}

func (n *numbers) Set(text string) error {
	*n = nil
	for word := range strings.SplitSeq(text, ",") {
		if word == "" {
			continue
		}
		i, err := strconv.Atoi(word)
		if err != nil || i < 0 {
			return fmt.Errorf("%q is no number of anything", word)
		}
		*n = append(*n, i)
	}
	return nil
}
