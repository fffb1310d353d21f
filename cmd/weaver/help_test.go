package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdExamples does what weaver's help shows, that on each command and topic: it runs every
// example in the current directory, by the shell that it is for.
//
//	examples
func (l *lab) cmdExamples(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: examples")
	}
	texts, err := filepath.Glob(filepath.Join(l.root, "weaver", "help", "*.txt"))
	ts.Check(err)
	for _, file := range texts {
		topic := strings.TrimSuffix(filepath.Base(file), ".txt")
		want, err := os.ReadFile(file)
		ts.Check(err)
		call := []string{"tool", "weaver", "help", topic}
		if topic == "overview" {
			call = call[:3]
		}
		ts.Check(ts.Exec("go", call...))
		must(ts, ts.ReadFile("stdout") == string(want), "go %s does not print %s", strings.Join(call, " "), file)
		shown := examples(string(want))
		must(ts, len(shown) > 0 || topic == "overview", "%s has no examples", file)
		for _, example := range shown {
			shell := shellOf(example)
			if _, err := exec.LookPath(shell[0]); err != nil {
				ts.Logf("skipped, without %s: %s", shell[0], example)
				continue
			}
			ts.Check(ts.Exec(shell[0], append(shell[1:], example)...))
		}
	}
}

// examples returns the commands at the end of a help text, without what is said of each.
func examples(text string) []string {
	_, text, _ = strings.Cut(text, "\nExamples:\n")
	var out []string
	for line := range strings.Lines(text) {
		if shown, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "    "); ok && !strings.HasPrefix(shown, "#") {
			out = append(out, shown)
		}
	}
	return out
}

// shellOf returns what runs an example: sh, unless it is about completion in another shell.
func shellOf(example string) []string {
	switch {
	case strings.Contains(example, "completion bash"):
		return []string{"bash", "-euc"}
	case strings.Contains(example, "completion zsh"):
		return []string{"zsh", "-fec"}
	case strings.Contains(example, "completion fish"):
		return []string{"fish", "-c"}
	}
	return []string{"sh", "-euc"}
}
