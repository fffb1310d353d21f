package instrumenttest

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// A testCase is one file of testdata.
type testCase struct {
	file    string // as the pattern found it
	archive *txtar.Archive
	goMod   string            // "" for the usual one
	sources map[string]*input // what is written to the module's folder
	run     map[string]string // the files below run/
	wants   map[string]*input // the files below want/
	expect  []*expectation    // the want comments, in order
}

// An input is a file of the case.
type input struct {
	data string
	line int // of the case, on which its first line is
}

// An expectation is one regular expression of a want comment.
type expectation struct {
	name string // of the source
	line int    // of the source
	re   *regexp.Regexp
	met  bool
}

// The want files with a meaning of their own. All others are goldens.
var wantNames = []string{"error", "findings", "sites", "nothing", "stdout", "stderr", "exit"}

func readCase(file string) (*testCase, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	c := &testCase{
		file: filepath.ToSlash(file), archive: txtar.Parse(data),
		sources: map[string]*input{}, run: map[string]string{}, wants: map[string]*input{},
	}
	if strings.TrimSpace(string(c.archive.Comment)) == "" {
		return nil, fmt.Errorf("%s: the case begins with no claim; write above its files what it shows", c.file)
	}
	at := 1 + bytes.Count(c.archive.Comment, []byte("\n"))
	for _, f := range c.archive.Files {
		in := &input{string(f.Data), at + 1}
		at += 1 + strings.Count(in.data, "\n")
		if err := c.add(f.Name, in); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", c.file, in.line-1, err)
		}
	}
	return c, nil
}

// add takes a file of the case for what its name says it is.
func (c *testCase) add(name string, in *input) error {
	dir, rest, _ := strings.Cut(name, "/")
	switch {
	case !filepath.IsLocal(filepath.FromSlash(name)):
		return fmt.Errorf("%s is outside of the module; give it a path below", name)
	case name == "go.mod":
		c.goMod = in.data
		return nil
	case name == "orchestrion.tool.go" || name == "go.work" || name == "go.sum":
		return fmt.Errorf("a case has no %s; the aspects are those that Run is given, and the modules those of their module", name)
	case dir == "run":
		if !slices.Contains([]string{"env", "args", "stdin"}, rest) {
			return fmt.Errorf("there is no %s; the files are run/env, run/args and run/stdin", name)
		}
		c.run[rest] = in.data
		return nil
	case dir == "want":
		if !slices.Contains(wantNames, rest) && !strings.HasSuffix(rest, ".go") {
			return fmt.Errorf("there is no %s; the files are want/%s and woven Go files", name, strings.Join(wantNames, ", want/"))
		}
		c.wants[rest] = in
		return nil
	}
	c.sources[name] = in
	if strings.HasSuffix(name, ".go") {
		found, err := expectations(name, in.data)
		c.expect = append(c.expect, found...)
		if err != nil {
			return err
		}
	}
	return nil
}

// claims reports whether anything is asked of the case.
func (c *testCase) claims() bool { return len(c.expect)+len(c.wants) > 0 }

// runs reports whether the case asks something of the program when it runs.
func (c *testCase) runs() bool {
	return c.wants["stdout"] != nil || c.wants["stderr"] != nil || c.wants["exit"] != nil
}

// write writes the sources to the folder, in which there is nothing else but go.mod.
func (c *testCase) write(dir string) error {
	old, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range old {
		if e.Name() == "go.mod" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	for name, in := range c.sources {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(in.data), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// place returns a line of one of the sources as a line of the case.
func (c *testCase) place(name string, line int) string {
	in := c.sources[name]
	if in == nil || line == 0 {
		return c.file
	}
	return fmt.Sprintf("%s:%d", c.file, in.line+line-1)
}

// located returns a message of the go command with the lines of sources as lines of
// the case.
func (c *testCase) located(message string) string {
	re := regexp.MustCompile(`(?m)(^|\s)(?:\./)?([^\s:]+):(\d+)`)
	return re.ReplaceAllStringFunc(message, func(s string) string {
		m := re.FindStringSubmatch(s)
		if c.sources[m[2]] == nil {
			return s
		}
		line, _ := strconv.Atoi(m[3])
		return m[1] + c.place(m[2], line)
	})
}

// expectations returns what the want comments in a Go file ask for.
func expectations(name, src string) ([]*expectation, error) {
	var out []*expectation
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(src))
	var s scanner.Scanner
	s.Init(file, []byte(src), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return out, nil
		}
		if tok != token.COMMENT {
			continue
		}
		rest, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimSuffix(text[2:], "*/")), "want ")
		if !ok {
			continue
		}
		line := fset.PositionFor(pos, false).Line
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return out, fmt.Errorf("%s:%d: the want comment goes on with %s, which is no quoted regular expression", name, line, rest)
			}
			pattern, _ := strconv.Unquote(quoted)
			re, err := regexp.Compile(pattern)
			if err != nil {
				return out, fmt.Errorf("%s:%d: %w", name, line, err)
			}
			out = append(out, &expectation{name: name, line: line, re: re})
			rest = rest[len(quoted):]
		}
	}
}
