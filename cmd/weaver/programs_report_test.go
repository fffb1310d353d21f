package main_test

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
)

// programsReport returns docs/programs.md.
func programsReport(results []programResult, why *causes) []byte {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Big programs\n\n")
	p("Programs that other people have written, at the versions that are named, each built plain\n")
	p("and woven with all built-in aspects and `builtin/spans`, with their own unit tests run\n")
	p("both ways (`go test -short ./...`, with no telemetry in the environment). Plain is with the\n")
	p("go.mod of its authors; to that of the woven one `go get -tool` and `weaver pin` have been,\n")
	p("which may have raised versions. This page is written by\n\n")
	p("    go test ./cmd/weaver -run TestPrograms -programs -update -timeout 9h\n\n")
	p("with %s on %s/%s, processors: %d. Each program was last tried with the weaver whose commit\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	p("is named. The test fails for what does not compile woven, and for a test whose result is\n")
	p("another one.\n\n")
	programsTests(p, results, why)
	programsBuilds(p, results)
	programsFindings(p, results)
	return b.Bytes()
}

func programsTests(p func(string, ...any), results []programResult, why *causes) {
	p("## Tests\n\n")
	p("Tests and subtests by name, each with the same result plain and woven but for those that are\n")
	p("listed. What fails does so plain as well, most since it asks for a service, a network, or\n")
	p("the program's repository. What differs is run twice more both ways: it differs if it does\n")
	p("each time, and is unsteady if not.\n\n")
	p("| program | tried | packages with tests | passed plain, woven | failed | skipped | differ | unsteady |\n|---|---|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range results {
		a, b := outcomes(r.PlainTests), outcomes(r.WovenTests)
		p("| %s | %s, %s | %d | %d, %d | %d, %d | %d, %d | %d | %d |\n", r.Module, r.Date, r.With, len(r.PlainTests),
			a["pass"], b["pass"], a["fail"], b["fail"], a["skip"], b["skip"], len(r.Found), len(r.Once))
	}
	p("\n")
	for _, name := range why.names {
		for _, r := range results {
			for _, d := range r.Found {
				if d.why == name {
					p("- %s: plain %s, woven %s. %s\n", d.key(), d.Plain, d.Woven, why.means[name])
				}
			}
		}
	}
	for _, r := range results {
		for _, d := range r.Once {
			p("- Unsteady: %s: plain %s, woven %s, the first time.\n", d.key(), d.Plain, d.Woven)
		}
	}
}

// outcomes counts the results of tests.
func outcomes(runs map[string]*run) map[string]int {
	n := map[string]int{}
	for _, r := range runs {
		for _, outcome := range r.Tests {
			n[outcome]++
		}
	}
	return n
}

func programsBuilds(p func(string, ...any), results []programResult) {
	p("## Builds\n\n")
	p("Of the command: packages it is made of, those with woven places, and woven places by\n")
	p("aspect. CPU time is that of a build with an empty cache, by the go command and all that it\n")
	p("starts; of the woven one also with nothing of weaver's, so the registration file is compiled\n")
	p("too. Each was run once, and what else the machine did beside it counts little for CPU time:\n")
	p("it says how large a difference is, not more.\n\n")
	p("| program | packages | woven | places | CPU time plain, woven | ratio | size |\n|---|---:|---:|---|---:|---:|---:|\n")
	for _, r := range results {
		var places []string
		for _, aspect := range slices.Sorted(maps.Keys(r.Sites)) {
			places = append(places, fmt.Sprintf("%s %d", aspect, r.Sites[aspect]))
		}
		p("| %s | %d | %d | %s | %.0f s, %.0f s | %.2f× | %.1f, %.1f MB |\n",
			r.Name, r.Packages, r.WovenPackages, strings.Join(places, ", "),
			r.Plain.ColdCPU, r.Woven.ColdCPU, r.Woven.ColdCPU/r.Plain.ColdCPU,
			float64(r.Plain.Size)/1e6, float64(r.Woven.Size)/1e6)
	}
}

func programsFindings(p func(string, ...any), results []programResult) {
	p("\n## Findings\n\nWhat weaver says of the builds of the commands.\n\n")
	for _, r := range results {
		if len(r.Findings) == 0 {
			p("- %s: nothing.\n", r.Name)
		}
		for _, f := range r.Findings {
			p("- %s: `%s`\n", r.Name, f)
		}
	}
}
