// A trial is a module whose packages are built and whose own tests run plain and woven:
// the corpus (corpus_test.go), the big programs (programs_test.go) and the standard
// library's suites (suites_test.go) are such.
// trial_run_test.go runs the tests and compares, trial_sites_test.go looks at what was
// woven, trial_why_test.go knows why results differ.
package main_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

type trial struct {
	*lab
	dir     string   // the main module
	plain   string   // the same without weaver in go.mod, for plain runs, or "" for dir
	keep    string   // folder of results
	goMod   string   // of the main module, with weaver
	aspects []string // files of the main module that say what is woven
	skipped []string // tests that are left out
	flags   []string // of go test
	caches  string   // folder for a build cache for each kind of run, or "" for that of the lab
}

// read returns a file of the main module.
func (tr *trial) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tr.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// command returns the command with the main module as its folder.
func (tr *trial) command(args ...string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = tr.dir
	cmd.Env = append(append(os.Environ(), tr.env...), "GOWORK=off", "GOFLAGS=")
	return cmd
}

// folder returns the main module of a kind of run.
func (tr *trial) folder(kind string) string {
	if kind == "plain" && tr.plain != "" {
		return tr.plain
	}
	return tr.dir
}

// goCommand returns the call of the go command in a kind of run: "plain", or woven.
func (tr *trial) goCommand(kind string, args ...string) *exec.Cmd {
	call := append([]string{"go"}, args...)
	if kind != "plain" {
		call = append([]string{"go", "tool", "weaver"}, call...)
	}
	cmd := tr.command(call...)
	cmd.Dir = tr.folder(kind)
	if tr.caches != "" {
		cmd.Env = append(cmd.Env,
			"GOCACHE="+filepath.Join(tr.caches, kind, "build"),
			"WEAVER_CACHE="+filepath.Join(tr.caches, kind, "weaver"))
	}
	return cmd
}

// output returns what the command prints to stdout. It has to succeed.
func (tr *trial) output(t *testing.T, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := tr.command(args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args[:min(4, len(args))], " "), err, stderr.Bytes())
	}
	return string(out)
}

// kept returns the file that results of that kind are kept in. Its name follows all
// that they depend on.
func (tr *trial) kept(t *testing.T, kind string) string {
	t.Helper()
	digest := sha256.New()
	fmt.Fprintln(digest, runtime.Version(), runtime.GOOS, runtime.GOARCH, tr.skipped)
	if len(tr.flags) > 0 {
		fmt.Fprintln(digest, tr.flags)
	}
	goMod := tr.goMod
	if dir := tr.folder(kind); dir != tr.dir {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		goMod = string(data)
	}
	for line := range strings.Lines(goMod) {
		if !strings.Contains(line, modulePath) { // weaver's version follows any change of it
			fmt.Fprint(digest, line)
		}
	}
	if kind != "plain" {
		of := []any{tr.version}
		for _, name := range tr.aspects {
			of = append(of, tr.read(t, name))
		}
		fmt.Fprintln(digest, of...)
	}
	return filepath.Join(tr.keep, fmt.Sprintf("%s-%x.json", kind, digest.Sum(nil)[:8]))
}

// load reads a file that save wrote; there need not be one.
func load(t *testing.T, file string, to any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return
	}
	if err == nil {
		err = json.Unmarshal(data, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func save(t *testing.T, file string, what any) {
	t.Helper()
	data, err := json.Marshal(what)
	if err == nil {
		err = os.WriteFile(file, data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keptIn returns the folder for results of that name: below WEAVER_E2E_CACHE, or one that
// lasts as long as the test.
func keptIn(t *testing.T, name string) string {
	t.Helper()
	shared := os.Getenv("WEAVER_E2E_CACHE")
	if shared == "" {
		return t.TempDir()
	}
	keep := filepath.Join(shared, name)
	if err := os.MkdirAll(keep, 0o777); err != nil {
		t.Fatal(err)
	}
	return keep
}
