package register

import (
	"slices"
	"strings"
	"testing"
)

// Builds that go list can not tell all packages of, or whose packages may be compiled without
// a process that sees their mark, have none.
func TestUnmarked(t *testing.T) {
	for args, want := range map[string]bool{
		".": false, "-race -tags=a ./...": false, "-cover .": false, "-coverpkg=./... .": true, "-mod=mod .": true, "-mod=vendor .": false,
		"-linkshared .": true, "-linkshared=false .": false, "-compiler=gccgo .": true, "-compiler=gc .": false,
	} {
		line, err := ParseCommandLine("build", strings.Fields(args), "")
		if err != nil {
			t.Fatal(err)
		}
		if why := line.unmarked(); (why != "") != want {
			t.Errorf("go build %s: %q", args, why)
		}
	}
	if line, err := ParseCommandLine("clean", nil, ""); err != nil || line.unmarked() == "" {
		t.Errorf("go clean compiles something (%v)", err)
	}
}

// Some flags have programs linked with packages that go list does not tell of.
func TestImpliedBy(t *testing.T) {
	for _, tt := range []struct{ verb, flags, want string }{
		{"build", "", ""},
		{"build", "-tags=cover -race=false", ""},
		{"build", "-race -msan=true", "runtime/msan runtime/race"},
		{"build", "-covermode=atomic", "internal/coverage/cfile runtime/coverage"},
		{"test", "", "internal/coverage/cfile runtime/coverage"},
	} {
		if got := impliedBy(tt.verb, strings.Fields(tt.flags)); !slices.Equal(got, strings.Fields(tt.want)) {
			t.Errorf("go %s %s implies %q, want %q", tt.verb, tt.flags, got, tt.want)
		}
	}
}

// What is kept is found by what may change the go command's answers, and by nothing that
// differs from one terminal to the next.
func TestKeptFile(t *testing.T) {
	file := func(dir string, env []string, args ...string) string {
		t.Helper()
		line, err := ParseCommandLine("build", args, "")
		if err != nil {
			t.Fatal(err)
		}
		o := &Options{Go: &Go{Program: "go", Dir: dir, Env: env}, Line: line, Cache: "cache", Marks: true}
		out, err := o.keptFile()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := file("/m", []string{"GOFLAGS=-race", "TERM=a", "PATH=/bin"}, "-o", "a", "./...")
	for name, tt := range map[string]struct {
		file string
		same bool
	}{
		"another terminal and output": {file("/m", []string{"TERM=b", "SESSION=2", "PATH=/bin", "GOFLAGS=-race"}, "-o", "b", "./..."), true},
		"another folder":              {file("/n", []string{"GOFLAGS=-race", "PATH=/bin"}, "./..."), false},
		"other packages":              {file("/m", []string{"GOFLAGS=-race", "PATH=/bin"}, "./a"), false},
		"another tag":                 {file("/m", []string{"GOFLAGS=-race", "PATH=/bin"}, "-tags=a", "./..."), false},
		"other compiler flags":        {file("/m", []string{"GOFLAGS=-race", "PATH=/bin"}, "-gcflags=-N", "./..."), false},
		"other settings":              {file("/m", []string{"GOFLAGS=-msan", "PATH=/bin"}, "./..."), false},
		"another C compiler":          {file("/m", []string{"GOFLAGS=-race", "PATH=/bin", "CC=clang"}, "./..."), false},
	} {
		if (tt.file == first) != tt.same {
			t.Errorf("%s: found again: %v", name, !tt.same)
		}
	}
}
