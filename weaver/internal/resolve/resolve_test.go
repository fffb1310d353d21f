// Tests of resolve with the real go command, in temporary modules that need the
// standard library only.
package resolve

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

func TestClosure(t *testing.T) {
	a := Archives{"a": {Imports: []string{"b", "c"}}, "b": {Imports: []string{"c", "unsafe"}}, "c": {Imports: []string{"a"}}, "d": {}}
	for roots, want := range map[string]string{"a": "a b c", "d": "d", "b d": "a b c d", "none": "", "": ""} {
		if got := strings.Join(a.Closure(strings.Fields(roots)...), " "); got != want {
			t.Errorf("Closure(%s) = %q, want %q", roots, got, want)
		}
	}
}

// program is a module with two hook packages, one of which imports a third package.
var program = map[string]string{
	"go.mod":        "module example.com/m\n\ngo 1.25\n",
	"deep/deep.go":  "package deep\n\nimport _ \"os/user\"\n\nfunc F() {}\n",
	"hlib/hook.go":  "package hlib\n\nimport _ \"example.com/m/deep\"\n\nfunc H() {}\n",
	"hdeep/hook.go": "package hdeep\n\nfunc H() {}\n",
}

func newResolver(t *testing.T) *Resolver {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range program {
		write(t, filepath.Join(dir, name), text)
	}
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	p := &plan.Plan{Identity: t.Name(), Hooks: []string{"example.com/m/hdeep", "example.com/m/hlib"}}
	p.Build = plan.Build{Dir: dir, Cache: filepath.Join(dir, ".cache")}
	return &Resolver{Plan: p, Go: "go", Log: slog.New(slog.DiscardHandler)}
}

// A package needs what its imports need, and a program what its hooks need, too.
func TestNeeds(t *testing.T) {
	dir := t.TempDir()
	archive := func(name string, needs ...string) string {
		file := filepath.Join(dir, name+".a")
		write(t, file, "!<arch>\n")
		if err := (&LinkDeps{Needs: needs}).Write(file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	cfg := &toolcmd.ImportConfig{Files: map[string]string{"p": archive("p", "h", "g"), "q": archive("q"), "r": archive("r", "f", "h")}}
	got, err := HandedOn(cfg)
	if err != nil || strings.Join(got.Needs, " ") != "f g h" {
		t.Errorf("the imports need %q, %v", got.Needs, err)
	}
	a := Archives{"h": {File: archive("h", "e")}, "e": {File: archive("e", "h", "d")}, "d": {File: archive("d")}, "c": {File: archive("c")}}
	if got, err := a.Closed(&plan.Plan{}, []string{"h"}); err != nil || strings.Join(got, " ") != "d e h" {
		t.Errorf("with the hook h come %q, %v", got, err)
	}
	if _, err := a.Closed(&plan.Plan{}, []string{"gone"}); err == nil {
		t.Error("a hook package that is none of the plan's is no error")
	}
}

// What imports "C" is linked with runtime/cgo, which no import declaration names.
func TestClosureOfCgo(t *testing.T) {
	if env, err := exec.Command("go", "env", "CGO_ENABLED").Output(); err != nil || strings.TrimSpace(string(env)) != "1" {
		t.Skip("cgo is off here")
	}
	archives, err := newResolver(t).Archives(Manner{})
	if err != nil {
		t.Fatal(err)
	}
	if got := archives.Closure("example.com/m/hlib"); !slices.Contains(got, "runtime/cgo") || slices.Contains(got, "C") {
		t.Errorf("os/user, with cgo, brings %q", got)
	}
	if got := archives.Closure("example.com/m/hdeep"); slices.Contains(got, "runtime/cgo") {
		t.Errorf("nothing but the runtime brings %q", got)
	}
}

// Archives are listed once, and again only when one is gone.
func TestRemembered(t *testing.T) {
	r := newResolver(t)
	archives, err := r.Archives(Manner{})
	if err != nil {
		t.Fatal(err)
	}
	if archives["example.com/m/deep"].File == "" {
		t.Errorf("the closure is not whole: %v", archives)
	}
	r.Go = filepath.Join(t.TempDir(), "no-go-command")
	if _, err := r.Archives(Manner{}); err != nil {
		t.Errorf("what is remembered is listed again: %v", err)
	}
	if _, err := r.Archives(Manner{Profile: "other"}); err == nil {
		t.Error("another profile is answered from memory")
	}
	files, err := filepath.Glob(filepath.Join(r.Plan.Build.Cache, "resolve", "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	write(t, files[0], strings.ReplaceAll(string(data), archives["example.com/m/deep"].File, "/gone-d"))
	if _, err := r.Archives(Manner{}); err == nil {
		t.Error("an archive is gone, and is not asked for again")
	}
}

func TestArchivesErrors(t *testing.T) {
	r := newResolver(t)
	write(t, filepath.Join(r.Plan.Build.Dir, "hlib", "hook.go"), "package hlib\n\nvar x int = \"\"\n")
	if _, err := r.Archives(Manner{}); err == nil || !strings.Contains(err.Error(), "the hook packages do not build") || !strings.Contains(err.Error(), "hook.go:3") {
		t.Errorf("got %v", err)
	}
}

func TestLinkDeps(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.a")
	write(t, file, "!<arch>\n")
	if err := (&LinkDeps{}).Write(file); err != nil {
		t.Fatal(err)
	}
	if data, err := toolcmd.ReadMember(file, member); err != nil || data != nil {
		t.Errorf("an archive that needs nothing carries %q, %v", data, err)
	}
	d := &LinkDeps{Calls: map[string][]string{"h": {"a", "b"}}}
	if err := d.Write(file); err != nil {
		t.Fatal(err)
	}
	got, err := readLinkDeps(file)
	if err != nil || !slices.Equal(got.Calls["h"], []string{"a", "b"}) {
		t.Errorf("read %+v, %v", got, err)
	}
}

// A hook that is called and not linked is an error that names the packages that call
// it and the aspects that asked for it.
func TestLinkMissing(t *testing.T) {
	r := newResolver(t)
	dir := t.TempDir()
	cfg := &toolcmd.ImportConfig{Files: map[string]string{}}
	for name, aspects := range map[string][]string{"p": {"one", "two"}, "q": {"two"}, "main": nil} {
		file := filepath.Join(dir, name+".a")
		write(t, file, "!<arch>\n")
		cfg.Files[name] = file
		if err := (&LinkDeps{Calls: map[string][]string{"example.com/h": aspects}}).Write(file); aspects != nil && err != nil {
			t.Fatal(err)
		}
	}
	delete(cfg.Files, "main")
	write(t, filepath.Join(dir, "main.a"), "!<arch>\n")
	err := r.Link("example.com/m", dir, &toolcmd.Link{Main: filepath.Join(dir, "main.a")}, cfg)
	if err == nil || !strings.Contains(err.Error(), "example.com/h of one, two is called by p, q but is not linked") {
		t.Errorf("got %v", err)
	}
	cfg.Files["example.com/h"] = filepath.Join(dir, "main.a")
	if err := r.Link("example.com/m", dir, &toolcmd.Link{Main: filepath.Join(dir, "main.a")}, cfg); err != nil {
		t.Errorf("linked, and still %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// What is in files that flags name is part of what is asked: a profile that was made anew
// has other archives.
func TestNamedFiles(t *testing.T) {
	r := newResolver(t)
	b := &r.Plan.Build
	profile := filepath.Join(b.Dir, "cpu.pgo")
	write(t, profile, "")
	b.Flags = []string{"-pgo=cpu.pgo"}
	if _, err := r.Archives(Manner{}); err != nil {
		t.Fatal(err)
	}
	r.Go = filepath.Join(t.TempDir(), "no-go-command")
	if _, err := r.Archives(Manner{}); err != nil {
		t.Errorf("what is remembered is listed again: %v", err)
	}
	write(t, profile, "another")
	if _, err := r.Archives(Manner{}); err == nil {
		t.Error("another profile of that name is answered from memory")
	}
}

// A profile is found again by what is in it, as long as that is beside the main package.
func TestProfile(t *testing.T) {
	r := newResolver(t)
	dir := filepath.Join(r.Plan.Build.Dir, "deep")
	write(t, filepath.Join(dir, "default.pgo"), "one")
	digest, err := r.KeepProfile(filepath.Join(dir, MainProfile))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.KeepMainProfile("example.com/m/deep.test"); err != nil || again != digest {
		t.Errorf("the profile for the tests is %s, %v, want %s", again, err, digest)
	}
	if err := os.Remove(r.profileFile(digest)); err != nil {
		t.Fatal(err)
	}
	if err := r.findProfile("example.com/m/deep", digest); err != nil {
		t.Error(err)
	}
	if err := os.Remove(r.profileFile(digest)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "default.pgo"), "two")
	if err := r.findProfile("example.com/m/deep", digest); err == nil || !strings.Contains(err.Error(), "build again with go build -a") {
		t.Errorf("got %v", err)
	}
}

// A program needs what archives that hand on call, and of all others that are imported what
// the plan knows; one that the plan does not know makes the plan a stale one.
func TestNeededBy(t *testing.T) {
	dir := t.TempDir()
	cfg := &toolcmd.ImportConfig{Files: map[string]string{}}
	for name, d := range map[string]*LinkDeps{
		"app/a": {HandsOn: true, Needs: []string{"h1"}, Roots: []string{"lib"}},
		"app/b": {HandsOn: true},
		"fmt":   {},
	} {
		cfg.Files[name] = filepath.Join(dir, filepath.Base(name)+".a")
		write(t, cfg.Files[name], "!<arch>\n")
		if err := d.Write(cfg.Files[name]); err != nil {
			t.Fatal(err)
		}
	}
	d, err := HandedOn(cfg)
	if err != nil || !slices.Equal(d.Needs, []string{"h1"}) || !slices.Equal(d.Roots, []string{"fmt", "lib"}) {
		t.Fatalf("handed on are %+v, %v", d, err)
	}
	kept := filepath.Join(dir, "kept")
	write(t, kept, "x")
	p := &plan.Plan{Marks: &plan.Marks{}, Build: plan.Build{Kept: kept}, Linked: &plan.Program{Needs: &plan.Needs{
		Sets: [][]string{nil, {"h2"}, {"h1", "h3"}}, Of: map[string]int{"fmt": 0, "lib": 2, "runtime": 1},
	}}}
	if got, err := d.NeededBy(p); err != nil || !slices.Equal(got, []string{"h1", "h2", "h3"}) {
		t.Errorf("the program needs %q, %v", got, err)
	}
	d.Roots = append(d.Roots, "new")
	if _, err := d.NeededBy(p); err == nil || !strings.Contains(err.Error(), "imports new") || !strings.HasSuffix(err.Error(), "build again") {
		t.Errorf("a package that the plan does not know: %v", err)
	}
	if _, err := os.Stat(kept); err == nil {
		t.Error("the next build finds the stale plan again")
	}
}

// Of what hooks might import, archives hand on what is covered.
func TestCovered(t *testing.T) {
	dir := t.TempDir()
	cfg := &toolcmd.ImportConfig{Files: map[string]string{}}
	for name, covered := range map[string][]string{"p": {"b", "c"}, "q": {"a", "c"}, "r": nil} {
		cfg.Files[name] = filepath.Join(dir, name+".a")
		write(t, cfg.Files[name], "!<arch>\n")
		d := &LinkDeps{}
		for _, c := range covered {
			d.Cover(c, "atomic")
		}
		if err := d.Write(cfg.Files[name]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := HandedOn(cfg)
	if err != nil || !slices.Equal(got.Covered, []string{"a", "b", "c"}) || got.Mode != "atomic" {
		t.Errorf("covered are %+v, %v", got.Manner, err)
	}
	var runtime Manner
	runtime.Cover("runtime", "regonly")
	for want, m := range map[string]Manner{
		"-cover=false": {},
		"-cover=true -coverpkg=a,b,c -covermode=atomic": got.Manner,
		"-cover=true -coverpkg=runtime":                 runtime,
	} {
		if flags := strings.Join((&Resolver{}).flags(m), " "); flags != want {
			t.Errorf("%+v is compiled with %s, want %s", m, flags, want)
		}
	}
}

// go list shows the import of "C" and not what cgo makes of it.
func TestImportsOfCgo(t *testing.T) {
	for _, tt := range []struct {
		p    listed
		want string
	}{
		{listed{ImportPath: "hooks", Imports: []string{"C", "fmt"}}, "runtime/cgo syscall fmt"},
		{listed{ImportPath: "hooks", Imports: []string{"C", "syscall"}}, "runtime/cgo syscall"},
		{listed{ImportPath: "runtime/cgo", Imports: []string{"C", "unsafe"}}, "syscall unsafe"},
		{listed{ImportPath: "a", Imports: []string{"b [b.test]", "a"}}, "b"},
	} {
		if got := strings.Join(tt.p.imports(), " "); got != tt.want {
			t.Errorf("%v imports %s, want %s", tt.p, got, tt.want)
		}
	}
}
