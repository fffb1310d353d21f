// The big programs: what other people have written, at pinned versions, is built plain and
// woven with all built-in aspects, and its own unit tests run both ways. That takes hours,
// so it asks for a flag; with -update it writes docs/programs.md:
//
//	go test ./cmd/weaver -run TestPrograms -programs -update -timeout 9h
//
// testdata/programs/programs.txt lists them. Each is the main module of its build, as it is
// for those who write it, in a folder of its own. Plain it is as they have it. For the
// woven one a second copy has weaver added by "go get -tool", and all of its aspects by a
// registration file, so versions of dependencies may differ too. With WEAVER_E2E_CACHE what
// was measured is kept, and -programs.only runs some of them: of the others the report has
// the last results, and it is written once all are there.
package main_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/internal/catalog"
)

var (
	programsFlag = flag.Bool("programs", false, "run the test of the big programs")
	programsOnly = flag.String("programs.only", "", "names of the big programs to run, separated by commas")
)

// A program is a line of testdata/programs/programs.txt.
type program struct {
	name    string
	module  string // path@version
	command string // package of the command that is measured
	tags    string // of its builds, or ""
}

// A measured is what a program's run came to. The tests' results are kept apart.
type measured struct {
	Packages, WovenPackages int            // that the command is built from
	Sites                   map[string]int // by aspect
	Findings                []string
	Plain, Woven            built
}

// A built is what one way of building the command came to, in seconds and bytes.
type built struct {
	Cold, ColdCPU, Again float64
	Size                 int64
}

func TestPrograms(t *testing.T) {
	if !*programsFlag {
		t.Skip("without -programs: it takes hours")
	}
	l := newLab(t)
	why := reasons(t, "programs")
	var results []programResult
	all := programs(t)
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			var r programResult
			kept := filepath.Join(keptIn(t, filepath.Join("programs", p.name)), "result.json")
			// What was tried before counts with the weaver that it was tried with.
			if *programsOnly == "" || slices.Contains(strings.Split(*programsOnly, ","), p.name) {
				r = l.tryProgram(t, p)
				save(t, kept, r)
			} else if load(t, kept, &r); r.Module != p.module {
				t.Skip("there is no result of this version")
			}
			why.explain(t, r.Found, slices.Collect(maps.Keys(r.WovenTests)))
			results = append(results, r)
		})
	}
	if !*writeReport || t.Failed() || len(results) < len(all) {
		return
	}
	if err := os.WriteFile(filepath.Join(l.root, "docs", "programs.md"), programsReport(results, why), 0o666); err != nil {
		t.Fatal(err)
	}
}

// programs reads the list.
func programs(t *testing.T) []program {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "programs", "programs.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []program
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		p := program{name: words[0], module: words[1], command: words[2]}
		for _, w := range words[3:] {
			if tags, ok := strings.CutPrefix(w, "tags="); ok {
				p.tags = tags
			} else {
				t.Fatalf("programs.txt: %s: unknown word %q", p.name, w)
			}
		}
		all = append(all, p)
	}
	return all
}

// A programResult is what the report says of a program.
type programResult struct {
	Name, Module string
	Date, With   string // when it was tried, and weaver's commit
	measured
	PlainTests, WovenTests map[string]*run
	Found, Once            []difference // in each of three runs, in the first alone
}

// tryProgram builds and tests one program.
func (l *lab) tryProgram(t *testing.T, p program) programResult {
	keep := keptIn(t, filepath.Join("programs", p.name))
	tr := &trial{
		lab: l, keep: keep, caches: filepath.Join(keep, "caches"), aspects: []string{registrationFile},
		dir: filepath.Join(keep, "src", "woven"), plain: filepath.Join(keep, "src", "plain"),
	}
	if p.tags != "" {
		tr.flags = []string{"-tags=" + p.tags}
	}
	tr.getProgram(t, p)
	r := programResult{Name: p.name, Module: p.module, Date: time.Now().UTC().Format(time.DateOnly), With: l.commit(t)}
	file := tr.kept(t, "measured")
	load(t, file, &r.measured)
	if r.Packages == 0 {
		r.Plain, _ = tr.measure(t, "plain", p)
		r.Woven, r.Findings = tr.measure(t, "woven", p)
		tr.sites(t, p, &r.measured)
		save(t, file, r.measured)
	}
	packages := strings.Fields(tr.output(t, slices.Concat([]string{"go", "list"}, tr.flags, []string{"-f={{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./..."})...))
	r.PlainTests = tr.test(t, "plain", packages)
	r.WovenTests = tr.test(t, "woven", packages)
	for _, broken := range uncompiled(r.PlainTests, r.WovenTests) {
		t.Errorf("does not compile woven: %s", broken)
	}
	r.Found, r.Once = tr.confirm(t, differences(r.PlainTests, r.WovenTests))
	if err := os.RemoveAll(tr.caches); err != nil { // they are large
		t.Fatal(err)
	}
	return r
}

// commit returns the commit of weaver's checkout, with a mark where it is not all of it.
func (l *lab) commit(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("git", "describe", "--always", "--dirty", "--exclude=*")
	cmd.Dir = l.root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// registrationFile is the file that lists a module's aspects.
const registrationFile = "orchestrion.tool.go"

// getProgram makes the program's two folders: its module as the proxy has it, and with
// weaver.
func (tr *trial) getProgram(t *testing.T, p program) {
	t.Helper()
	if err := os.RemoveAll(filepath.Dir(tr.dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(tr.dir, 0o777); err != nil { // the next command runs in it
		t.Fatal(err)
	}
	var downloaded struct{ Dir string }
	out := tr.output(t, "go", "mod", "download", "-json", p.module)
	if err := json.Unmarshal([]byte(out), &downloaded); err != nil {
		t.Fatal(err)
	}
	// The copies can be written to, as their originals in the module cache can not.
	if err := os.CopyFS(tr.dir, os.DirFS(downloaded.Dir)); err != nil {
		t.Fatal(err)
	}
	tr.dropFolders(t)
	tr.addSums(t)
	if err := os.CopyFS(tr.plain, os.DirFS(tr.dir)); err != nil {
		t.Fatal(err)
	}
	tr.output(t, "go", "get", "-tool", modulePath+"/cmd/weaver@"+tr.version)
	// All telemetry that weaver's own module has is listed, whether pin would list it by itself or
	// not; below pin adds the integrations of the libraries that the program is built with.
	all := slices.DeleteFunc(catalog.BuiltIns(), func(b catalog.BuiltIn) bool { return b.Library != "" || b.Concern })
	if err := os.WriteFile(filepath.Join(tr.dir, registrationFile), catalog.File(all), 0o666); err != nil {
		t.Fatal(err)
	}
	get := []string{"go", "get"}
	for _, b := range all {
		get = append(get, b.Path)
	}
	tr.output(t, get...)
	tr.output(t, "go", "tool", "weaver", "pin")
	tr.addSums(t)
	tr.goMod = tr.read(t, "go.mod")
}

// addSums adds to go.sum what lacks there for the tests, which may need modules of a
// later version than the module itself has them.
func (tr *trial) addSums(t *testing.T) {
	t.Helper()
	tr.output(t, slices.Concat([]string{"go", "list", "-mod=mod", "-deps", "-test"}, tr.flags, []string{"./..."})...)
}

// dropFolders takes out of go.mod what replaces modules by folders: those lie beside the
// program's own in its repository, and a module has itself only.
func (tr *trial) dropFolders(t *testing.T) {
	t.Helper()
	var mod struct {
		Replace []struct {
			Old struct{ Path, Version string }
			New struct{ Path, Version string }
		}
	}
	if err := json.Unmarshal([]byte(tr.output(t, "go", "mod", "edit", "-json")), &mod); err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Replace {
		if r.New.Version == "" {
			tr.output(t, "go", "mod", "edit", "-dropreplace="+strings.TrimSuffix(r.Old.Path+"@"+r.Old.Version, "@"))
		}
	}
}

// measure builds the program's command with caches that are empty, and once more, and
// returns what the second build says too.
func (tr *trial) measure(t *testing.T, kind string, p program) (b built, says []string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(tr.caches, kind)); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "program.exe")
	once := func() (wall, cpu float64) {
		cmd := tr.goCommand(kind, slices.Concat([]string{"build"}, tr.flags, []string{"-o", bin, p.command})...)
		start := time.Now()
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", kind, err, out)
		}
		says = strings.Split(strings.TrimSpace(string(out)), "\n")
		used := cmd.ProcessState
		return time.Since(start).Seconds(), (used.UserTime() + used.SystemTime()).Seconds()
	}
	b.Cold, b.ColdCPU = once()
	b.Again, _ = once()
	info, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	b.Size = info.Size()
	t.Logf("%s %s: %+v", p.name, kind, b)
	return b, slices.DeleteFunc(says, func(line string) bool { return line == "" })
}

// sites looks at what was woven into the packages of the program's command.
func (tr *trial) sites(t *testing.T, p program, m *measured) {
	t.Helper()
	cmd := tr.goCommand("woven", slices.Concat([]string{"list", "-deps", "-export", "-json=ImportPath,Export"}, tr.flags, []string{p.command})...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	aspects := tr.aspectsByRule(t)
	m.Sites = map[string]int{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var l listedPackage
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l.Export == "" {
			continue // unsafe
		}
		m.Packages++
		rec, err := readRecord(l.Export)
		if err != nil {
			t.Fatal(err)
		}
		places := 0
		for rule, n := range rec.Sites {
			m.Sites[aspects[rule]] += n
			places += n
		}
		if places > 0 {
			m.WovenPackages++
		}
	}
}

// aspectsByRule returns the aspects of the rules, by their IDs, which the plan has.
func (tr *trial) aspectsByRule(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	words := strings.Fields(tr.output(t, "go", "tool", "weaver", "toolexec"))
	if len(words) != 1 {
		t.Fatalf("toolexec prints more than a word: %q", words)
	}
	var plan struct {
		Rules []struct{ ID, Aspect string }
	}
	load(t, filepath.Dir(words[0])+".json", &plan) // the plan lies beside the folder of the link to it
	for _, r := range plan.Rules {
		out[r.ID] = r.Aspect
	}
	if len(out) == 0 {
		t.Fatalf("no plan for %s", words[0])
	}
	return out
}
