package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// A block is a fenced block of one of the checkout's documents.
type block struct {
	file    string // README.md, docs/design.md
	heading string // the last one before it
	lang    string // what follows the fence
	names   string // the file that the line before it ends with: `main.go`:
	text    string
}

// documentBlocks returns the fenced blocks of the document.
func documentBlocks(root, file string) ([]block, error) {
	data, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return nil, err
	}
	var blocks []block
	heading, before, in := "", "", false
	for line := range strings.Lines(string(data)) {
		fence, fenced := strings.CutPrefix(line, "```")
		switch {
		case fenced && !in:
			blocks = append(blocks, block{file: file, heading: heading, lang: strings.TrimSpace(fence), names: named(before)})
			in = true
		case fenced:
			in = false
		case in:
			blocks[len(blocks)-1].text += line
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
		case strings.TrimSpace(line) != "":
			before = line
		}
	}
	return blocks, nil
}

// named returns the name that a line ends with: `main.go`:
func named(line string) string {
	line, ok := strings.CutSuffix(strings.TrimSpace(line), "`:")
	if !ok {
		return ""
	}
	return line[strings.LastIndex(line, "`")+1:]
}

// cmdDocs does what a document shows in its first block of shell commands, or of the
// language that a file's name ends in, below a heading. It runs the commands in the
// current directory, or writes the block to the file:
//
//	docs FILE HEADING
//	docs -write TO FILE HEADING
func (l *lab) cmdDocs(ts *testscript.TestScript, neg bool, args []string) {
	to, lang := "", "sh"
	if len(args) == 4 && args[0] == "-write" {
		to, lang, args = args[1], strings.TrimPrefix(filepath.Ext(args[1]), "."), args[2:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: docs [-write TO] FILE HEADING")
	}
	blocks, err := documentBlocks(l.root, args[0])
	ts.Check(err)
	for _, b := range blocks {
		if b.heading != args[1] || b.lang != lang {
			continue
		}
		if to != "" {
			ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(to)), 0o777))
			ts.Check(os.WriteFile(ts.MkAbs(to), []byte(b.text), 0o666))
			return
		}
		ts.Check(ts.Exec("sh", "-euc", b.text))
		return
	}
	ts.Fatalf("%s has no %s block below %q", args[0], lang, args[1])
}

// documents returns the checkout's documents for users and for those who change weaver. What
// docs/reference.md has is declarations and examples, which TestReference holds.
func documents(t *testing.T, root string) []string {
	t.Helper()
	docs := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"*.md", filepath.Join("concerns", "*.md")} {
		files, err := filepath.Glob(filepath.Join(root, "docs", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f, err = filepath.Rel(root, f); err != nil {
				t.Fatal(err)
			}
			docs = append(docs, filepath.ToSlash(f))
		}
	}
	return slices.DeleteFunc(docs, func(f string) bool { return f == "docs/reference.md" })
}

// What the documents show is what a test does: each block of shell commands or Go has a
// script that runs it, or one that walks the whole page, but for the command that runs the tests,
// which is .ci/run's. Go without a package clause is TestFragments'. Every other block is used by a script, or its lines are those
// of some test's data, or it is among the exceptions.
func TestDocs(t *testing.T) {
	root := filepath.Join("..", "..")
	scripts := readAll(t, filepath.Join("testdata", "script", "*.txtar")) +
		readAll(t, filepath.Join("testdata", "integrations", "*.txtar"))
	ci := readAll(t, filepath.Join(root, ".ci", "run"))
	tested := newTestedLines(t, root)
	excepted := exceptions()
	seen := map[string]bool{}
	for _, file := range documents(t, root) {
		blocks, err := documentBlocks(root, file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(scripts, "\nwalk "+filepath.ToSlash(file)+"\n") {
			continue
		}
		for _, b := range blocks {
			args := fmt.Sprintf("%s '%s'", b.file, b.heading)
			written := regexp.MustCompile(`\ndocs -write \S+\.` + b.lang + ` ` + regexp.QuoteMeta(args) + `\n`).MatchString(scripts)
			switch b.lang {
			case "sh":
				if !strings.Contains(scripts, "\ndocs "+args+"\n") && !strings.Contains(ci, "\n"+b.text) {
					t.Errorf("no script and not .ci/run does what %s shows:\n%s", args, b.text)
				}
			case "go", "txtar":
				if b.isFragment() {
					continue
				}
				if !written {
					t.Errorf("no script has what %s shows:\n%s", args, b.text)
				}
			default:
				if line := tested.lacks(b.text); line != "" && !written && !excepted.has(b) {
					t.Errorf("no test has what %s shows:\n%s\nshow what one prints, or add an exception with its reason", args, line)
				}
				continue
			}
			if seen[b.lang+args] {
				t.Errorf("%s has two %s blocks; the docs command knows the first one only", args, b.lang)
			}
			seen[b.lang+args] = true
		}
	}
	if len(seen) == 0 {
		t.Error("the documents show no commands")
	}
	for _, e := range excepted {
		if !e.met {
			t.Errorf("%s has no %s block below %q that needs an exception; drop it", e.file, e.lang, e.heading)
		}
	}
}

// readAll returns the texts of the files that fit the pattern, of which there is one
// at least.
func readAll(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	var all strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}
