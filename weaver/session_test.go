package weaver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/register"
)

// Places are shown as files on disk, relative to the working folder where that is
// shorter.
func TestPlace(t *testing.T) {
	root := filepath.Join(t.TempDir(), "app")
	for _, tt := range []struct{ dir, pos, want string }{
		{"", "$GOROOT/src/fmt/print.go:3", "/go/src/fmt/print.go:3"},
		{"", filepath.Join(root, "main.go") + ":7", "./main.go:7"},
		{"", filepath.Join(root, "lib", "a.go") + ":7", "./lib/a.go:7"},
		{"lib", filepath.Join(root, "main.go") + ":7", "../main.go:7"},
		{"", "/a.go:1", "/a.go:1"}, // the way from the working folder is longer
		{"", "example.com/app/lib", "example.com/app/lib"},
		{"", "net/http", "net/http"},
		{"lib", filepath.Join(root, "orchestrion.tool.go"), "../orchestrion.tool.go"},
	} {
		s := &session{g: &register.Go{Dir: filepath.Join(root, tt.dir)}, reg: &register.Registration{GOROOT: filepath.FromSlash("/go")}}
		if got := s.place(tt.pos); filepath.ToSlash(got) != tt.want {
			t.Errorf("in %q %s is %s, want %s", tt.dir, tt.pos, got, tt.want)
		}
	}
}

// The graph is the wrapper's own unless the user wants one, and there is none where
// nothing is built that the user asked for.
func TestSessionGraph(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		verb string
		args string
		want string
	}{
		{"build", "./...", "own/graph.json"},
		{"test", "-n ./...", ""},
		{"list", "-export ./...", ""},
		{"clean", "-cache", ""},
		{"build", "-debug-actiongraph=g ./...", "wd/g"},
		{"build", "-debug-actiongraph " + filepath.Join(dir, "abs"), "abs"},
	} {
		line, err := register.ParseCommandLine(tt.verb, strings.Fields(tt.args), "")
		if err != nil {
			t.Fatal(err)
		}
		s := &session{line: line, dir: filepath.Join(dir, "own"), g: &register.Go{Dir: filepath.Join(dir, "wd")}}
		want := tt.want
		if want != "" {
			want = filepath.Join(dir, filepath.FromSlash(want))
		}
		if got := s.graph(); got != want {
			t.Errorf("go %s %s: %q, want %q", tt.verb, tt.args, got, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "own")); !os.IsNotExist(err) {
		t.Errorf("to name the graph made its folder: %v", err)
	}
}
