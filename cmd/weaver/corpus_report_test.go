package main_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// docs/corpus.md.

// report returns docs/corpus.md.
func (c *corpus) report(cs *census, plain, woven map[string]*run, found []difference, why *causes) []byte {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# The corpus\n\n")
	p("An Around on every function of the standard library and of %d modules, with a second one\n", len(c.modules))
	p("on each that returns an error, which takes that and gives it back; all of it built, and\n")
	p("the packages' own tests run plain and woven. This page is written by\n\n")
	p("    go test ./cmd/weaver -run TestCorpus -corpus -update -timeout 3h\n\n")
	p("and last was on %s with %s on %s/%s, processors: %d.\nThe test fails for a package that does not compile, a function that is not woven for none\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	p("of the reasons below, and a test whose result differs without an explanation. What is\n")
	p("woven, and the explanations, are in\n")
	p("`cmd/weaver/testdata/corpus`.\n\n")
	c.reportFunctions(p, cs)
	reportTests(p, plain, woven, c.skipped, found, why)
	p("\n## The modules\n\n")
	for _, m := range c.modules {
		p("- %s\n", strings.Replace(m, "@", " ", 1))
	}
	reportUnwoven(p, cs)
	return b.Bytes()
}

func (c *corpus) reportFunctions(p func(string, ...any), cs *census) {
	p("## Functions\n\n")
	p("Counted are those of the packages whose tests run and of all that these import.\n\n")
	p("| | packages | functions | woven | not woven |\n|---|---:|---:|---:|---:|\n")
	var sum counts
	for _, group := range []string{"standard library", "the modules", "what these need"} {
		n := cs.groups[group]
		p("| %s | %d | %d | %d | %d |\n", group, n.packages, n.functions, n.woven, n.functions-n.woven)
		sum.packages, sum.functions, sum.woven = sum.packages+n.packages, sum.functions+n.functions, sum.woven+n.woven
	}
	p("| together | %d | %d | %d | %d |\n\n", sum.packages, sum.functions, sum.woven, sum.functions-sum.woven)
	p("Packages that do not compile when they are woven: %d.\n\n", len(cs.broken))
	p("Why functions are not woven (which they are: at the end of this page):\n\n")
	p("| reason | functions | because |\n|---|---:|---|\n")
	for _, r := range unwovenReasons() {
		if u := cs.unwoven[r.name]; u != nil {
			p("| %s | %d | %s |\n", r.name, u.functions, r.means)
		}
	}
}

// reportUnwoven lists the functions that are not woven, or their packages where the reason
// is the package's.
func reportUnwoven(p func(string, ...any), cs *census) {
	p("\n## What is not woven\n\n")
	p("Functions, or packages where the reason is one of the whole package or the functions have\n")
	p("no names of their own.\n")
	for _, r := range unwovenReasons() {
		if u := cs.unwoven[r.name]; u != nil {
			p("\n**%s** (%d): %s.\n", r.name, u.functions, strings.Join(slices.Compact(slices.Sorted(slices.Values(u.names))), ", "))
		}
	}
}

func reportTests(p func(string, ...any), plain, woven map[string]*run, skipped []string, found []difference, why *causes) {
	tests, failed := 0, 0
	for path, r := range woven {
		tests += len(r.Tests)
		for test, outcome := range r.Tests {
			if outcome == "fail" && plain[path].Tests[test] == "fail" {
				failed++
			}
		}
	}
	p("\n## Tests\n\n")
	p("Packages with tests: %d. Tests and subtests that run woven: %d. Those whose result is not\n", len(woven), tests)
	p("that of the plain run, each time in three runs: %d. Those that fail plain as well, most\n", len(found))
	p("because they run in the module cache, or as a user who may do all: %d. They run with\n", failed)
	p("-short; left out by name, plain as well: %s.\n", strings.Join(skipped, ", "))
	for _, name := range why.names {
		of := slices.DeleteFunc(slices.Clone(found), func(d difference) bool { return d.why != name })
		if len(of) == 0 {
			continue
		}
		p("\n**%s** (%d). %s\n\n", name, len(of), why.means[name])
		for i, d := range of {
			if i == 0 || of[i-1].Package != d.Package {
				p("- %s:", d.Package)
			}
			p(" %s", d.Test)
			if d.Test == "" {
				p("as a whole")
			}
			if i+1 < len(of) && of[i+1].Package == d.Package {
				p(",")
			} else {
				p("\n")
			}
		}
	}
}
