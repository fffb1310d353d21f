package main_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdGetweaver adds to the go.mod of the current directory, which names no published
// module yet, what "go get -tool" adds there:
//
//	getweaver
func (l *lab) cmdGetweaver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: getweaver")
	}
	mod := ts.ReadFile("go.mod")
	if _, err := os.Stat(ts.MkAbs("go.sum")); err == nil {
		ts.Fatalf("getweaver: the module has dependencies already; use go get -tool")
	}
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte(mod+l.goMod), 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("go.sum"), []byte(l.goSum), 0o666))
}

// cmdLab makes the current directory the root of module example.com/app, with
// weaver and the registration file and hooks of testdata/lab:
//
//	lab
//
// Scripts on what weaving does to a program use it rather than aspects of their
// own: they then share one identity, and with it the woven standard library.
func (l *lab) cmdLab(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: lab")
	}
	dir := ts.MkAbs(".")
	ts.Check(os.CopyFS(dir, os.DirFS(filepath.Join(l.root, "cmd", "weaver", "testdata", "lab"))))
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte("module example.com/app\n\ngo 1.25.0\n"), 0o666))
	l.cmdGetweaver(ts, false, nil)
}

// cmdCheckout copies the checkout, without version control, into a folder:
//
//	checkout DIR
func (l *lab) cmdCheckout(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: checkout DIR")
	}
	to := ts.MkAbs(args[0])
	err := filepath.WalkDir(l.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(l.root, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o666)
	})
	ts.Check(err)
}

// cmdExits runs a program that must end with an exit code:
//
//	exits CODE PROGRAM ARG…
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cmdReplace replaces a text that stands once in a file:
//
//	replace OLD NEW FILE
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace OLD NEW FILE")
	}
	text := ts.ReadFile(args[2])
	if n := strings.Count(text, args[0]); n != 1 {
		ts.Fatalf("%q stands %d times in %s, want once", args[0], n, args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Replace(text, args[0], args[1], 1)), 0o666))
}

// cmdCompiles counts the runs of the compiler that the go command's -x output in
// FILE shows, of all packages or of those whose import path PATTERN, a regular
// expression, matches whole. N+ stands for N or more.
//
//	compiles FILE N|N+ [PATTERN]
func cmdCompiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: compiles FILE N|N+ [PATTERN]")
	}
	number, orMore := strings.CutSuffix(args[1], "+")
	want, err := strconv.Atoi(number)
	ts.Check(err)
	pattern := regexp.MustCompile("")
	if len(args) == 3 {
		pattern, err = regexp.Compile("^(?:" + args[2] + ")$")
		ts.Check(err)
	}
	out := ts.ReadFile(args[0])
	if !strings.Contains(out, "WORK=") {
		ts.Fatalf("%s is no output of go build -x", args[0])
	}
	got := compiled(out)
	got = slices.DeleteFunc(got, func(p string) bool { return !pattern.MatchString(p) })
	if len(got) < want || !orMore && len(got) > want {
		ts.Fatalf("%d packages were compiled, want %s: %s", len(got), args[1], strings.Join(got, " "))
	}
}

// compiled returns the import paths of the packages that -x output shows being
// compiled.
func compiled(out string) []string {
	line := regexp.MustCompile(`[/\\]compile(?:\.exe)?['"]? (?:.* )?-o .* -p (\S+) `)
	var paths []string
	for l := range strings.Lines(out) {
		if m := line.FindStringSubmatch(l); m != nil {
			paths = append(paths, m[1])
		}
	}
	return paths
}

// cmdBare runs the go command as one does without the wrapper, with the value of
// -toolexec that a file holds, behind the verb or in GOFLAGS:
//
//	[!] bare [-goflags] FILE go VERB ARG…
func cmdBare(ts *testscript.TestScript, neg bool, args []string) {
	inFlags := len(args) > 0 && args[0] == "-goflags"
	if inFlags {
		args = args[1:]
	}
	if len(args) < 3 || args[1] != "go" {
		ts.Fatalf("usage: bare [-goflags] FILE go VERB ARG...")
	}
	flag := "-toolexec=" + strings.TrimSpace(ts.ReadFile(args[0]))
	call := args[2:]
	if inFlags {
		before := ts.Getenv("GOFLAGS")
		ts.Setenv("GOFLAGS", flag)
		defer ts.Setenv("GOFLAGS", before)
	} else {
		call = slices.Insert(slices.Clone(call), 1, flag)
	}
	err := ts.Exec("go", call...)
	switch {
	case err == nil && neg:
		ts.Fatalf("the go command ended well")
	case err != nil && !neg:
		ts.Fatalf("%v", err)
	}
}

// must stops the script with a message if a claim does not hold.
func must(ts *testscript.TestScript, ok bool, format string, args ...any) {
	if !ok {
		ts.Fatalf("%s", fmt.Sprintf(format, args...))
	}
}
