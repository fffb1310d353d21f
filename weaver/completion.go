package weaver

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// Completion in shells. The completion command prints a script for one (folder completion),
// which only knows where on a command line weaver stands: what may follow it asks the complete
// command, so that this is known in one place and the same in all of them.

//go:embed completion
var completions embed.FS

func shells() []string { return []string{"bash", "zsh", "fish"} }

func (c *command) printCompletion() int {
	if len(c.args) != 1 || !slices.Contains(shells(), c.args[0]) {
		return complain(fmt.Errorf("completion takes the name of a shell: %s; see go tool weaver help completion", strings.Join(shells(), ", ")), 2)
	}
	script, err := completions.ReadFile("completion/completion." + c.args[0])
	if err == nil {
		_, err = os.Stdout.Write(script)
	}
	return complainIf(err)
}

// A candidate is what a word may be completed to, and what it stands for.
type candidate struct{ word, doc string }

// complete prints what the last argument may become, a line each, with a tab before what it
// stands for. The others are the words between weaver and it.
func (c *command) complete() int {
	if len(c.args) == 0 {
		return complain(errors.New("complete is called by the scripts that go tool weaver completion prints, with the words of a command line"), 2)
	}
	typed := c.args[len(c.args)-1]
	for _, k := range c.candidates(c.args[:len(c.args)-1], typed) {
		switch {
		case !strings.HasPrefix(k.word, typed):
		case k.doc == "":
			fmt.Println(k.word)
		default:
			fmt.Println(k.word + "\t" + k.doc)
		}
	}
	return 0
}

// candidates returns what may stand behind the words, in the place of what is typed, which
// need not be the start of all of them.
func (c *command) candidates(words []string, typed string) []candidate {
	const here = "\x00" // what stands in the typed word's place
	call, err := parse(append(slices.Clone(words), here))
	switch {
	case err != nil || call.logFile == here:
		return nil
	case call.logLevel == here:
		return levelWords("")
	case call.name != here:
		call.args = call.args[:max(len(call.args)-1, 0)]
		return call.arguments(typed)
	case strings.HasPrefix(typed, "--log-level="):
		return levelWords("--log-level=")
	case strings.HasPrefix(typed, "-"):
		return plainWords("-q", "--strict", "--log-level=", "--log-file=", "-h")
	case strings.HasPrefix(typed, "GOOS="), strings.HasPrefix(typed, "GOARCH="):
		return call.platforms(typed)
	case typed != "" && strings.Trim(typed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == "":
		return plainWords("GOOS=", "GOARCH=", "CGO_ENABLED=", "GOFLAGS=", "GOEXPERIMENT=")
	}
	var out []candidate
	for _, s := range subcommands(nil) {
		if helpText(s.name) != "" {
			out = append(out, candidate{s.name, inShort(s.name)})
		}
	}
	return out
}

func plainWords(words ...string) []candidate {
	var out []candidate
	for _, w := range words {
		out = append(out, candidate{word: w})
	}
	return out
}

func levelWords(before string) []candidate {
	var out []candidate
	for _, l := range logs.LevelNames() {
		out = append(out, candidate{word: before + l})
	}
	return out
}

// platforms returns the values that the go command knows for GOOS or GOARCH.
func (c *command) platforms(typed string) []candidate {
	name, _, _ := strings.Cut(typed, "=")
	out, err := exec.Command(goProgram(), "tool", "dist", "list").Output()
	if err != nil {
		return nil
	}
	var words []string
	for _, p := range strings.Fields(string(out)) {
		goos, goarch, _ := strings.Cut(p, "/")
		if name == "GOOS" {
			goarch = goos
		}
		words = append(words, name+"="+goarch)
	}
	slices.Sort(words)
	return plainWords(slices.Compact(words)...)
}

// arguments returns what may stand behind a command and its arguments.
func (c *command) arguments(typed string) []candidate {
	if c.name == "go" {
		return c.goArguments(typed)
	}
	for _, s := range subcommands(nil) {
		if s.name != c.name {
			continue
		}
		if !strings.HasPrefix(typed, "-") {
			return append(plainWords(s.words...), c.packages(s.verb, typed)...)
		}
		return append(plainWords(append(s.flags, "-h")...), flagWords(s.verb)...)
	}
	return nil
}

// goArguments is arguments behind "go".
func (c *command) goArguments(typed string) []candidate {
	if len(c.args) == 0 {
		return append(plainWords(wovenVerbs()...), plainWords(plainVerbs()...)...)
	}
	verb := c.args[0]
	switch {
	case !slices.Contains(append(wovenVerbs(), "vet", "fmt", "fix", "generate"), verb):
		return nil
	case !strings.HasPrefix(typed, "-"):
		return c.packages(verb, typed)
	case slices.Contains(wovenVerbs(), verb):
		return flagWords(verb)
	}
	return nil
}

// flagWords returns the flags of what takes packages. What needs a value ends in "=".
func flagWords(verb string) []candidate {
	var out []candidate
	if verb == "" {
		return nil
	}
	for _, f := range register.Flags(verb) {
		word := "-" + f.Name
		if f.Value {
			word += "="
		}
		out = append(out, candidate{word: word})
	}
	return out
}

// packages returns the packages that may be named at the end of the arguments: by folders
// where what is typed starts like one, else by import paths as well.
func (c *command) packages(verb, typed string) []candidate {
	if n := len(c.args); verb == "" || n > 0 && register.NeedsValue(verb, c.args[n-1]) {
		return nil // a file, perhaps
	}
	g, err := c.goCommand("")
	if err != nil {
		return nil
	}
	cache, err := register.CacheDir()
	if err != nil {
		return nil
	}
	names, err := g.PackageNames(cache)
	if err != nil {
		return nil
	}
	var out []candidate
	for _, n := range names {
		if rel, err := filepath.Rel(g.Dir, n.Dir); n.Dir != "" && err == nil && filepath.IsLocal(rel) {
			out = append(out, folderWords(filepath.ToSlash(rel))...)
		}
		if typed != "" && typed[0] != '.' {
			out = append(out, candidate{word: n.Path})
		}
	}
	slices.SortFunc(out, func(a, b candidate) int { return strings.Compare(a.word, b.word) })
	return slices.Compact(out)
}

// folderWords returns how a folder below the working folder is named as a package, and the
// patterns that it fits.
func folderWords(rel string) []candidate {
	if rel == "." {
		return plainWords(".", "./...")
	}
	out := plainWords("./...", "./"+rel)
	for i, r := range rel {
		if r == '/' {
			out = append(out, candidate{word: "./" + rel[:i] + "/..."})
		}
	}
	return out
}
