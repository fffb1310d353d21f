package register

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A registration binary that does anything but say its aspects is an error that names
// the registration file, the initialiser where there is a trace of it, and what to do.
func TestAsk(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "main.go")
	// The program stands for a registration binary whose inits do what a variable says.
	if err := os.WriteFile(src, []byte(`package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

func init() {
	switch os.Getenv("CASE") {
	case "stdout":
		fmt.Print("noise")
	case "stderr":
		fmt.Fprint(os.Stderr, "noise")
	case "panic":
		panic("no config")
	case "exit":
		os.Exit(0)
	case "fail":
		os.Exit(3)
	case "stdin":
		if _, err := io.ReadAll(os.Stdin); err != nil {
			panic(err)
		}
	case "sleep":
		time.Sleep(time.Hour)
	case "deadlock":
		select {}
	case "mistakes":
		fmt.Fprintln(os.Stderr, "aspects.go:7: a: is mistaken; correct it")
		fmt.Print("mistaken\n")
		os.Exit(1)
	}
}

func main() { fmt.Print("[]") }
`), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "binary.exe")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, src)
	build.Env = append(os.Environ(), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := &preparation{root: dir, reg: &Registration{File: filepath.Join(dir, FileName), Binary: binary}, mods: &modules{}}
	for _, tt := range []struct{ name, want string }{
		{"", ""}, {"stdin", ""},
		{"stdout", ": the registration binary printed \"noise[]\" instead of its aspects; see that main"},
		{"stderr", ": the registration binary prints to stderr when it is initialised, and would with every package of a build; see that main"},
		{"panic", ": the registration binary crashes before weaver.Main, in main.init.0 at "},
		{"deadlock", ": the registration binary crashes before weaver.Main, in main.init.0 at "},
		{"exit", ": the registration binary ends before weaver.Main; see that main"},
		{"fail", ": the registration binary ends before weaver.Main, exit status 3; see that main"},
		{"sleep", ": the registration binary does not come to weaver.Main within 2s, in main.init.0 at "},
		{"mistakes", "aspects.go:7: a: is mistaken; correct it"},
	} {
		if runtime.GOOS == "windows" && tt.name == "sleep" {
			continue // it is ended without a trace
		}
		t.Setenv("CASE", tt.name)
		t.Setenv("GODEBUG", "inittrace=1") // prints to stderr, but is not the binary's fault
		patience := time.Minute
		if tt.name == "sleep" {
			patience = 2 * time.Second
		}
		_, err := p.describeWithin(patience)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q: %v", tt.name, err)
		case tt.want == "":
		case err == nil:
			t.Errorf("%q: no error", tt.name)
		case tt.name != "mistakes" && !strings.HasPrefix(err.Error(), p.reg.File+tt.want):
			t.Errorf("%q:\ngot  %v\nwant %s", tt.name, err, p.reg.File+tt.want)
		case !strings.Contains(err.Error(), tt.want):
			t.Errorf("%q: %v", tt.name, err)
		}
	}
}

// What is left of a registration binary by a build that was killed is not trusted, though
// the go command takes it for whole.
func TestStart(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		data string
		kept bool
	}{
		"a program": {"\x7fELF rest", true},
		"empty":     {"", false},
		"zeros":     {"\x00\x00\x00\x00", false},
		"archive":   {"!<arch>\nrest", false},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(tt.data), 0o700); err != nil {
			t.Fatal(err)
		}
		if got := string(start(file)); tt.kept && got != tt.data || !tt.kept && got != "" {
			t.Errorf("%s: %q", name, got)
		}
		if _, err := os.Stat(file); (err == nil) != tt.kept {
			t.Errorf("%s: there afterwards: %v", name, err)
		}
	}
	if start(filepath.Join(dir, "none")) != nil {
		t.Error("a file that is not there starts with something")
	}
}
