package weaver

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// compileWoven has the real compiler make a package of the files, woven by the rule,
// and returns the stage folder and what was reported.
func compileWoven(t *testing.T, files map[string]string, r rule.Rule) (stage, report string) {
	t.Helper()
	out, err := exec.Command("go", "tool", "-n", "compile").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	stage, report = filepath.Join(dir, "b001"), filepath.Join(dir, "report")
	if err := os.Mkdir(stage, 0o777); err != nil {
		t.Fatal(err)
	}
	args := []string{"-o", filepath.Join(stage, "_pkg_.a"), "-p", "example.com/p", "-lang=go1.25", "-complete", "-pack"}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	t.Setenv("TOOLEXEC_IMPORTPATH", "example.com/p")
	r.Aspect, r.Pos, r.Scope, r.Point, r.HookSig = "case", "a.go:1", []string{rule.Everywhere}, rule.Body, &rule.Signature{}
	r.Advice, r.Hook = rule.Before, rule.Func{Pkg: "example.com/hooks", Name: "H"}
	p := &plan.Plan{Rules: []rule.Rule{r}, Hooks: []string{"example.com/hooks"}, Closure: []string{"example.com/hooks"}}
	tl := &tool{plan: p, report: report, path: strings.TrimSpace(string(out)), args: args, logging: logs.Config{Level: logs.LevelOff}}
	tl.openLog()
	if code, err := tl.compile(); code != 0 || err != nil {
		t.Fatalf("exit code %d, %v", code, err)
	}
	return stage, report
}

func TestCompileWoven(t *testing.T) {
	stage, report := compileWoven(t, map[string]string{"a.go": "package p\n\nfunc F() {}\n"}, rule.Rule{ID: "r1", Target: &rule.Func{Pkg: "example.com/p", Name: "F"}})
	data, err := toolcmd.ReadMember(filepath.Join(stage, "_pkg_.a"), "link.deps")
	if err != nil || !strings.Contains(string(data), `"example.com/hooks":["case"]`) {
		t.Errorf("link.deps: %q, %v", data, err)
	}
	if woven, err := os.ReadFile(filepath.Join(stage, "orchestrion", "src", "a.go")); err != nil || !strings.Contains(string(woven), "weaver_") {
		t.Errorf("the woven source is not in the stage folder: %q, %v", woven, err)
	}
	if data, err := os.ReadFile(report); err != nil || !strings.Contains(string(data), `"sites":{"r1":1}`) || strings.Contains(string(data), "found") {
		t.Errorf("reported %s, %v", data, err)
	}
}

// A user's file may have the name of one that weaver makes.
func TestCompileFileNames(t *testing.T) {
	stage, _ := compileWoven(t, map[string]string{
		"weaver.go":       "package p\n\nfunc F() {}\n",
		"weaver_ready.go": "package p\n\nfunc G() { F() }\n",
	}, rule.Rule{Where: []rule.Pred{{Kind: "exported"}}})
	if _, err := os.Stat(filepath.Join(stage, "_pkg_.a")); err != nil {
		t.Error(err)
	}
}

// A named target that is not there is said, also where its name is not mentioned.
func TestCompileMissingTarget(t *testing.T) {
	_, report := compileWoven(t, map[string]string{"a.go": "package p\n\nfunc F() {}\n"}, rule.Rule{Target: &rule.Func{Pkg: "example.com/p", Name: "Typo"}})
	if data, err := os.ReadFile(report); err != nil || !strings.Contains(string(data), "has no p.Typo") {
		t.Errorf("reported %q, %v", data, err)
	}
}
