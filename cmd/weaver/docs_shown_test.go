package main_test

// What the documents show beside commands: what these print, files of other programs, pictures.
// TestDocs asks for each such block.

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// An exception is a block that no test has, and why.
type exception struct {
	file, heading, lang string // "" for any heading
	why                 string
	met                 bool
}

type exceptionList []*exception

func exceptions() exceptionList {
	return exceptionList{
		{file: "CONTRIBUTING.md", heading: "Add a script", lang: "text", why: "runs these tests"},
		{file: "docs/ci.md", heading: "Caches", lang: "yaml", why: "configures another program; its commands are those of the pipeline above"},
		{file: "docs/ci.md", heading: "Images", lang: "dockerfile", why: "needs a container engine; its command is that of the pipeline above"},
		{file: "docs/debugging.md", heading: "Delve builds by itself", lang: "text", why: "is a session of dlv's; debugger_test.go runs dlv for the one above"},
		{file: "docs/debugging.md", heading: "VS Code", lang: "json", why: "configures an editor"},
		{file: "docs/debugging.md", heading: "GoLand", lang: "text", why: "waits for an editor"},
		{file: "docs/design.md", heading: "The way of a build", lang: "text", why: "is a picture"},
		{file: "docs/design.md", heading: "Packages", lang: "text", why: "is a picture, and depguard has its arrows"},
		{file: "docs/moving.md", lang: "yaml", why: "is what other tools read"},
		{file: "docs/troubleshooting.md", heading: "Why was nothing instrumented?", lang: "text", why: "has forms of the command; explain_unbuilt.txtar runs each"},
		{file: "docs/troubleshooting.md", heading: "Findings", lang: "text", why: "is the form of a finding, in words"},
		{file: "docs/troubleshooting.md", heading: `A build for another system fails with "exec format error"`, lang: "text", why: "is the go command's own failure"},
		{file: "docs/troubleshooting.md", heading: "A package no longer compiles since weaver is in go.mod", lang: "text", why: "is what the compiler says of one version of a library"},
		{file: "docs/concerns/counters.md", heading: "What is told", lang: "text", why: "is a query for Prometheus"},
		{file: "docs/concerns/durations.md", heading: "What is told", lang: "text", why: "is a query for Prometheus"},
	}
}

// has reports whether the block is one, and remembers that.
func (l exceptionList) has(b block) bool {
	for _, e := range l {
		if e.file == b.file && e.lang == b.lang && (e.heading == "" || e.heading == b.heading) {
			e.met = true
			return true
		}
	}
	return false
}

// testedLines is the text of all tests and their data, without the backslashes of patterns and
// the doubled quotes of scripts.
type testedLines string

func newTestedLines(t *testing.T, root string) testedLines {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == ".git" {
				return filepath.SkipDir
			}
			return err
		}
		slash := filepath.ToSlash(path)
		if !strings.Contains(slash, "/testdata/") && !strings.Contains(slash, "/samples/") && !strings.HasSuffix(slash, "_test.go") {
			return nil
		}
		// A pattern with another document's text in it would prove itself.
		if strings.HasSuffix(slash, "/docs_shown_test.go") || !strings.HasSuffix(slash, ".go") && !strings.HasSuffix(slash, ".txtar") {
			return nil
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return testedLines(strings.NewReplacer(`\`, "", "''", "'").Replace(all.String()))
}

// lacks returns the first line of the text that is in no test, or "". In it … stands for
// anything, and before what weaver says a test may leave out "weaver: ".
func (tested testedLines) lacks(text string) string {
	for line := range strings.Lines(text) {
		want := strings.TrimPrefix(strings.TrimSpace(line), "weaver: ")
		parts := strings.Split(regexp.QuoteMeta(want), "…")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) == 1 && strings.Contains(string(tested), want) {
			continue
		}
		if len(parts) == 1 || !regexp.MustCompile(strings.Join(parts, ".*")).MatchString(string(tested)) {
			return line
		}
	}
	return ""
}
