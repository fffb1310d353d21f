// The walk command, which does a whole page of the documents as its reader does. It
// finds the blocks by documentBlocks of docs_test.go, where TestDocs counts a page that
// is walked as done.
package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdWalk does all that a document shows, from its first line to its last, in the
// current directory:
//
//	walk FILE
//
// A block of shell commands is run, and has to end well. If a block of text comes next, it
// is what the commands print, on stdout and stderr together: "…" in it stands for any part of
// a line, and a line that is nothing else for any number of lines. Every other block is written to the
// file that the line before it ends with: `hooks/hooks.go`:
func (l *lab) cmdWalk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: walk FILE")
	}
	blocks, err := documentBlocks(l.root, args[0])
	ts.Check(err)
	for i, b := range blocks {
		switch b.lang {
		case "sh":
			// What was started behind the block may not outlive a command that fails.
			ts.Check(ts.Exec("sh", "-euc", `exec 2>&1; trap '[ -z "${!:-}" ] || kill $!' EXIT`+"\n"+b.text+"trap - EXIT\n"))
		case "text":
			must(ts, i > 0 && blocks[i-1].lang == "sh", "below %q of %s are no commands that print:\n%s", b.heading, b.file, b.text)
			got := ts.ReadFile("stdout")
			must(ts, printed(b.text).MatchString(got), "what %s shows below %q is not what was printed:\n%s", b.file, b.heading, b.text)
		default:
			must(ts, b.names != "", "%s does not say which file this is:\n%s", b.file, b.text)
			to := ts.MkAbs(b.names)
			ts.Check(os.MkdirAll(filepath.Dir(to), 0o777))
			ts.Check(os.WriteFile(to, []byte(b.text), 0o666))
		}
	}
}

// printed returns what matches all that a block of text stands for.
func printed(shown string) *regexp.Regexp {
	var re strings.Builder
	re.WriteString(`^`)
	for line := range strings.Lines(shown) {
		if line == "…\n" {
			re.WriteString(`(?:.*\n)*?`)
			continue
		}
		re.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", `.*`))
	}
	re.WriteString(`$`)
	return regexp.MustCompile(re.String())
}
