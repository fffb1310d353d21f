// Tests of the kit: what passes with it, and what does not and why.
package instrumenttest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
	"github.com/goweaver/weaver/instrument/instrumenttest/testdata/hooks"
)

var aspect = &instrument.Aspect{Name: "kit", Doc: "show what the kit does", Rules: []instrument.Rule{
	instrument.BodyWhere(instrument.ParamIs[context.Context](0)).Around(hooks.Enter),
	instrument.CallTo(strings.ToUpper).Replace(hooks.Upper),
	instrument.BodyNamed("example.com/case/checked.Number").Check(hooks.Check),
	instrument.BodyNamed("(*net/http.Server).Shutdown").Around(hooks.Enter),
}}

var mistaken = &instrument.Aspect{Name: "mistaken", Rules: []instrument.Rule{
	instrument.BodyOf(os.Chdir).Before(hooks.Check),
	instrument.BodyOf(os.Rename).Before(nil),
}}

func TestPasses(t *testing.T) { instrumenttest.Run(t, aspect, "testdata/passes/*.txtar") }

func TestMistaken(t *testing.T) { instrumenttest.Run(t, mistaken, "testdata/mistaken.txtar") }

// A test of the tests below, which runs in a process of its own.
func TestChild(t *testing.T) {
	pattern := os.Getenv("KIT_CASES")
	if pattern == "" {
		t.Skip("it is run by other tests")
	}
	if os.Getenv("KIT_MISTAKEN") != "" {
		aspect = mistaken
	}
	instrumenttest.Run(t, aspect, pattern)
}

// child runs the cases that fit the pattern and returns what it printed for each.
func child(t *testing.T, pattern string, args ...string) (passed bool, byCase map[string]string) {
	t.Helper()
	if testing.Short() {
		args = append(args, "-test.short")
	}
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^TestChild$", "-test.v"}, args...)...)
	cmd.Env = append(os.Environ(), "KIT_CASES="+pattern, "GOCOVERDIR="+t.TempDir())
	out, err := cmd.CombinedOutput()
	byCase = map[string]string{}
	sections := strings.Split(string(out), "=== RUN   TestChild")
	for _, s := range sections[1:] {
		name, text, _ := strings.Cut(s, "\n")
		byCase[strings.TrimPrefix(name, "/")] = text
	}
	return err == nil, byCase
}

// Each case of testdata/fails fails, with all that its last lines before the files say,
// and with nothing else.
func TestFails(t *testing.T) {
	passed, got := child(t, "testdata/fails/*.txtar")
	if passed {
		t.Error("the test passes")
	}
	files, err := filepath.Glob("testdata/fails/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if name == "program" && testing.Short() {
			continue // it is not built
		}
		text, n := got[name], 0
		for line := range strings.Lines(string(ar.Comment)) {
			pattern, ok := strings.CutPrefix(line, "fails: ")
			if !ok {
				continue
			}
			n++
			if !regexp.MustCompile("(?m)" + strings.TrimSpace(pattern)).MatchString(text) {
				t.Errorf("%s: no %s in\n%s", name, pattern, text)
			}
		}
		if reasons := strings.Count(text, " run_test.go:"); n == 0 || reasons > n {
			t.Errorf("%s: %d reasons, want %d:\n%s", name, reasons, n, text)
		}
	}
}

// A declaration that is wrong fails each case that does not want it, with all mistakes.
func TestMistakes(t *testing.T) {
	t.Setenv("KIT_MISTAKEN", "1")
	passed, got := child(t, "testdata/passes/comments.txtar")
	if text := got["comments"]; passed || strings.Count(text, "run_test.go:") != 3 { // the test's own line is one
		t.Errorf("passed: %v\n%s", passed, text)
	}
}

// A pattern that fits nothing is no test that passes.
func TestNoCase(t *testing.T) {
	passed, got := child(t, "testdata/none/*.txtar")
	if passed || !strings.Contains(got[""], "no case fits testdata/none/*.txtar; write one") {
		t.Errorf("passed: %v\n%s", passed, got[""])
	}
}

// -weaver.update writes what is woven where a case claims nothing, which passes then;
// and brings up to date what a case has, without its other files.
func TestUpdate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new.txtar")
	source := "Calls are replaced.\n\n-- main.go --\npackage main\n\nimport \"strings\"\n\nfunc main() { println(strings.ToUpper(\"a\")) }\n-- lib/lib.go --\npackage lib\n"
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run := func(want bool, args ...string) (text, output string) {
		t.Helper()
		passed, got := child(t, file, args...)
		if passed != want {
			t.Errorf("%v: passed: %v\n%s", args, passed, got["new"])
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(data), got["new"]
	}
	write(source)
	text, _ := run(true, "-weaver.update")
	if !strings.HasPrefix(text, source) || !strings.Contains(text, "-- want/main.go --\npackage main\n") ||
		!strings.Contains(text, "-- want/weaver.go --\n") || strings.Count(text, "\n-- ") != 4 {
		t.Errorf("written:\n%s", text)
	}
	run(true)
	write(strings.Replace(text, `("a")`, `("b")`, 1))
	_, output := run(false)
	for _, line := range []string{"-func main() ", "+func main() ", "want/main.go differs:"} {
		if !strings.Contains(output, line) {
			t.Errorf("no %q in\n%s", line, output)
		}
	}

	// A want file without a woven one goes, the rest stays as it is.
	write(source + "-- want/lib/lib.go --\nold\n-- want/sites --\nold\n")
	if text, _ = run(true, "-weaver.update"); text != source+"-- want/sites --\n" {
		t.Errorf("written:\n%s", text)
	}
	// Nothing is written where a comment does not fit.
	write(strings.Replace(source, "\n-- lib", " // want \"around\"\n-- lib", 1) + "-- want/sites --\nold\n")
	if text, _ = run(false, "-weaver.update"); !strings.HasSuffix(text, "\nold\n") {
		t.Errorf("written:\n%s", text)
	}
}
