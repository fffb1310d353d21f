package plan

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The path of a link leads to the plan and, as a program, to the binary.
func TestLink(t *testing.T) {
	dir := t.TempDir()
	planFile := filepath.Join(dir, "plan", "abc.json")
	write(t, planFile)
	for _, binary := range []string{"one", "two", "two"} {
		binary = filepath.Join(dir, binary)
		if err := os.WriteFile(binary, []byte(binary), 0o700); err != nil {
			t.Fatal(err)
		}
		link, err := Link(binary, planFile)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(link); err != nil || string(got) != binary {
			t.Errorf("the link leads to %q, %v, want %s", got, err, binary)
		}
		if got := Linked(link); got != planFile {
			t.Errorf("%s stands for %q", link, got)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "plan", "abc")); err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

// A link is there all the time while others make it.
func TestLinkParallel(t *testing.T) {
	dir := t.TempDir()
	planFile := filepath.Join(dir, "abc.json")
	write(t, planFile)
	binaries := []string{filepath.Join(dir, "one"), filepath.Join(dir, "two")}
	for _, b := range binaries {
		write(t, b)
	}
	link, err := Link(binaries[0], planFile)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, b := range binaries {
		all.Go(func() {
			for range 200 {
				if _, err := Link(b, planFile); err != nil {
					t.Error(err)
				}
				if _, err := os.Stat(link); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestLinkErrors(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b")
	planFile := filepath.Join(dir, "abc.json")
	write(t, planFile)
	if _, err := Link(filepath.Join(dir, "binary"), planFile); err == nil || !strings.Contains(err.Error(), "WEAVER_CACHE") {
		t.Errorf("a folder with a space: %v", err)
	}
	below := filepath.Join(t.TempDir(), "file", "abc.json")
	write(t, filepath.Dir(below))
	if _, err := Link("binary", below); err == nil {
		t.Error("a link below a file is no error")
	}
}

func TestLinked(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "abc.json"))
	for path, want := range map[string]string{
		"abc/compile":     "abc.json",
		"abc/compile.exe": "abc.json",
		"abc/other":       "",
		"none/compile":    "",
		"compile":         "",
	} {
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got := Linked(filepath.Join(dir, filepath.FromSlash(path))); got != want {
			t.Errorf("%s stands for %q, want %q", path, got, want)
		}
	}
	if got := Linked("compile"); got != "" {
		t.Errorf("a name without a folder stands for %q", got)
	}
}

func TestWithoutToolexec(t *testing.T) {
	for flags, want := range map[string]string{
		"":                               "",
		"-race":                          "-race",
		"-toolexec=/x/weaver":            "",
		"-race --toolexec=/x  -mod=mod ": "-race -mod=mod",
		"-tags=toolexec=1":               "-tags=toolexec=1",
	} {
		if got := WithoutToolexec(flags); got != want {
			t.Errorf("%q without -toolexec is %q, want %q", flags, got, want)
		}
	}
}
