package weaver

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// A listing is what the list command shows. With -json it is printed as one object,
// whose fields keep their names and meaning from version to version; new ones may be
// added. Types are spelled with full import paths, any as interface{}.
type listing struct {
	// File is the registration file, and Default is true where the module has none, so
	// that the file is weaver's own. File is "" outside a module.
	File    string `json:"file"`
	Default bool   `json:"default,omitempty"`

	Aspects []listedAspect `json:"aspects"` // in the order in which they are woven
}

type listedAspect struct {
	Name   string       `json:"name"`
	Doc    string       `json:"doc,omitempty"`
	Strict bool         `json:"strict,omitempty"` // what can not be woven stops the build
	Rules  []listedRule `json:"rules"`
}

// A listedRule is one rule and what became of it. It has a binding or a problem.
type listedRule struct {
	Point rule.Kind `json:"point"` // what kind of thing the rule is about, such as body or call
	// Target is that thing: a function, method, type, variable or constant, written as
	// BodyNamed and its like take it, or the import path of a package. It is "" for a
	// pattern, which has no one target; Where is the predicates, in Go's syntax.
	Target string `json:"target,omitempty"`
	// Field is that of a struct which is wrapped or added.
	Field *listedField `json:"field,omitempty"`

	Where []string `json:"where,omitempty"`
	where []rule.Pred
	// Scope lists where the rule applies: package patterns, "@main" for the main modules,
	// "..." for everywhere.
	Scope []string `json:"scope"`

	Advice rule.Kind      `json:"advice"`
	Hook   string         `json:"hook,omitempty"` // import/path.Func; not every advice has one
	With   []listedOption `json:"with,omitempty"` // the constants that the hook is given
	Take   []string       `json:"take,omitempty"` // the explicit binding, such as instrument.Param(0)

	// Words is how many words without a key a directive has, if that is not any number.
	Words string `json:"words,omitempty"`
	// CaptureWords has the words of directives be more selectors.
	CaptureWords bool     `json:"captureWords,omitempty"`
	Capture      []string `json:"capture,omitempty"` // selectors on the target's receiver and parameters
	Set          string   `json:"set,omitempty"`     // the value that is set, in Go's syntax
	File         string   `json:"file,omitempty"`    // the name of the file that is added
	Needs        []string `json:"needs,omitempty"`   // packages that a program is linked with for the rule, the hook's aside

	Declared listedPosition `json:"declared"`

	// Binding is what the hook takes from the target and gives back. Of a pattern, or
	// where Open says why the target is not known before it is woven, it has what the
	// hook asks of a match instead.
	Binding *listedBinding `json:"binding,omitempty"`
	Open    string         `json:"open,omitempty"`

	// Problem is why nothing is woven, in the words of the build that would say so.
	Problem string `json:"problem,omitempty"`

	// Sites says at how many places the rule is woven, where packages were named.
	Sites *listedSites `json:"sites,omitempty"`
	id    string
}

// A listedField is a field of a struct. Its type may not be known before it is woven.
type listedField struct {
	Name string    `json:"name"`
	Type rule.Type `json:"type,omitempty"`
}

// A listedPosition is a line of a file on disk. The line is 0 if it is not known.
type listedPosition struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// A listedOption is a constant. Its value is in Go's syntax.
type listedOption struct {
	Key   string `json:"key"`
	Kind  string `json:"kind"` // string, bool, int64, float64 or duration
	Value string `json:"value"`
	May   string `json:"may,omitempty"` // what it may be instead, where the rule has limits
}

// list prints what is registered, for people or with -json for programs, and of packages
// that are named how often each rule is woven there. A rule that can not be woven is shown
// as such and is no failure: only its build tells whether it is wanted there.
func (c *command) list() int {
	line, err := register.ParseCommandLine("weaver list", c.args, os.Getenv("GOFLAGS"))
	if err == nil && line.Has("test") && len(line.Patterns) == 0 {
		err = errors.New("-test is about packages, and none is named")
	}
	if err != nil {
		return complain(err, 2)
	}
	g, err := c.goCommand(line.Chdir)
	if err != nil {
		return complain(err, 1)
	}
	reg, code := c.prepare(g, line, false)
	if code != 0 {
		return code
	}
	l := &listing{Aspects: []listedAspect{}}
	if reg != nil {
		if l, err = newListing(reg); err != nil {
			return complain(err, 1)
		}
	}
	if reg != nil && len(line.Patterns) > 0 {
		in, bad := c.inspect(line)
		if in == nil {
			return bad
		}
		defer in.close()
		if code, err = in.count(l); err != nil {
			return complain(err, 1)
		}
	}
	if line.Has("json") {
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "\t")
		err = out.Encode(l)
	} else {
		_, err = os.Stdout.WriteString(l.text(g.Dir))
	}
	if err != nil {
		return complain(err, 1)
	}
	return code
}

func newListing(reg *register.Registration) (*listing, error) {
	targets, err := reg.Targets()
	if err != nil {
		return nil, err
	}
	names := reg.HookNames()
	l := &listing{File: reg.File, Default: reg.Default}
	n := 0 // rules of the plan done
	for _, a := range reg.Aspects {
		la := listedAspect{Name: a.Name, Doc: a.Doc}
		la.Strict = len(a.Rules) > 0 && a.Rules[0].Strict
		for i := range a.Rules {
			r, t := &a.Rules[i], targets[n]
			if t != nil && t.Missing != "" && !reg.Plan.Declares(r.Pos) {
				// An aspect of another module knows libraries that this one may not use.
				t = &register.Target{Open: "this module has no such package"}
			}
			la.Rules = append(la.Rules, listRule(r, t, names[n]))
			n++
		}
		l.Aspects = append(l.Aspects, la)
	}
	return l, nil
}

// listRule shows a rule. The target is nil for a pattern.
func listRule(r *rule.Rule, t *register.Target, hook *register.Names) listedRule {
	out := listedRule{
		id: r.ID, Point: r.Point, Scope: r.Scope, Advice: r.Advice, Declared: position(r.Pos), where: r.Where,
		Capture: r.Capture, CaptureWords: r.CaptureWords, Needs: r.Links,
	}
	if r.Words != nil {
		out.Words = r.Words.String()
	}
	if r.Hook.Pkg != "" {
		out.Hook = r.Hook.String()
	}
	out.listPart(r)
	for _, p := range r.Where {
		out.Where = append(out.Where, predicate(p, func(t rule.Type) string { return string(t) }))
	}
	for _, o := range r.Options {
		out.With = append(out.With, listedOption{o.Key, o.Kind, o.Shown(), r.Allowed(o)})
	}
	for _, i := range r.Take {
		out.Take = append(out.Take, i.String())
	}
	if t != nil && t.Generic && r.ByUse() {
		t = &register.Target{Open: "it is generic, and the rule is about the instances that the hook fits"}
	}
	if t != nil {
		out.Open = t.Open
		if out.Problem = problem(r, t); out.Problem != "" {
			return out
		}
	}
	if r.Hook.Pkg == "" {
		return out
	}
	b, err := bindRule(r, t, hook)
	if err != nil {
		out.Problem = err.Error()
	}
	out.Binding = b
	return out
}

// problem returns why the rule's target can not be woven whatever the hook is, or "".
func problem(r *rule.Rule, t *register.Target) string {
	switch {
	case t.Missing != "":
		return fmt.Sprintf("nothing to weave: %s; correct the name, or keep the rule for modules that have the package", t.Missing)
	case t.Interface:
		return fmt.Sprintf("%s is a method of an interface, which has no body; name the method of a type", r.Target.Short())
	case t.Wrong != "":
		return t.Wrong
	case t.Absent:
		return match.NoTarget(*r.Target)
	}
	return match.OfNeverWoven(r)
}

// position parses file:line.
func position(s string) listedPosition {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return listedPosition{File: s}
	}
	line, err := strconv.Atoi(s[i+1:])
	if err != nil {
		return listedPosition{File: s}
	}
	return listedPosition{filepath.FromSlash(s[:i]), line}
}
