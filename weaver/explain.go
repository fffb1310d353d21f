package weaver

// The explain command: why each registered rule is woven at some place, or why it is not.
//
// Nothing is matched here. The packages of a build are loaded and woven in memory, as by
// diff (see inspect.go), with a trace that is told of the first condition that a rule failed
// at each place (see match/why.go). Before that explainasked.go finds what is asked about in
// the sources; explainrules.go makes the answer, and explaintext.go prints it.

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// An explanation is what the explain command shows. With -json it is printed as one object,
// whose fields keep their names and meaning from version to version; new ones may be added.
type explanation struct {
	Asked   string `json:"asked"`             // as it was asked
	Kind    string `json:"kind"`              // what it is: function, method, line, type, variable, constant, package or file
	Name    string `json:"name,omitempty"`    // as messages have it
	Package string `json:"package,omitempty"` // its import path

	At listedPosition `json:"at,omitzero"` // where it is declared; not of a package

	// NotBuilt says why it is not part of the build. There are no rules then.
	NotBuilt string `json:"notBuilt,omitempty"`
	// Stops are the mistakes that end a build of its package, in the build's words.
	Stops []string `json:"stops,omitempty"`

	Rules []explainedRule `json:"rules"` // in the order in which they are woven
}

// An explainedRule is one rule and what becomes of it there. It has Sites or Why.
type explainedRule struct {
	Aspect   string         `json:"aspect"`
	Declared listedPosition `json:"declared"`
	Point    rule.Kind      `json:"point"`            // as list has it, like the next four
	Target   string         `json:"target,omitempty"` // "" for a pattern
	Where    []string       `json:"where,omitempty"`
	Advice   rule.Kind      `json:"advice"`
	Hook     string         `json:"hook,omitempty"`

	Woven bool            `json:"woven"`
	Sites []explainedSite `json:"sites,omitempty"` // where it is woven

	// Why is the first condition that is not met, with the values that were compared, and
	// Passed how many are met before it. Nearest is the place that met most of them, where
	// what was asked about has several.
	Why     string         `json:"why,omitempty"`
	Passed  int            `json:"passed,omitempty"`
	Nearest *explainedSite `json:"nearest,omitempty"`
	// Unrelated says that the rule is about another kind of thing, or names another thing.
	Unrelated bool `json:"unrelated,omitempty"`

	shown listedRule
}

// An explainedSite is a place in a source. Func is the declared function that it is in, if it
// is in one.
type explainedSite struct {
	Package string `json:"package"`
	File    string `json:"file,omitempty"` // "" for a package as a whole
	Line    int    `json:"line,omitempty"`
	Func    string `json:"func,omitempty"`
}

// An explainCall is a call of the command.
type explainCall struct {
	*command
	asked     string
	packages  []string
	json, all bool
}

// A notFoundError says that what is asked about is nowhere.
type notFoundError struct{ text string }

func (e *notFoundError) Error() string { return e.text }

// explain answers for a function, a line, a type, a variable or a package. The exit code is 1
// where there is no such thing.
func (c *command) explain() int {
	e, line, err := c.parseExplain()
	if err != nil {
		return complain(err, 2)
	}
	in, code := c.inspect(line)
	if code != 0 || in == nil {
		return code
	}
	defer in.close()
	x, err := e.answer(in)
	var missing *notFoundError
	switch {
	case errors.As(err, &missing):
		return complain(err, 1)
	case err != nil:
		return complain(fmt.Errorf("explain %s: %w", e.asked, err), 1)
	}
	if e.json {
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "\t")
		err = out.Encode(x)
	} else {
		_, err = os.Stdout.WriteString(x.text(in.g.Dir, e.all))
	}
	if err != nil {
		return complain(err, 1)
	}
	return 0
}

// parseExplain returns the call, and the command line of the build that it asks about.
func (c *command) parseExplain() (*explainCall, *register.CommandLine, error) {
	line, err := register.ParseCommandLine("weaver explain", c.args, os.Getenv("GOFLAGS"))
	if err != nil {
		return nil, nil, err
	}
	e := &explainCall{command: c, asked: line.Asked, packages: line.Patterns, json: line.Has("json"), all: line.Has("all")}
	switch _, _, isLine := askedLine(e.asked); {
	case e.asked == "":
		return nil, nil, errors.New("explain what? Name a function, such as net/http.Get or './orders.(*Shop).Buy', a line, such as main.go:12, or a package")
	case strings.Contains(e.asked, "..."):
		return nil, nil, fmt.Errorf("%s is a pattern of packages; name one thing to explain, and patterns behind it", e.asked)
	case !isLine && len(readings(e.asked)) == 0:
		return nil, nil, fmt.Errorf("%s is no name; write for instance net/http.Get, './orders.(*Shop).Buy', main.go:12 or ./orders", e.asked)
	}
	return e, line, nil
}

// answer explains what is asked about.
func (e *explainCall) answer(in *inspection) (*explanation, error) {
	s, err := e.find(in)
	if err != nil {
		return nil, err
	}
	x := &explanation{Asked: e.asked, Kind: s.kind, Name: s.name, At: s.at, NotBuilt: s.notBuilt, Rules: []explainedRule{}}
	if s.p != nil {
		x.Package = s.p.Path()
	}
	if s.notBuilt != "" {
		return x, nil
	}
	return x, in.explain(x, s)
}
