package register

import (
	"maps"
	"reflect"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// What a build is for includes the variant of its architecture and of no other.
func TestTarget(t *testing.T) {
	env := map[string]string{
		"GOOS": "linux", "CGO_ENABLED": "1", "GOEXPERIMENT": "", "GOVERSION": "go1.26.0", "GOFLAGS": "-race", "GOPATH": "/go",
		"GOAMD64": "v1", "GOARM64": "v8.0", "GOMIPS": "hardfloat", "GOMIPS64": "softfloat", "GOPPC64": "power8", "GO386": "sse2",
	}
	for goarch, variant := range map[string]string{
		"amd64": "GOAMD64", "arm64": "GOARM64", "386": "GO386", "mips": "GOMIPS", "mipsle": "GOMIPS",
		"mips64": "GOMIPS64", "mips64le": "GOMIPS64", "ppc64le": "GOPPC64", "s390x": "",
	} {
		env["GOARCH"] = goarch
		want := map[string]string{"GOOS": "linux", "GOARCH": goarch, "CGO_ENABLED": "1", "GOEXPERIMENT": "", "GOVERSION": "go1.26.0"}
		if variant != "" {
			want[variant] = env[variant]
		}
		if got := target(env); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", goarch, got, want)
		}
	}
}

// The variables are ones that the go command has: each is there, with the architecture's.
func TestTargetOfGoEnv(t *testing.T) {
	env, err := offline(t.TempDir()).Environment()
	if err != nil {
		t.Fatal(err)
	}
	got := target(env)
	for _, k := range []string{"GOOS", "GOARCH", "CGO_ENABLED", "GOEXPERIMENT", "GOVERSION"} {
		if _, ok := got[k]; !ok {
			t.Errorf("go env has no %s", k)
		}
	}
}

func TestModulesOf(t *testing.T) {
	module := func(path, version, sum string) *mod { return &mod{Path: path, Version: version, Sum: sum} }
	main := &mod{Path: "m", Main: true}
	replaced := module("r", "v1.0.0", "h1:old")
	replaced.Replace = &mod{Path: "../r"}
	moved := module("v", "v1.0.0", "h1:old")
	moved.Replace = module("v2", "v2.0.0", "h1:new")
	all := []*pkg{
		{ImportPath: "fmt", Standard: true},
		{ImportPath: "b/x", Dir: "/mod/b/x", Module: module("b", "v1.1.0", "h1:b")},
		{ImportPath: "b/y", Dir: "/mod/b/y", Module: module("b", "v1.1.0", "h1:b")},
		{ImportPath: "b/unused", Dir: "/mod/b/unused", Module: module("b", "v1.1.0", "h1:b")},
		{ImportPath: "c", Dir: "/m/vendor/c", Module: module("c", "v1.2.0", "h1:c")},
		{ImportPath: "m/hooks", Dir: "/m/hooks", Module: main},
		{ImportPath: "r", Dir: "/r", Module: replaced},
		{ImportPath: "unused", Dir: "/u", Module: module("unused", "v1.0.0", "h1:u")},
		{ImportPath: "v", Dir: "/mod/v2", Module: moved},
	}
	got := modulesOf(all, []string{"b/x", "b/y", "c", "fmt", "m/hooks", "r", "v"})
	want := []plan.Module{
		{Path: "b", Version: "v1.1.0", Sum: "h1:b", Packages: []string{"b/x", "b/y"}},
		{Path: "c", Version: "v1.2.0", Packages: []string{"c"}},
		{Path: "m", Version: "(devel)", Packages: []string{"m/hooks"}},
		{Path: "r", Version: "v1.0.0", Replace: &plan.Module{Path: "../r", Version: "(devel)"}, Packages: []string{"r"}},
		{Path: "v", Version: "v1.0.0", Replace: &plan.Module{Path: "v2", Version: "v2.0.0", Sum: "h1:new"}, Packages: []string{"v"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
