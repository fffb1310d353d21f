// Tests of what a build without the wrapper is held against, with command lines that the
// go command of this machine prints and build info of programs that it makes.
package weaver

import (
	"debug/buildinfo"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/resolve"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

func TestBaked(t *testing.T) {
	for _, tt := range []struct{ given, goflags, want string }{
		{"", "", ""},
		{"-race=true -o=x", "", "race=true"},
		{"-race=1", "", "race=true"},
		{"-race=false", "-race", ""},
		{"", "-race -mod=mod --tags=a,b", "race=true tags=a,b"},
		{"-tags=c", "-tags=a,b", "tags=c"},
		{"-tags=true", "", "tags=true"},
		{"-tags=", "-tags=a", ""},
		{"-pgo=auto", "-pgo=off", ""},
		{"-pgo=off", "", "pgo=off"},
		{"-buildmode=exe", "-buildmode=pie", ""},
		{"-buildmode=default", "", ""},
		{"-buildmode=c-shared", "", "buildmode=c-shared"},
		{"-covermode=atomic", "", "cover=true"},
		{"-coverpkg=./...", "", "cover=true"},
		{"-trimpath=true", "-toolexec=/x/weaver", "trimpath=true"},
	} {
		got := baked(strings.Fields(tt.given), tt.goflags)
		want := map[string]string{}
		for _, f := range strings.Fields(tt.want) {
			name, value, _ := strings.Cut(f, "=")
			want[name] = value
		}
		if !maps.Equal(got, want) {
			t.Errorf("baked(%s, %s) is %v, want %s", tt.given, tt.goflags, got, tt.want)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct{ are, should, want string }{
		{"", "", ""},
		{"-race -tags=b,a", "-race=true -tags=a,b,a", ""},
		{"-race", "", "this build has -race, which"},
		{"", "-race", "given -race, which this build does not have"},
		{"-tags=a", "-tags=b", "this build has -tags=a, which"},
		{"-gcflags=all=-N", "-gcflags=all=-l", "this build has -gcflags=all=-N, which"},
		{"", "-pgo=x", "given -pgo=x, which"},
	} {
		err := compare(baked(strings.Fields(tt.are), ""), baked(strings.Fields(tt.should), ""))
		if got := errorText(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("%q against %q: %q, want %q", tt.are, tt.should, got, tt.want)
		}
	}
	err := compare(map[string]string{"gcflags": "-N -l"}, nil)
	if !strings.HasSuffix(errorText(err), `go tool weaver toolexec -gcflags="-N -l"`) {
		t.Errorf("a value with a space: %v", err)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// bareModule writes a module with a command, a library, a profile, and in the folder
// withpgo a command with one that the go command finds by itself. An empty file is a
// profile without samples.
func bareModule(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const main = "package main\n\nimport \"example.com/m/lib\"\n\nfunc main() { lib.F() }\n"
	for name, text := range map[string]string{
		"go.mod":              "module example.com/m\n\ngo 1.25.0\n",
		"main.go":             main,
		"lib/lib.go":          "package lib\n\nfunc F() {}\n",
		"withpgo/main.go":     main,
		"withpgo/default.pgo": "",
		"other.pgo":           "",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local", "PWD="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// compiles returns the calls of the compiler for packages of the module that the go
// command would make.
func compiles(t *testing.T, dir string, args ...string) []*toolcmd.Compile {
	t.Helper()
	var out []*toolcmd.Compile
	for line := range strings.Lines(goIn(t, dir, append([]string{"build", "-n", "-a", "-o", "app.exe"}, args...)...)) {
		tool, rest, ok := strings.Cut(line, " ")
		if !ok || toolcmd.Name(tool) != "compile" || !strings.Contains(line, " -p main ") && !strings.Contains(line, " -p example.com/") {
			continue
		}
		words := strings.Fields(strings.ReplaceAll(rest, `"`, ""))
		for i, w := range words { // the go command's tools are called in its own folder
			if strings.HasSuffix(w, ".go") && !filepath.IsAbs(w) && !strings.HasPrefix(w, "$WORK") {
				words[i] = filepath.Join(dir, w)
			}
		}
		c, err := toolcmd.ParseCompile(tool, words)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		t.Fatalf("go build -n %q compiles nothing of the module", args)
	}
	return out
}

func bareTool(dir, given string) *tool {
	return &tool{bare: true, plan: &plan.Plan{Build: plan.Build{Dir: dir, Given: strings.Fields(given)}}}
}

func TestCheckCompile(t *testing.T) {
	t.Setenv("GOFLAGS", "")
	dir := bareModule(t)
	for _, tt := range []struct{ build, given, want string }{
		{".", "", ""},
		{". ", "-tags=x", ""}, // the compiler is not told
		{"-race .", "-race", ""},
		{"-race .", "", "this build has -race"},
		{".", "-race", "given -race"},
		{"-trimpath .", "-trimpath", ""},
		{"-trimpath .", "", "this build has -trimpath"},
		{".", "-trimpath", "given -trimpath"},
		{"-cover .", "-cover", ""},
		{"-cover .", "", "this build has -cover"},
		{"-pgo=other.pgo .", "-pgo=other.pgo", ""},
		{"-pgo=other.pgo .", "", "this build has -pgo"},
		{".", "-pgo=other.pgo", "given -pgo=other.pgo"},
		{"./withpgo", "", ""},
		{"./withpgo", "-pgo=auto", ""},
		{"./withpgo", "-pgo=off", "given -pgo=off"},
		{"-pgo=off ./withpgo", "-pgo=off", ""},
		{"-gcflags=all=-N .", "-gcflags=all=-N", ""},
		{"-buildmode=pie .", "", ""}, // the linker is told
	} {
		var got string
		for _, c := range compiles(t, dir, strings.Fields(tt.build)...) {
			if err := bareTool(dir, tt.given).checkCompile(c); err != nil {
				got = err.Error()
			}
		}
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("go build %s, toolexec %s: %q, want %q", tt.build, tt.given, got, tt.want)
		}
	}
}

func TestCheckLink(t *testing.T) {
	dir := bareModule(t)
	exe := filepath.Join(dir, "app.exe")
	info := map[string]*debug.BuildInfo{}
	infoOf := func(build string) *debug.BuildInfo {
		if info[build] == nil {
			goIn(t, dir, append([]string{"build", "-o", exe}, strings.Fields(build)...)...)
			i, err := buildinfo.ReadFile(exe)
			if err != nil {
				t.Fatal(err)
			}
			info[build] = i
		}
		return info[build]
	}
	for _, tt := range []struct{ build, given, goflags, want string }{
		{".", "", "", ""},
		{".", "", "-mod=mod -toolexec=/x/weaver", ""},
		{".", "-buildmode=exe", "", ""},
		{".", "-pgo=off", "", ""},
		{".", "-ldflags=-s", "", ""},
		{"-ldflags=-s .", "", "", ""},
		{".", "-tags=a", "", "given -tags=a"},
		{"-tags=b,a .", "-tags=a,b", "", ""},
		{"-tags=b,a .", "", "-tags=a,b", ""},
		{"-tags=b,a .", "-tags=a", "", "this build has -tags=a,b"},
		{"-trimpath .", "-trimpath", "", ""},
		{"-trimpath .", "", "", "this build has -trimpath"},
		{"./withpgo", "", "", ""},
		{"./withpgo", "-pgo=auto", "", ""},
		{"-pgo=other.pgo .", "-pgo=other.pgo", "", ""},
		{"-pgo=other.pgo .", "-pgo=$DIR/other.pgo", "", ""},
		{"-pgo=other.pgo .", "", "-pgo=$DIR/other.pgo", ""},
		{"-pgo=other.pgo .", "", "", "this build has -pgo="},
		{"-pgo=other.pgo .", "-pgo=withpgo/default.pgo", "", "this build has -pgo="},
		{"-trimpath -pgo=other.pgo .", "-trimpath -pgo=other.pgo", "", ""},
		{"-trimpath -pgo=other.pgo .", "-trimpath -pgo=$DIR/other.pgo", "", ""},
		{"-buildmode=pie .", "-buildmode=pie", "", ""},
		{"-buildmode=pie .", "", "", "this build has -buildmode=pie"},
		{".", "-buildmode=pie", "", "given -buildmode=pie"},
		{"-gcflags=all=-N .", "-gcflags=all=-N", "", ""},
		{"-gcflags=all=-N .", "", "", "this build has -gcflags=all=-N"},
	} {
		if strings.Contains(tt.build, "pie") && strings.Contains(goIn(t, dir, "env", "GOOS"), "windows") {
			continue // where it is the default
		}
		t.Setenv("GOFLAGS", strings.ReplaceAll(tt.goflags, "$DIR", dir))
		err := bareTool(dir, strings.ReplaceAll(tt.given, "$DIR", dir)).checkLink(infoOf(tt.build))
		if got := errorText(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("go build %s, toolexec %s, GOFLAGS=%s: %q, want %q", tt.build, tt.given, tt.goflags, got, tt.want)
		}
	}
	if err := bareTool(dir, "-race").checkLink(nil); err != nil {
		t.Errorf("a program without build info: %v", err)
	}
}

// A package of the standard library has to be the one that the hooks were compiled
// with; packages of modules and what is under test may differ.
func TestCheckArchives(t *testing.T) {
	dir := bareModule(t)
	files := strings.Fields(goIn(t, dir, "list", "-export", "-f={{.Export}}", "errors", "io"))
	if len(files) != 2 {
		t.Fatalf("archives %q", files)
	}
	for _, tt := range []struct {
		name, main, imports string
		refused             bool
	}{
		{"the standard library", "example.com/m", "errors", true},
		{"a module whose path has no dot", "shop", "shop/lib", false},
		{"what is under test", "errors.test", "errors", false},
		{"the test of something else", "shop/other.test", "errors", true},
		{"what no hook imports", "example.com/m", "io", false},
	} {
		t.Setenv("TOOLEXEC_IMPORTPATH", tt.main)
		tl := bareTool(dir, "")
		tl.plan.Linked = &plan.Program{Modules: []plan.Module{{Path: "shop", Packages: []string{"shop/lib"}}}}
		is := &toolcmd.ImportConfig{Files: map[string]string{tt.imports: files[0]}}
		err := tl.checkArchives(is, resolve.Archives{"errors": {File: files[1]}, "shop/lib": {File: files[1]}})
		if (err != nil) != tt.refused {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err := tl.checkArchives(is, resolve.Archives{tt.imports: {File: files[0]}}); err != nil {
			t.Errorf("%s, the same archive: %v", tt.name, err)
		}
	}
}
