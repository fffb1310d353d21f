package plan

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
)

func TestInMain(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{
		"a/b/go.mod", "a/b/x/x.go", "a/bc/go.mod", "a/bc/x/x.go", "a/b/nested/go.mod", "a/b/nested/x/x.go",
		"a/b/vendor/other/o.go", "a/b/x/vendored/v.go", "a/b/work/go.mod", "a/b/work/x/x.go",
	} {
		write(t, filepath.Join(dir, file))
	}
	p := &Plan{MainModules: []string{filepath.Join(dir, "a/b"), filepath.Join(dir, "a/b/work")}}
	for folder, want := range map[string]bool{
		"a/b": true, "a/b/x": true, "a/b/x/vendored": true, "a/b/none/such": true,
		"a/bc": false, "a/bc/x": false, // a sibling whose name goes on
		"a": false, ".": false,
		"a/b/nested": false, "a/b/nested/x": false, // a module of its own
		"a/b/vendor/other": false,
		"a/b/work":         true, "a/b/work/x": true, // both in one workspace
	} {
		if got := p.InMain(filepath.Join(dir, folder)); got != want {
			t.Errorf("InMain(%s) = %v", folder, got)
		}
	}
	if p.InMain("") {
		t.Error("a package whose folder is not known is in a main module")
	}
}

func write(t *testing.T, file string) {
	t.Helper()
	if err := WriteFile(file, []byte("x")); err != nil {
		t.Fatal(err)
	}
}

func TestWriteAndRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there")
	p := &Plan{
		Identity: "abc", Hooks: []string{"h"}, Closure: []string{"h", "runtime"}, MainModules: []string{"/m"},
		Rules:  []rule.Rule{{Aspect: "a", Point: rule.Body, Target: &rule.Func{Pkg: "p", Name: "F"}, Scope: []string{"..."}, HookSig: &rule.Signature{}}},
		Build:  Build{Dir: "/m", Flags: []string{"-race=true"}},
		Linked: &Program{Modules: []Module{{Path: "m", Version: "v1.0.0"}}, Needs: &Needs{Sets: [][]string{{"h"}}, Of: map[string]int{"p": 0}}},
	}
	file, err := p.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Write(dir)
	if err != nil || again != file {
		t.Errorf("an equal plan is %s (%v), not %s", again, err, file)
	}
	got, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.Linked != nil {
		t.Error("what the plan has for programs is decoded for every tool")
	}
	if _, err := got.Program(); err != nil {
		t.Error(err)
	}
	cut, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), cut[:len(cut)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(file); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("a plan that is cut short in what no tool has decoded yet: %v", err)
	}
	if again, err := p.Write(dir); err != nil || again != file {
		t.Errorf("the plan is not written anew: %s, %v", again, err)
	}
	if got.rest = nil; !reflect.DeepEqual(got, p) {
		t.Errorf("read back: %+v", got)
	}
	p.Build.Flags = nil
	if other, err := p.Write(dir); err != nil || other == file {
		t.Errorf("another plan has the same file (%v)", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the plan: %v, %v", info.Mode(), err)
	}
}

func TestReadErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.json")
	if _, err := Read(file); err == nil || !strings.Contains(err.Error(), "build again") {
		t.Errorf("a plan that is not there gives %v", err)
	}
	write(t, file)
	if _, err := Read(file); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged plan gives %v", err)
	}
}

// A reader sees the whole of what one writer wrote, and no leftovers stay.
func TestWriteFileIsAtomic(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	write(t, file)
	contents := [][]byte{bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<17), []byte("x")}
	var wg sync.WaitGroup
	for _, data := range contents[:2] {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				if err := WriteFile(file, data); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, contents[0]) && !bytes.Equal(got, contents[1]) && !bytes.Equal(got, contents[2]) {
			t.Fatalf("a reader sees %d bytes of a file that nobody wrote so", len(got))
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left in the folder: %v, %v", entries, err)
	}
}

func TestLinks(t *testing.T) {
	p := &Plan{Closure: []string{"a", "c"}, Beside: []string{"b"}}
	for path, want := range map[string]bool{"a": true, "b": true, "c": true, "d": false} {
		if p.Links(path) != want {
			t.Errorf("programs are linked with %s: %v", path, !want)
		}
	}
}
