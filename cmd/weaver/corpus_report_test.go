package main_test

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The reasons why tests differ, and docs/corpus.md.

// causes is testdata/corpus/differences.txt.
type causes struct {
	names []string          // of the reasons, in order
	means map[string]string // reason → what it says
	of    map[string]string // "package test", or "package" → reason
}

// reasons reads testdata/corpus/differences.txt: a reason is a line "NAME: sentence", a
// test "NAME PACKAGE TEST", and a package that ends before its tests do "NAME PACKAGE".
func (c *corpus) reasons(t *testing.T) *causes {
	t.Helper()
	out := &causes{means: map[string]string{}, of: map[string]string{}}
	for line := range strings.Lines(c.read(t, "differences.txt")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if name, ok := strings.CutSuffix(name, ":"); ok {
			out.names, out.means[name] = append(out.names, name), rest
			continue
		}
		if out.means[name] == "" {
			t.Fatalf("differences.txt: %q is none of the reasons above it", name)
		}
		out.of[rest] = name
	}
	return out
}

// unused returns what is said to differ in the packages and does not.
func (w *causes) unused(found []difference, packages []string) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(w.of)) {
		p, _, _ := strings.Cut(key, " ")
		if slices.Contains(packages, p) && !slices.ContainsFunc(found, func(d difference) bool { return d.key() == key }) {
			out = append(out, key)
		}
	}
	return out
}

// report returns docs/corpus.md.
func (c *corpus) report(cs *census, plain, woven map[string]*run, found []difference, why *causes) []byte {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# The corpus\n\n")
	p("An Around on every function of the standard library and of %d modules, with a second one\n", len(c.modules))
	p("on each that returns an error, which takes that and gives it back; all of it built, and\n")
	p("the packages' own tests run plain and woven. This page is written by\n\n")
	p("    go test ./cmd/weaver -run TestCorpus -corpus -update -timeout 3h\n\n")
	p("and last was on %s with %s on %s/%s, processors: %d. The test fails for a package that\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	p("does not compile, a function that is not woven for none of the reasons below, and a test\n")
	p("whose result differs without an explanation. What is woven, and the explanations, are in\n")
	p("`cmd/weaver/testdata/corpus`.\n\n")
	c.reportFunctions(p, cs)
	reportTests(p, plain, woven, found, why)
	p("\n## The modules\n\n")
	for _, m := range c.modules {
		p("- %s\n", strings.Replace(m, "@", " ", 1))
	}
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
	p("Why functions are not woven:\n\n| reason | functions | because | such as |\n|---|---:|---|---|\n")
	for _, r := range unwovenReasons() {
		if u := cs.unwoven[r.name]; u != nil {
			examples := slices.Compact(slices.Sorted(slices.Values(u.examples)))
			shown := examples[:min(3, len(examples))]
			if len(examples) <= 13 {
				shown = examples
			}
			p("| %s | %d | %s | `%s` |\n", r.name, u.functions, r.means, strings.Join(shown, "`, `"))
		}
	}
}

func reportTests(p func(string, ...any), plain, woven map[string]*run, found []difference, why *causes) {
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
	p("because they run in the module cache, or as a user who may do all: %d.\n", failed)
	for _, name := range why.names {
		of := slices.DeleteFunc(slices.Clone(found), func(d difference) bool { return d.why != name })
		if len(of) == 0 {
			continue
		}
		p("\n**%s** (%d). %s\n\n", name, len(of), why.means[name])
		for i, d := range of {
			if i == 0 || of[i-1].pkg != d.pkg {
				p("- %s:", d.pkg)
			}
			p(" %s", d.test)
			if d.test == "" {
				p("as a whole")
			}
			if i+1 < len(of) && of[i+1].pkg == d.pkg {
				p(",")
			} else {
				p("\n")
			}
		}
	}
}
