package weaver

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Each command has a text and stands in the overview; a text starts with how its command is
// called and ends with examples, and fits on a terminal.
func TestHelp(t *testing.T) {
	for _, s := range subcommands(nil) {
		if s.name == "complete" { // which nobody types
			continue
		}
		if !slices.Contains(topics(), s.name) || !strings.HasPrefix(helpText(s.name), "go tool weaver ") {
			t.Errorf("%s: no text that says how it is called", s.name)
		}
		if inShort(s.name) == "" {
			t.Errorf("%s: not in the overview", s.name)
		}
	}
	for _, topic := range append(topics(), "overview") {
		text := helpText(topic)
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(line) - 1; n > 80 || strings.Contains(line, "\t") {
				t.Errorf("%s: more than 80 columns, or a tab: %s", topic, line)
			}
		}
		if topic != "overview" && !strings.Contains(text, "\nExamples:\n\n    ") {
			t.Errorf("%s: no examples", topic)
		}
	}
	if n := strings.Count(helpText("overview"), "\n"); n > 24 {
		t.Errorf("the overview has %d lines, which is more than a screen", n)
	}
	for _, topic := range []string{"flags", "environment"} {
		if !strings.Contains(helpText("overview"), topic) {
			t.Errorf("%s: not in the overview", topic)
		}
	}
}

func TestUnknown(t *testing.T) {
	for name, want := range map[string]string{
		"lst": "list", "vresion": "version", "build": "go tool weaver go build", "Help": "help", "zzzzzzzz": "go tool weaver help",
	} {
		if got := unknown(name).Error(); !strings.Contains(got, name) || !strings.Contains(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A command's own text is asked for, and not that of the go command's verbs.
func TestAsksHelp(t *testing.T) {
	for line, want := range map[string]bool{
		"pin -h": true, "pin --help": true, "list -json -help": true, "go -h": true, "pin": false, "go build -h": false, "go test -run -h": false,
	} {
		c, err := parse(strings.Fields(line))
		if err != nil || c.asksHelp() != want {
			t.Errorf("%s: %v, %v", line, c.asksHelp(), err)
		}
	}
}
