package instrumenttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver"
)

// A trial is one run of a case.
type trial struct {
	*testing.T
	c    *testCase
	loom *weaver.Loom
	dirs []string          // which paths are shown relative to
	got  map[string]string // what the want files should be
}

// weave weaves the case, makes the checks that no case has to ask for, and holds what was
// woven against the want comments.
func (x *trial) weave() {
	x.Helper()
	// An error may be about a target in a library.
	libraries := x.c.wants["sites"] != nil || x.c.wants["error"] != nil
	all, err := x.loom.Weave(libraries, "./...")
	var mistake *weaver.MistakeError
	var source *weaver.SourceError
	switch {
	case errors.As(err, &mistake):
		x.failed(mistake)
		return
	case errors.As(err, &source):
		x.Fatalf("%s: the case does not compile as it is:\n%s", x.c.file, x.c.located(err.Error()))
	case err != nil:
		x.Fatalf("%s: %v", x.c.file, err)
	}
	var reports []*reported
	var sites, findings []string
	for _, w := range all {
		if err := w.Verify(); err != nil {
			x.Errorf("%s: %v", x.c.file, err)
		}
		for _, s := range w.Sites {
			if w.Library {
				sites = append(sites, fmt.Sprintf("%s: %s: %s", w.ImportPath, s.Func, s.Rule))
			} else {
				reports = append(reports, x.report(w, s.File, s.Line, s.Rule, false))
			}
		}
		for _, f := range w.Findings {
			findings = append(findings, x.finding(w, f))
			if !w.Library {
				reports = append(reports, x.report(w, f.File, f.Line, f.Text, true))
			}
		}
		for _, f := range w.Files {
			if !w.Library {
				x.got[x.relative(f.Name)] = x.shown(string(f.Woven))
			}
		}
	}
	slices.Sort(sites)
	slices.Sort(findings)
	x.got["sites"], x.got["findings"] = lines(sites), lines(findings)
	x.expect(reports)
	if updating() && !x.Failed() {
		x.compile(all)
	}
}

// failed takes down that the aspects can not be woven.
func (x *trial) failed(mistake *weaver.MistakeError) {
	x.Helper()
	x.got["error"] = x.shown(mistake.Lines) + "\n"
	if x.c.wants["error"] == nil {
		x.Fatalf("%s: the aspect can not be woven:\n%s", x.c.file, mistake.Lines)
	}
}

// finding returns a finding as want/findings has it.
func (x *trial) finding(w *weaver.Woven, f weaver.Finding) string {
	at := w.ImportPath
	if f.File != "" {
		at = fmt.Sprintf("%s:%d", x.relative(f.File), f.Line)
	}
	return fmt.Sprintf("%s: %s: %s", at, f.Aspect, f.Text)
}

// shown returns the text with the folders of the case and of the test package taken out
// of paths.
func (x *trial) shown(text string) string {
	for _, dir := range x.dirs {
		text = strings.ReplaceAll(text, dir+string(filepath.Separator), "")
	}
	return text
}

// relative returns the name of a file in the case.
func (x *trial) relative(file string) string { return filepath.ToSlash(x.shown(file)) }

func lines(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return strings.Join(all, "\n") + "\n"
}

// A reported is a site or a finding, on its line.
type reported struct {
	name    string // of the source
	line    int
	text    string
	finding bool
	met     bool
}

func (x *trial) report(w *weaver.Woven, file string, line int, text string, finding bool) *reported {
	if file == "" { // it is about the package as a whole
		file, line = packageClause(w.Dir)
	}
	return &reported{name: x.relative(file), line: line, text: text, finding: finding}
}

// packageClause returns the line of the package clause in the first Go file of the folder.
func packageClause(dir string) (file string, line int) {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, file := range files {
		fset := token.NewFileSet()
		if f, err := parser.ParseFile(fset, file, nil, parser.PackageClauseOnly); err == nil {
			return file, fset.PositionFor(f.Package, false).Line
		}
	}
	return dir, 0
}

// expect holds the reports against the want comments. Findings have to be asked for,
// here or in want/findings; sites only where the case has a say about sites.
func (x *trial) expect(reports []*reported) {
	x.Helper()
	for _, e := range x.c.expect {
		for _, r := range reports {
			if !r.met && r.name == e.name && r.line == e.line && e.re.MatchString(r.text) {
				r.met, e.met = true, true
				break
			}
		}
	}
	for _, e := range x.c.expect {
		if !e.met {
			x.Errorf("%s: nothing on this line fits %q; there is %s", x.c.place(e.name, e.line), e.re, on(reports, e))
		}
	}
	aboutSites := len(x.c.expect) > 0 || x.c.wants["nothing"] != nil
	for _, r := range reports {
		switch {
		case r.met:
		case r.finding && x.c.wants["findings"] == nil:
			x.Errorf("%s: a finding that the case does not want: %s", x.c.place(r.name, r.line), r.text)
		case !r.finding && aboutSites:
			x.Errorf("%s: woven where the case does not want it: %s", x.c.place(r.name, r.line), r.text)
		}
	}
}

// on lists what there is on the line of an expectation.
func on(reports []*reported, e *expectation) string {
	var there []string
	for _, r := range reports {
		if r.name == e.name && r.line == e.line {
			there = append(there, fmt.Sprintf("%q", r.text))
		}
	}
	if len(there) == 0 {
		return "nothing"
	}
	return strings.Join(there, ", ")
}

// compile has the compiler take the woven case, which is more than a type check. It is
// done before goldens are written.
func (x *trial) compile(all []*weaver.Woven) {
	x.Helper()
	dir := x.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for _, w := range all {
		for _, f := range w.Files {
			if w.Library {
				continue
			}
			to := filepath.Join(dir, fmt.Sprintf("%d.go", len(overlay.Replace)))
			overlay.Replace[f.Name] = to
			if err := os.WriteFile(to, f.Woven, 0o666); err != nil {
				x.Fatal(err)
			}
		}
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		x.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		x.Fatal(err)
	}
	if err := x.loom.Compile(file, "./..."); err != nil {
		x.Errorf("%s: the woven case does not compile, which is a defect of weaver; please report it:\n%v", x.c.file, err)
	}
}
