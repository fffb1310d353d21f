// The suites: Go's own tests of the packages that the built-in aspects weave, plain and
// woven with all of them, from a module that requires weaver and has no code. It takes some
// minutes, so it asks for a flag; with -update it writes docs/suites.md:
//
//	go test ./cmd/weaver -run TestSuites -suites -update -timeout 1h
//
// The tests run in full, not with -short, and in an environment without telemetry, where
// woven packages are to be the plain ones. testdata/suites/differences.txt has the reasons
// why results differ. With WEAVER_E2E_CACHE a run takes the results of an earlier one where
// nothing changed.
package main_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/goweaver/weaver/internal/catalog"
)

var (
	suitesFlag = flag.Bool("suites", false, "run Go's own tests of the packages that the built-ins weave")
	suitesOnly = flag.String("suites.only", "", "the one package to run the tests of; no report is written")
)

// suites returns the packages, each of which at least one built-in weaves.
func suites() []string {
	return []string{"database/sql", "log", "log/slog", "net/http", "net/rpc"}
}

func TestSuites(t *testing.T) {
	if !*suitesFlag {
		t.Skip("without -suites: it takes some minutes")
	}
	tr := newSuites(t)
	packages := suites()
	if *suitesOnly != "" {
		packages = []string{*suitesOnly}
	}
	sites := tr.wovenSites(t, packages)
	for _, p := range packages {
		if sites[p] == 0 {
			t.Errorf("nothing is woven into %s", p)
		}
	}
	plain := tr.test(t, "plain", packages)
	woven := tr.test(t, "woven", packages)
	for _, b := range uncompiled(plain, woven) {
		t.Errorf("does not compile woven: %s", b)
	}
	why := reasons(t, "suites")
	found, _ := tr.confirm(t, differences(plain, woven))
	why.explain(t, found, packages)
	if !*writeReport || *suitesOnly != "" || t.Failed() {
		return
	}
	if err := os.WriteFile(filepath.Join(tr.root, "docs", "suites.md"), suitesReport(packages, sites, plain, woven, found, why), 0o666); err != nil {
		t.Fatal(err)
	}
}

// newSuites makes the module: it requires weaver, and registers all built-ins for the
// standard library.
func newSuites(t *testing.T) *trial {
	t.Helper()
	const registration = "orchestrion.tool.go"
	tr := &trial{
		lab:     newLab(t),
		dir:     t.TempDir(),
		keep:    keptIn(t, "suites"),
		aspects: []string{registration},
		flags:   []string{"-short=false"},
	}
	std := slices.DeleteFunc(catalog.BuiltIns(), func(b catalog.BuiltIn) bool { return b.Library != "" || b.Concern })
	for name, content := range map[string][]byte{
		"go.mod":     []byte("module example.com/suites\n\ngo 1.25.0\n"),
		registration: catalog.File(std),
	} {
		if err := os.WriteFile(filepath.Join(tr.dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tr.output(t, "go", "get", "-tool", modulePath+"/cmd/weaver@"+tr.version)
	tr.goMod = tr.read(t, "go.mod")
	return tr
}

// wovenSites builds the packages woven, and returns at how many places each of them was.
func (tr *trial) wovenSites(t *testing.T, packages []string) map[string]int {
	t.Helper()
	var stderr bytes.Buffer
	cmd := tr.goCommand("woven", append([]string{"list", "-export", "-json=ImportPath,Export"}, packages...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	sites := map[string]int{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var l listedPackage
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		rec, err := readRecord(l.Export)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range rec.Sites {
			sites[l.ImportPath] += n
		}
		for _, f := range rec.Found {
			t.Errorf("%s: %s: %s", f.Pos, f.Aspect, f.Text)
		}
	}
	return sites
}

// suitesReport returns docs/suites.md.
func suitesReport(packages []string, sites map[string]int, plain, woven map[string]*run, found []difference, why *causes) []byte {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Go's own tests\n\n")
	p("The tests of Go for the packages that the built-in aspects weave, plain and woven with\n")
	p("all of them, from a module that requires weaver and has no code. This page is written by\n\n")
	p("    go test ./cmd/weaver -run TestSuites -suites -update -timeout 1h\n\n")
	p("and last was on %s with %s on %s/%s, processors: %d. The test fails where nothing is woven\n",
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	p("into one of the packages, and for each test or subtest whose result is not that of the\n")
	p("plain run without an explanation in `cmd/weaver/testdata/suites`. They run in full, with\n")
	p("-count=1.\n\n")
	p("| package | places that are woven | pass | fail | skip | plain: pass | fail | skip |\n|---|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, path := range packages {
		p("| %s | %d |", path, sites[path])
		for _, r := range []*run{woven[path], plain[path]} {
			outcomes := map[string]int{}
			for _, outcome := range r.Tests {
				outcomes[outcome]++
			}
			p(" %d | %d | %d |", outcomes["pass"], outcomes["fail"], outcomes["skip"])
		}
		p("\n")
	}
	p("\nTests whose result differs, each time in three runs: %d.\n", len(found))
	for _, d := range found {
		p("- %s: plain %s, woven %s. %s\n", d.key(), d.Plain, d.Woven, why.means[d.why])
	}
	return b.Bytes()
}
