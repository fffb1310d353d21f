package register

import (
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParseCommandLine(t *testing.T) {
	for _, tt := range []struct {
		verb, args string
		want       CommandLine
	}{
		{"build", "", CommandLine{}},
		{"build", "-o app -v ./cmd/app ./lib", CommandLine{Args: words("-o app -v ./cmd/app ./lib"), Patterns: words("./cmd/app ./lib")}},
		{"build", "-C sub -race -tags a,b -p=4 .", CommandLine{Chdir: "sub", Args: words("-race -tags a,b -p=4 ."), Archive: words("-race=true -tags=a,b -p=4"), Host: words("-p=4"), Patterns: words(".")}},
		{"build", "-C=sub", CommandLine{Chdir: "sub"}},
		{"build", "--C sub --race=false", CommandLine{Chdir: "sub", Args: words("--race=false"), Archive: words("-race=false")}},
		{"install", "-mod=mod -modfile alt.mod -- -odd", CommandLine{Args: words("-mod=mod -modfile alt.mod -- -odd"), Archive: words("-mod=readonly -modfile=alt.mod"), Host: words("-mod=readonly -modfile=alt.mod"), Patterns: words("-odd")}},
		{"build", "-gcflags=all=-N -ldflags -s -pgo off -trimpath", CommandLine{Args: words("-ldflags -s -pgo off -trimpath"), GCFlags: words("all=-N"), Archive: words("-gcflags=all=-N -pgo=off -trimpath=true")}},
		{"test", "./a -gcflags -N -short -gcflags=./b=-l -args -gcflags=-m", CommandLine{Args: words("./a -short -args -gcflags=-m"), GCFlags: words("-N ./b=-l"), Archive: words("-gcflags=./a=-N -gcflags=./b=-l"), Patterns: words("./a")}},
		{"run", "-exec env . -race x", CommandLine{Args: words("-exec env . -race x"), Patterns: words(".")}},
		{"run", "a.go b.go c d.go", CommandLine{Args: words("a.go b.go c d.go"), Patterns: words("a.go b.go")}},
		{"test", "-run X ./a -count 1 ./b -args ./c", CommandLine{Args: words("-run X ./a -count 1 ./b -args ./c"), Patterns: words("./a ./b")}},
		{"test", "-cover -coverpkg=./... -short -mine ./a", CommandLine{Args: words("-cover -coverpkg=./... -short -mine ./a"), Archive: words("-coverpkg=./..."), Patterns: words("./a")}},
		{"list", "-test -f {{.Dir}} ./...", CommandLine{Args: words("-test -f {{.Dir}} ./..."), Patterns: words("./...")}},
		{"list", "-m -json all", CommandLine{Args: words("-m -json all"), Patterns: words("all"), Modules: true}},
		{"list", "-m=false -json=Dir ./...", CommandLine{Args: words("-m=false -json=Dir ./..."), Patterns: words("./...")}},
		{"clean", "-cache -i", CommandLine{Args: words("-cache -i")}},
	} {
		got, err := ParseCommandLine(tt.verb, words(tt.args), "")
		if err != nil {
			t.Errorf("go %s %s: %v", tt.verb, tt.args, err)
			continue
		}
		tt.want.Verb = tt.verb
		for what, pair := range map[string][2][]string{
			"arguments": {got.Args, tt.want.Args}, "archive flags": {got.Archive, tt.want.Archive},
			"host flags": {got.Host, tt.want.Host}, "packages": {got.Patterns, tt.want.Patterns}, "compiler flags": {got.GCFlags, tt.want.GCFlags},
		} {
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("go %s %s: %s %q, want %q", tt.verb, tt.args, what, pair[0], pair[1])
			}
		}
		if got.Verb != tt.verb || got.Chdir != tt.want.Chdir || got.Modules != tt.want.Modules {
			t.Errorf("go %s %s: %+v, want %+v", tt.verb, tt.args, *got, tt.want)
		}
	}
}

// The go commands for the hooks do not write to go.mod, whatever GOFLAGS says.
func TestParseGOFLAGS(t *testing.T) {
	for _, tt := range []struct{ args, goflags, want string }{
		{".", "-mod=mod -race", "-mod=readonly"},
		{"-mod=vendor .", "-mod=mod", "-mod=readonly -mod=vendor"},
		{"-mod=mod .", "-mod=vendor", "-mod=readonly"},
	} {
		got, err := ParseCommandLine("build", words(tt.args), tt.goflags)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Archive, words(tt.want)) || !slices.Equal(got.Host, words(tt.want)) {
			t.Errorf("GOFLAGS=%q go build %s: %q and %q, want %s", tt.goflags, tt.args, got.Archive, got.Host, tt.want)
		}
	}
}

func words(s string) []string { return strings.Fields(s) }

func TestParseCommandLineErrors(t *testing.T) {
	for _, tt := range []struct{ verb, args, goflags, want string }{
		{"build", "-mine .", "", "go build has no flag -mine"},
		{"build", "-failfast .", "", "go build has no flag -failfast"},
		{"build", "-o", "", "flag -o of go build needs a value"},
		{"build", "-C", "", "flag -C needs a folder"},
		{"build", "-toolexec=garble .", "", "-toolexec=garble on the command line"},
		{"test", "--toolexec garble .", "", "-toolexec=garble on the command line"},
		{"build", ".", "-mod=mod -toolexec=garble", "-toolexec=garble in GOFLAGS"},
	} {
		if _, err := ParseCommandLine(tt.verb, words(tt.args), tt.goflags); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("GOFLAGS=%s go %s %s gives %v, want %q", tt.goflags, tt.verb, tt.args, err, tt.want)
		}
	}
}

// Every flag in the help texts of the go command that runs the tests is in the
// tables, with a value if it has one there.
func TestFlagsOfGoHelp(t *testing.T) {
	var (
		listed = regexp.MustCompile(`(?m)^\t-(\w+)( .+)?$`)
		prose  = regexp.MustCompile(`(?:[Tt]he|and) -(\w+)(?: and -\w+)? flags?\b`)
	)
	for topic, verb := range map[string]string{"build": "build", "testflag": "test", "test": "test", "list": "list", "run": "run", "clean": "clean"} {
		out, err := exec.Command("go", "help", topic).Output()
		if err != nil {
			t.Fatal(err)
		}
		known := buildFlags()
		maps.Copy(known, verbFlags(verb))
		found := 0
		for _, m := range listed.FindAllStringSubmatch(string(out), -1) {
			name, valued := m[1], m[2] != ""
			u, ok := known[name]
			found++
			switch {
			case name == "args", name == "C":
			case !ok && (verb != "test" || valued):
				t.Errorf("go help %s: the table does not know -%s%s", topic, name, m[2])
			case ok && valued == (u&boolean != 0):
				t.Errorf("go help %s: the table is wrong about whether -%s has a value; it is -%[2]s%s", topic, name, m[2])
			}
		}
		for _, m := range prose.FindAllStringSubmatch(string(out), -1) {
			found++
			if _, ok := known[m[1]]; !ok && verb != "test" {
				t.Errorf("go help %s: the table does not know -%s", topic, m[1])
			}
		}
		if found == 0 {
			t.Errorf("go help %s: no flags found", topic)
		}
	}
}

// Commands that look at a build take its flags, and some of their own.
func TestParseOwn(t *testing.T) {
	c, err := ParseCommandLine("weaver diff", words("-C sub -stat -tags a,b -color=never --json=false -race ./... -x"), "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Verb != "build" || c.Chdir != "sub" || !slices.Equal(c.Archive, words("-tags=a,b -race=true")) || !slices.Equal(c.Patterns, words("./... -x")) {
		t.Errorf("got %+v", c)
	}
	if !c.Has("stat") || c.Has("json") || c.Has("test") || c.Own("color") != "never" {
		t.Errorf("got %v", c.own)
	}
	if c, err = ParseCommandLine("weaver list", words("-test ."), ""); err != nil || c.Verb != "test" {
		t.Errorf("-test is for go %s, %v", c.Verb, err)
	}
	for _, args := range []string{"-nosuch", "-stat", "-run=X", "-o"} {
		if _, err := ParseCommandLine("weaver list", words(args), ""); err == nil || !strings.Contains(err.Error(), "go tool weaver list") {
			t.Errorf("list %s: %v", args, err)
		}
	}
	for args, want := range map[string]string{
		"-race -json ./lib":              "build ./lib [./...] [-race=true] []",
		"./lib.F -test -all ./a ./b":     "test ./lib.F [./a ./b] [] []",
		"-cover ./lib.F -test":           "test ./lib.F [./...] [] [-cover=true]",
		"-cover -coverpkg=./... ./lib.F": "build ./lib.F [./...] [-cover=true -coverpkg=./...] []",
		"lib_test.go:12 ./lib -tags=a":   "test lib_test.go:12 [./lib] [-tags=a] []",
		"lib.go:12 -- -x":                "build lib.go:12 [-x] [] []",
		"-test":                          "test  [] [] []",
	} {
		c, err := ParseCommandLine("weaver explain", words(args), "")
		if err != nil {
			t.Errorf("explain %s: %v", args, err)
			continue
		}
		if got := fmt.Sprint(c.Verb, " ", c.Asked, " ", c.Patterns, " ", c.Archive, " ", c.Cover); got != want {
			t.Errorf("explain %s: got %s, want %s", args, got, want)
		}
	}
	if c, err = ParseCommandLine("build", words("-json"), ""); err != nil || c.Has("json") {
		t.Errorf("-json is the go command's: %v, %v", c.own, err)
	}
}
