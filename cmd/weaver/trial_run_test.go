package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// How the tests of a trial run, and where the plain and the woven run differ.

// A run is what go test says of one package.
type run struct {
	Outcome string            // pass, fail or skip
	Broken  bool              // it does not compile
	Tests   map[string]string // test, subtests too → outcome
	Output  map[string]string // of what failed; of the package itself under ""
}

// test runs the tests of the packages, a few packages at a time, and takes results that
// are kept.
func (tr *trial) test(t *testing.T, kind string, packages []string) map[string]*run {
	t.Helper()
	file := tr.kept(t, kind)
	all := map[string]*run{}
	load(t, file, &all)
	todo := slices.DeleteFunc(slices.Clone(packages), func(p string) bool { return all[p] != nil && !all[p].Broken })
	for chunk := range slices.Chunk(todo, 16) {
		got := tr.goTest(t, kind, chunk)
		for _, p := range chunk {
			if got[p] == nil {
				t.Fatalf("go test says nothing of %s", p)
			}
			all[p] = got[p]
		}
		save(t, file, all)
		t.Logf("%s: %s", kind, strings.Join(chunk, " "))
	}
	maps.DeleteFunc(all, func(p string, _ *run) bool { return !slices.Contains(packages, p) })
	return all
}

// goTest runs go test, and returns what it says of each package.
func (tr *trial) goTest(t *testing.T, kind string, packages []string, flags ...string) map[string]*run {
	t.Helper()
	args := slices.Concat([]string{"test", "-json", "-short", "-vet=off", "-timeout=10m", "-skip=^(" + strings.Join(tr.skipped, "|") + ")$"}, tr.flags, flags, packages)
	if !slices.ContainsFunc(flags, func(f string) bool { return strings.HasPrefix(f, "-count") }) {
		args = slices.Insert(args, 1, "-count=1")
	}
	var said bytes.Buffer // by the go command and its builds
	cmd := tr.goCommand(kind, args...)
	cmd.Stderr = &said
	out, _ := cmd.Output() // it fails as soon as a test does
	all := map[string]*run{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var e struct{ Action, Package, Test, Output, FailedBuild string }
		if err := dec.Decode(&e); err != nil {
			break // at the end, or where the go command says something in plain text
		}
		if e.Package == "" { // output of a build
			said.WriteString(e.Output)
			continue
		}
		r := all[e.Package]
		if r == nil {
			r = &run{Tests: map[string]string{}, Output: map[string]string{}}
			all[e.Package] = r
		}
		switch e.Action {
		case "output":
			r.Output[e.Test] = shortened(r.Output[e.Test] + e.Output)
		case "pass", "fail", "skip":
			if e.Test == "" {
				r.Outcome = e.Action
				r.Broken = e.FailedBuild != ""
			} else if r.Tests[e.Test] != "fail" { // with -count=2 the worse one counts
				r.Tests[e.Test] = e.Action
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("go test: %s", said.Bytes())
	}
	for p, r := range all {
		if r.Broken {
			r.Output[""] += said.String()
			t.Logf("%s: %s does not compile:\n%s", kind, p, said.Bytes())
		}
		maps.DeleteFunc(r.Output, func(test, _ string) bool {
			return r.Outcome != "fail" || test != "" && r.Tests[test] == "pass"
		})
	}
	return all
}

// shortened returns the start and the end of what a test prints, which may be megabytes.
func shortened(text string) string {
	if len(text) <= 8000 {
		return text
	}
	return text[:2000] + "\n…\n" + text[len(text)-2000:]
}

// uncompiled returns the packages whose tests compile plain and not woven.
func uncompiled(plain, woven map[string]*run) []string {
	var out []string
	for _, p := range slices.Sorted(maps.Keys(woven)) {
		if woven[p].Broken && !plain[p].Broken {
			out = append(out, p+" (tests)")
		}
	}
	return out
}

// A difference is a test whose result is another one when it is woven. Where the package
// ended before its tests had, it is the package as a whole, and the test is "".
type difference struct {
	Package, Test string
	Plain, Woven  string // outcomes
	Output        string // of the one that failed
	why           string // name of the reason
}

func (d difference) key() string { return strings.TrimSpace(d.Package + " " + d.Test) }

// differences returns the tests whose results differ, in order. Of a test with subtests
// that differ only these are listed.
func differences(plain, woven map[string]*run) []difference {
	var out []difference
	for _, p := range slices.Sorted(maps.Keys(woven)) {
		a, b := plain[p], woven[p]
		var of []difference
		for _, test := range slices.Sorted(maps.Keys(a.Tests)) {
			if was, is := a.Tests[test], b.Tests[test]; is != "" && was != is {
				of = append(of, difference{Package: p, Test: test, Plain: was, Woven: is, Output: b.Output[test] + a.Output[test]})
			}
		}
		of = slices.DeleteFunc(of, func(d difference) bool {
			return slices.ContainsFunc(of, func(e difference) bool { return strings.HasPrefix(e.Test, d.Test+"/") })
		})
		missing := 0
		for test := range a.Tests {
			if b.Tests[test] == "" && !strings.Contains(test, "/") { // subtests have addresses in their names, and times
				missing++
			}
		}
		if missing > 0 || a.Outcome != b.Outcome && len(of) == 0 {
			of = append(of, difference{Package: p, Plain: a.Outcome, Woven: fmt.Sprintf("%s, tests that did not run: %d", b.Outcome, missing), Output: b.Output[""]})
		}
		out = append(out, of...)
	}
	return out
}

// confirm runs what differs twice more, plain and woven, and returns those that differ
// again, and the others: these fail now and then in any case.
func (tr *trial) confirm(t *testing.T, found []difference) (again, once []difference) {
	t.Helper()
	file := tr.kept(t, "confirmed")
	steady := map[string]bool{}
	load(t, file, &steady)
	byPackage := map[string][]difference{}
	for _, d := range found {
		if _, known := steady[d.key()]; !known {
			byPackage[d.Package] = append(byPackage[d.Package], d)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(byPackage)) {
		var tests []string
		for _, d := range byPackage[p] {
			top, _, _ := strings.Cut(d.Test, "/")
			tests = append(tests, top)
		}
		flags := []string{"-count=2"}
		if !slices.Contains(tests, "") {
			flags = append(flags, "-run=^("+strings.Join(tests, "|")+")$")
		}
		now := differences(tr.goTest(t, "plain", []string{p}, flags...), tr.goTest(t, "woven", []string{p}, flags...))
		for _, d := range byPackage[p] {
			steady[d.key()] = slices.ContainsFunc(now, func(e difference) bool { return e.key() == d.key() })
			if !steady[d.key()] {
				t.Logf("%s: plain %s, woven %s, but not again", d.key(), d.Plain, d.Woven)
			}
		}
		save(t, file, steady)
	}
	for _, d := range found {
		if steady[d.key()] {
			again = append(again, d)
		} else {
			once = append(once, d)
		}
	}
	return again, once
}
