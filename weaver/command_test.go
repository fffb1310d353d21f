package weaver

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

func TestParse(t *testing.T) {
	t.Setenv("ORCHESTRION_STRICT", "")
	for line, want := range map[string]command{
		"":                          {name: "help"},
		"-h":                        {name: "help"},
		"-q go build ./...":         {name: "go", args: []string{"build", "./..."}, quiet: true},
		"--strict -q go test":       {name: "go", args: []string{"test"}, quiet: true, strict: true},
		"GOOS=js GOARCH=wasm go -q": {name: "go", args: []string{"-q"}, assign: []string{"GOOS=js", "GOARCH=wasm"}},
		"--log-level debug --log-file=x.log go build": {name: "go", args: []string{"build"}, logLevel: "debug", logFile: "x.log"},
		"go X=1": {name: "go", args: []string{"X=1"}},
		"a=b":    {name: "a=b", args: []string{}},
	} {
		got, err := parse(strings.Fields(line))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: %+v, want %+v", line, *got, want)
		}
	}
	for _, line := range []string{"-x go", "-q=1 go", "--log-level"} {
		if _, err := parse(strings.Fields(line)); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
	t.Setenv("ORCHESTRION_STRICT", "True")
	if got, err := parse([]string{"go"}); err != nil || !got.strict {
		t.Errorf("ORCHESTRION_STRICT=True: %+v, %v", got, err)
	}
}

// The value of -toolexec is split again as the go command splits it.
func TestToolexecFlag(t *testing.T) {
	off := logs.Config{Level: logs.LevelOff}
	for _, tt := range []struct {
		binary, plan string
		logging      logs.Config
		want         string
	}{
		{"/c/bin", "/p.json", off, "/c/bin toolexec /p.json -"},
		{"/with space/bin", "/p.json", off, "'/with space/bin' toolexec /p.json -"},
		{"/c/bin", "/it's/p.json", off, `/c/bin toolexec "/it's/p.json" -`},
		{"/c/bin", "/p.json", logs.Config{Level: logs.LevelTrace, File: "/a b/$PID"}, "/c/bin toolexec /p.json - '-log=TRACE:/a b/$PID'"},
	} {
		if got := toolexecFlag(tt.binary, &plan.Plan{}, tt.plan, "-", tt.logging); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestImportPath(t *testing.T) {
	for env, want := range map[string]string{"": "", "a/b": "a/b", "a/b [a/b.test]": "a/b", "a/b.test": "a/b.test"} {
		t.Setenv("TOOLEXEC_IMPORTPATH", env)
		if got := importPath(); got != want {
			t.Errorf("%q is %q, want %q", env, got, want)
		}
	}
}

func TestStageFile(t *testing.T) {
	stage := t.TempDir()
	file, err := stageFile(stage, "a.go", []byte("package a\n"))
	if want := filepath.Join(stage, "orchestrion", "src", "a.go"); err != nil || file != want {
		t.Errorf("got %s, %v; want %s", file, err, want)
	}
}
