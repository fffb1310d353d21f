package weaver

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/register"
)

var update = flag.Bool("update", false, "write the golden files")

// A registration with a rule for each join point, advice and outcome is shown as the golden
// files have it. It stands in for the default list of this module, which has no
// registration file of its own.
func TestListGolden(t *testing.T) {
	l, file := testListing(t)
	shown := l.text(filepath.Dir(file))
	golden(t, "text.golden", shown)
	for i, line := range strings.Split(shown, "\n") {
		// A name is never broken, so a line that is too wide has one.
		if len(line) > textWidth && strings.Contains(strings.TrimSpace(line[4+labelWidth:]), " ") {
			t.Errorf("line %d is %d columns wide: %s", i+1, len(line), line)
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	if err := enc.Encode(l); err != nil {
		t.Fatal(err)
	}
	golden(t, "json.golden", strings.ReplaceAll(b.String(), jsonText(t, filepath.Dir(file)+string(filepath.Separator)), "DIR/"))
}

func testListing(t *testing.T) (l *listing, file string) {
	t.Helper()
	registration, err := os.ReadFile(filepath.Join("testdata", "list", "orchestrion.tool.go"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	g := &register.Go{Program: "go", Dir: root, Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=", "PWD="+root)}
	line, err := register.ParseCommandLine("build", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	reg, err := register.Prepare(register.Options{Go: g, Line: line, Cache: t.TempDir(), Default: registration})
	if err != nil {
		t.Fatal(err)
	}
	l, err = newListing(reg)
	if err != nil {
		t.Fatal(err)
	}
	return l, reg.File
}

// jsonText returns s as it stands in a JSON string.
func jsonText(t *testing.T, s string) string {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(data), `"`)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "list", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not as it was; if the change is right, run go test -run %s -update\n%s", file, t.Name(), got)
	}
}
