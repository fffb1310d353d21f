package weave_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// The symbols that splices are linked to are those that the compiler makes of a hook
// package, whatever its import path looks like.
func TestSymbolsAsTheCompiler(t *testing.T) {
	l := newLab(t)
	for _, path := range []string{
		"hooks", "example.com/hooks", "gopkg.in/yaml.v3", "example.com/a.b/c.d.e", "example.com/x%y/z%41", "a.b", "example.com/v2", "example.com/~u/h-o_o+ks",
	} {
		dir := filepath.Join(l.dir, "src")
		l.write(filepath.Join(dir, "h.go"), []byte("package hooks\n\nfunc Hook() {}\n"))
		l.write(filepath.Join(dir, "weaver_ready.go"), weave.HookPackage("hooks", goarch))
		p, cmd, err := l.read(path, "src", "go1.25")
		if err != nil {
			t.Fatal(err)
		}
		if err := l.compile(cmd, p.Imports, "-complete"); err != nil {
			t.Fatal(err)
		}
		nm := exec.Command("go", "tool", "nm", cmd.Output)
		nm.Env = append(os.Environ(), "GOARCH="+goarch)
		out, err := nm.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{rule.Func{Pkg: path, Name: "Hook"}.Symbol(), rule.SymbolPrefix(path) + ".weaver_ready"} {
			if !strings.Contains(string(out), " "+want+"\n") {
				t.Errorf("%s: no symbol %s in\n%s", path, want, out)
			}
		}
	}
}
