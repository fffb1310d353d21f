package weaver

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// futureCompiler is a compiler as a later Go may have it: with a flag that takes a value
// in the next argument, and one with a value behind "=". It needs both, and what remains
// is for the compiler of today.
const futureCompiler = `package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
)

func main() {
	args := os.Args[1:]
	if len(args) == 1 && args[0] == "-V=full" {
		fmt.Println(os.Getenv("FUTURE_VERSION"))
		return
	}
	i, j := slices.Index(args, "-future"), slices.Index(args, "-later=x.go")
	if i < 0 || j < 0 {
		fmt.Fprintln(os.Stderr, "a flag is missing:", args)
		os.Exit(7)
	}
	args = slices.Delete(slices.Delete(args, j, j+1), i, i+2)
	cmd := exec.Command(os.Getenv("TODAYS_COMPILER"), args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if os.Getenv("FUTURE_KILLED") != "" {
		p, _ := os.FindProcess(os.Getpid())
		p.Kill()
		select {}
	}
	if cmd.Run() != nil {
		os.Exit(2)
	}
}
`

// future returns the path of the future compiler.
func future(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	src, exe := filepath.Join(dir, "main.go"), filepath.Join(dir, "compile")
	if runtime.GOOS == "windows" {
		exe += ".exe"
	}
	if err := os.WriteFile(src, []byte(futureCompiler), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", exe, src)
	build.Env = append(os.Environ(), "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	today, err := exec.Command("go", "tool", "-n", "compile").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TODAYS_COMPILER", strings.TrimSpace(string(today)))
	return exe
}

// futureTool returns a tool that compiles a package with the future compiler and flags
// that are not known today.
func futureTool(t *testing.T, compiler, source string) (tl *tool, archive string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	archive = filepath.Join(dir, "_pkg_.a")
	t.Setenv("TOOLEXEC_IMPORTPATH", "example.com/p")
	r := rule.Rule{
		ID: "r", Aspect: "case", Pos: "a.go:1", Scope: []string{rule.Everywhere}, Point: rule.Body, Advice: rule.Before,
		Target: &rule.Func{Pkg: "example.com/p", Name: "F"}, Hook: rule.Func{Pkg: "example.com/hooks", Name: "H"}, HookSig: &rule.Signature{},
	}
	tl = &tool{
		plan:   &plan.Plan{Identity: "abc", Rules: []rule.Rule{r}, Hooks: []string{"example.com/hooks"}, Closure: []string{"example.com/hooks"}},
		report: "-", path: compiler, logging: logs.Config{Level: logs.LevelOff},
		args: []string{"-o", archive, "-future", "value", "-p", "example.com/p", "-lang=go1.25", "-later=x.go", "-complete", "-pack", file},
	}
	tl.openLog()
	return tl, archive
}

// Flags that weaver does not know are passed on, and the package is woven.
func TestFutureFlags(t *testing.T) {
	compiler := future(t)
	tl, archive := futureTool(t, compiler, "package p\n\nfunc F() {}\n")
	if code, err := tl.compile(); code != 0 || err != nil {
		t.Fatalf("exit code %d, %v", code, err)
	}
	if deps, err := toolcmd.ReadMember(archive, "link.deps"); err != nil || !strings.Contains(string(deps), "example.com/hooks") {
		t.Errorf("the package is not woven: %q, %v", deps, err)
	}
	// A mistake keeps the compiler's exit code.
	tl, _ = futureTool(t, compiler, "package p\n\nfunc F() { undeclared() }\n")
	if code, err := tl.compile(); code != 2 || err != nil {
		t.Errorf("a package with a mistake: exit code %d, %v", code, err)
	}
	tl, _ = futureTool(t, compiler, "package p\n\nfunc F() {}\n")
	tl.args = slices.DeleteFunc(tl.args, func(a string) bool { return a == "-later=x.go" })
	if code, err := tl.compile(); code != 7 || err != nil {
		t.Errorf("a flag is missing: exit code %d, %v", code, err)
	}
}

// A compiler that was ended from outside is not taken for one that refuses what weaver
// made of the package.
func TestCompilerKilled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process that was ended has an exit code like any other here")
	}
	tl, _ := futureTool(t, future(t), "package p\n\nfunc F() {}\n")
	t.Setenv("FUTURE_KILLED", "1")
	code, err := tl.compile()
	var exit *exec.ExitError
	if code != 1 || !errors.As(err, &exit) || !strings.Contains(err.Error(), "example.com/p: signal: killed") {
		t.Errorf("exit code %d, %v", code, err)
	}
}

// The version of a later Go, and of one in development, has the identity where the go
// command looks for it; what is no version is an error that shows it.
func TestFutureVersion(t *testing.T) {
	tl, _ := futureTool(t, future(t), "package p\n")
	tl.args = []string{"-V=full"}
	for _, tt := range []struct{ line, want, err string }{
		{"compile version go1.99.1", "compile version go1.99.1 weaver:abc\n", ""},
		{"compile version go2.0 X:future", "compile version go2.0 X:future weaver:abc\n", ""},
		{"compile version devel go1.99-123 buildID=a/b", "compile version devel go1.99-123 buildID=a/b+weaver-abc\n", ""},
		{"compile 1.99", "", `printed "compile 1.99", which is no version`},
	} {
		t.Setenv("FUTURE_VERSION", tt.line)
		got := captured(t, func() {
			code, err := tl.version("compile")
			if (code != 0) != (tt.err != "") || err == nil != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: exit code %d, %v", tt.line, code, err)
			}
		})
		if got != tt.want {
			t.Errorf("%s: printed %q, want %q", tt.line, got, tt.want)
		}
	}
}

// captured returns what f prints.
func captured(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = stdout }()
	f()
	_ = w.Close()
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A path that -toolexec can not name is an error before the build.
func TestQuotable(t *testing.T) {
	for path, want := range map[string]bool{"/a b": true, "/it's": true, `/a"b`: true, `/it's "b"`: false} {
		if err := quotable(path, "TMPDIR"); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}
