package weaver

import (
	"embed"
	"os"
	"path"
	"slices"
	"strings"
)

// The texts of the help command: one file for each command and topic, and the overview. Each
// ends with examples, which a test runs.

//go:embed help/*.txt
var helpTexts embed.FS

// helpText returns the text of a topic, "" if there is none.
func helpText(topic string) string {
	text, err := helpTexts.ReadFile(path.Join("help", topic+".txt"))
	if err != nil {
		return ""
	}
	return string(text)
}

// topics returns the commands and topics that there is help on, sorted.
func topics() []string {
	files, err := helpTexts.ReadDir("help")
	if err != nil {
		panic(err) // the folder is part of this program
	}
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimSuffix(f.Name(), ".txt"))
	}
	return slices.DeleteFunc(out, func(topic string) bool { return topic == "overview" })
}

func printHelp(topic string) error {
	_, err := os.Stdout.WriteString(helpText(topic))
	return err
}

// inShort returns what the overview says of a command.
func inShort(name string) string {
	for line := range strings.Lines(helpText("overview")) {
		if first, rest, ok := strings.Cut(strings.TrimPrefix(line, "    "), "  "); ok && strings.HasPrefix(first+" ", name+" ") {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// asksHelp reports whether the arguments ask for the command's text. Those behind a verb of
// the go command are for that.
func (c *command) asksHelp() bool {
	args := c.args
	switch c.name {
	case "go":
		args = args[:min(len(args), 1)]
	case "complete":
		return false
	}
	return slices.ContainsFunc(args, func(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, arg) })
}

// complainIf returns the exit code of what may have failed, having said so.
func complainIf(err error) int {
	if err != nil {
		return complain(err, 1)
	}
	return 0
}
