// The corpus test: an Around on every function of the standard library and of twenty
// modules, whose own tests then run plain and woven. It takes the better part of an
// hour, so it asks for a flag; with -update it writes docs/corpus.md:
//
//	go test ./cmd/weaver -run TestCorpus -corpus -update -timeout 3h
//
// testdata/corpus says what is woven (packages.txt, go.mod) and with what; it holds the
// reasons why tests differ too (differences.txt). With WEAVER_E2E_CACHE a run takes the
// results of an earlier one where nothing changed. trial_test.go and its neighbours run the
// tests, corpus_functions_test.go looks at what was woven, corpus_report_test.go writes.
package main_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	corpusFlag  = flag.Bool("corpus", false, "run the corpus test")
	writeReport = flag.Bool("update", false, "have the tests of the corpus and of the big programs, and scripts that draw, write what they found to docs")
	corpusOnly  = flag.String("corpus.only", "", "packages of the corpus, separated by commas, to run the tests of; no report is written")
)

// A corpus is what the test works on.
type corpus struct {
	*trial
	modules  []string // import paths of the named modules, with versions: path@version
	packages []string // import paths of what is tested
}

func TestCorpus(t *testing.T) {
	if !*corpusFlag {
		t.Skip("without -corpus: it takes the better part of an hour")
	}
	c := newCorpus(t)
	tested := c.packages
	if *corpusOnly != "" {
		tested = strings.Split(*corpusOnly, ",")
	}
	census := c.functions(t)
	plain := c.test(t, "plain", tested)
	woven := c.test(t, "woven", tested)
	for p, r := range plain {
		if r.Broken {
			t.Errorf("%s does not compile plain: %s", p, r.Output[""])
		}
	}
	broken := slices.Concat(census.broken, uncompiled(plain, woven))
	for _, b := range broken {
		t.Errorf("does not compile woven: %s", b)
	}
	for _, u := range census.unnamed {
		t.Errorf("not woven, and for no reason that has a name: %s", u)
	}
	why := reasons(t, "corpus")
	found, _ := c.confirm(t, differences(plain, woven))
	why.explain(t, found, tested)
	if !*writeReport || *corpusOnly != "" || t.Failed() {
		return
	}
	report := c.report(census, plain, woven, found, why)
	if err := os.WriteFile(filepath.Join(c.root, "docs", "corpus.md"), report, 0o666); err != nil {
		t.Fatal(err)
	}
}

// newCorpus makes the main module that the packages are dependencies of: that of
// testdata/corpus, with weaver.
func newCorpus(t *testing.T) *corpus {
	t.Helper()
	c := &corpus{trial: &trial{
		lab:     newLab(t),
		dir:     t.TempDir(),
		keep:    keptIn(t, "corpus"),
		aspects: []string{"orchestrion.tool.go", filepath.Join("hooks", "hooks.go")},
	}}
	if err := os.CopyFS(c.dir, os.DirFS(filepath.Join("testdata", "corpus"))); err != nil {
		t.Fatal(err)
	}
	var std, paths, patterns []string
	for line := range strings.Lines(c.read(t, "packages.txt")) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "std":
			std = append(std, words[1:]...)
		case words[0] == "skip":
			c.skipped = append(c.skipped, words[1:]...)
		default:
			paths = append(paths, words[0])
			for _, p := range words[1:] {
				patterns = append(patterns, strings.TrimSuffix(words[0]+"/"+p, "/."))
			}
		}
	}
	versions := func() []string {
		return strings.Fields(c.output(t, append([]string{"go", "list", "-m", "-f={{.Path}}@{{.Version}}"}, paths...)...))
	}
	c.modules = versions()
	c.output(t, "go", "get", "-tool", modulePath+"/cmd/weaver@"+c.version)
	if got := versions(); !slices.Equal(got, c.modules) {
		t.Fatalf("weaver needs later versions of modules than testdata/corpus/go.mod pins:\n%s\n%s", c.modules, got)
	}
	c.goMod = c.read(t, "go.mod")
	// What only tests need may be of a later version by weaver, and lack in go.sum then.
	c.output(t, slices.Concat([]string{"go", "list", "-mod=mod", "-deps", "-test"}, std, patterns)...)
	c.packages = strings.Fields(c.output(t, slices.Concat([]string{"go", "list", "-f={{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}"}, std, patterns)...))
	return c
}
