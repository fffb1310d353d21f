// Tests of the action graph against what the go command of this machine writes.
package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a small module and returns its folder and the environment for a go
// command in it.
func module(t *testing.T, files map[string]string) (dir string, env []string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files["go.mod"] = "module example.com/m\n\ngo 1.25.0\n"
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir, append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local", "PWD="+dir)
}

// graphOf returns the graph of a call of the go command, which may fail.
func graphOf(t *testing.T, dir string, env []string, verb string, args ...string) *Graph {
	t.Helper()
	file := filepath.Join(t.TempDir(), "graph.json")
	cmd := exec.Command("go", append([]string{verb, "-debug-actiongraph=" + file}, args...)...)
	cmd.Dir, cmd.Env = dir, env
	msg, runErr := cmd.CombinedOutput()
	g, err := ReadGraph(file)
	if err != nil {
		t.Fatalf("%v; go %s: %v\n%s", err, verb, runErr, msg)
	}
	return g
}

func (g *Graph) named(pkg string) (out []action) {
	for _, a := range g.compiles() {
		if a.Package == pkg {
			out = append(out, a)
		}
	}
	return out
}

func TestReadGraph(t *testing.T) {
	dir, env := module(t, map[string]string{
		"main.go":       "package main\n\nimport \"example.com/m/lib\"\n\nfunc main() { println(lib.F()) }\n",
		"lib/lib.go":    "package lib\n\n// No cache knows this text yet: " + t.TempDir() + "\nfunc F() int { return 1 }\n",
		"t/t.go":        "package t\n\nfunc F() int { return 1 }\n",
		"t/t_test.go":   "package t\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { F() }\n",
		"bad/bad.go":    "package bad\n\nvar x int = \"" + t.TempDir() + "\"\n",
		"needs/main.go": "package main\n\nimport _ \"example.com/m/bad\"\n\nfunc main() {}\n",
	})
	first := graphOf(t, dir, env, "build", "-o", filepath.Join(dir, "app"), ".")
	lib := first.named("example.com/m/lib")
	if len(lib) != 1 || !strings.HasPrefix(lib[0].BuildID, lib[0].ActionID+"/") {
		t.Fatalf("compiled now: %+v", lib)
	}
	if !first.Complete() || !first.Packages()["runtime"] || first.Packages()["unsafe"] {
		t.Errorf("complete: %v; packages %v", first.Complete(), first.Packages())
	}
	again := graphOf(t, dir, env, "build", "-o", filepath.Join(dir, "app2"), ".")
	if got := again.named("example.com/m/lib"); len(got) != 1 || got[0].BuildID != lib[0].BuildID || !again.Complete() {
		t.Errorf("from the cache: %+v, want %+v", got, lib)
	}
	uptodate := graphOf(t, dir, env, "build", "-o", filepath.Join(dir, "app2"), ".")
	if got := uptodate.named("example.com/m"); len(got) != 1 || got[0].BuildID != again.named("example.com/m")[0].BuildID || !uptodate.Complete() {
		t.Errorf("a program that is up to date: %+v, complete %v", got, uptodate.Complete())
	}

	for _, vet := range []string{"", "off"} {
		for range 2 { // the second is cached whole
			g := graphOf(t, dir, env, "test", "-vet="+vet, "./t", "./lib")
			for _, want := range []string{"example.com/m/t", "example.com/m/t.test", "example.com/m/lib"} {
				if got := g.named(want); len(got) != 1 || got[0].ActionID == "" || got[0].BuildID == "" {
					t.Errorf("go test -vet=%s: %s: %+v", vet, want, got)
				}
			}
			if p := g.Packages(); !p["example.com/m/t"] || !g.Complete() {
				t.Errorf("go test: complete %v, packages %v", g.Complete(), p)
			}
		}
	}

	failed := graphOf(t, dir, env, "build", "-o", os.DevNull, "./needs")
	if failed.Complete() {
		t.Error("a build that failed is complete")
	}
	if bad := failed.named("example.com/m/bad"); len(bad) != 1 || bad[0].BuildID != "" {
		t.Errorf("the package that failed: %+v", bad)
	}
}

func TestReadGraphErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "graph")
	if _, err := ReadGraph(file); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(file, []byte(`[{"Mode":"build"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadGraph(file); err == nil || !strings.Contains(err.Error(), "action graph") {
		t.Errorf("a file that is cut short: %v", err)
	}
	if (&Graph{}).Complete() {
		t.Error("a build of nothing is complete")
	}
}

// Actions that are not there yet when a build is interrupted do not count as done.
func TestComplete(t *testing.T) {
	whole := action{Mode: "build", Package: "p", ActionID: "a", BuildID: "a/b"}
	for name, change := range map[string]func(*action){
		"no action ID": func(a *action) { a.ActionID = "" },
		"no build ID":  func(a *action) { a.BuildID = "" },
		"failed":       func(a *action) { a.Failed = true },
	} {
		a := whole
		change(&a)
		if g := (&Graph{[]action{whole, a}}); g.Complete() {
			t.Errorf("%s: complete", name)
		}
	}
	if g := (&Graph{[]action{whole, {Mode: "link"}, {Mode: "build", Package: "unsafe"}}}); !g.Complete() {
		t.Error("links and unsafe are no compiles")
	}
	g := &Graph{[]action{{Mode: "build", Package: "p [p.test]"}}}
	if got := g.Packages(); len(got) != 1 || !got["p"] {
		t.Errorf("packages %v", got)
	}
}
