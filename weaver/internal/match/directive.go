package match

// Directives: comments such as //weaver:span op=checkout, by which a source asks for a
// rule. What they are about is told by where they stand; see notes.go.

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// directivePrefix is what weaver's own directives start with.
const directivePrefix = "//weaver:"

// A directive is one that stands alone on its line.
type directive struct {
	name string // as HasDirective has it: span for //weaver:span, dd:span for //dd:span
	pos  token.Pos
	from token.Pos // of the comment that it stands in
	args []string  // words without a key
	keys []keyed
	err  error // why the words are not all there is, or nil

	literal bool // it is about a function literal
}

// A keyed word is key=value.
type keyed struct{ key, value string }

// text returns the directive without its words, as it is written.
func (d *directive) text() string { return written(d.name) }

// isOwn reports whether a directive of that name is one of weaver's.
func isOwn(name string) bool {
	return !strings.Contains(name, ":") || strings.HasPrefix(name, "weaver:")
}

func written(name string) string {
	if strings.Contains(name, ":") {
		return "//" + name
	}
	return directivePrefix + name
}

// parseDirective parses a comment, or returns nil if it is no directive.
func parseDirective(comment string) *directive {
	word, rest := comment, ""
	if i := strings.IndexFunc(comment, unicode.IsSpace); i >= 0 {
		word, rest = comment[:i], comment[i:]
	}
	name, ok := strings.CutPrefix(word, "//")
	tool, _, colon := strings.Cut(name, ":")
	if !ok || !colon || tool == "" || strings.ContainsFunc(tool, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return nil
	}
	d := &directive{name: name}
	if short, own := strings.CutPrefix(name, "weaver:"); own && !strings.Contains(short, ":") {
		d.name = short
	}
	for d.err == nil {
		if rest = strings.TrimLeftFunc(rest, unicode.IsSpace); rest == "" {
			break
		}
		rest, d.err = d.word(rest)
	}
	return d
}

// word takes one word from the start of s, which is not blank, and returns the rest. A
// value, or a word without a key, is a Go string in quotes or ends at a blank.
func (d *directive) word(s string) (rest string, err error) {
	key, value := "", s
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("=\"`", r) })
	if end >= 0 && s[end] == '=' {
		if key, value = s[:end], s[end+1:]; key == "" {
			return "", fmt.Errorf("has %s without a key", shortened(s))
		}
	}
	if quoted, err := strconv.QuotedPrefix(value); err == nil && quoted[0] != '\'' {
		rest, value = value[len(quoted):], quoted
		if value, err = strconv.Unquote(quoted); err != nil || rest != "" && strings.TrimLeftFunc(rest, unicode.IsSpace) == rest {
			return "", fmt.Errorf("has %s, where a quoted string does not end a word", shortened(s))
		}
	} else {
		if i := strings.IndexFunc(value, unicode.IsSpace); i >= 0 {
			value, rest = value[:i], value[i:]
		}
		if strings.ContainsAny(value, "\"`") {
			return "", fmt.Errorf("has %s, where quotes do not stand around a whole string", shortened(s))
		}
	}
	if key == "" {
		d.args = append(d.args, value)
	} else {
		d.keys = append(d.keys, keyed{key, value})
	}
	return rest, nil
}

// shortened returns the start of s for a message.
func shortened(s string) string {
	const most = 30 // characters
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// CheckDirectives returns findings about the directives in the package, which is parsed,
// that are wrong whatever they are about: that have words which mean nothing, or that no
// rule asks for or that stand at nothing. Those last two are the user's to know only in
// the main modules, and only of weaver's own directives: what others mean by theirs is
// not known.
func CheckDirectives(u *Unit, p *source.Package) []Finding {
	if NeverWoven(u.ImportPath) {
		return nil
	}
	c := &checker{unit: u, pkg: p, asked: u.asked()}
	for _, f := range p.Files {
		n := readNotes(p, f, c.asked)
		all := slices.Concat(n.placed, n.loose)
		slices.SortFunc(all, func(a, b *directive) int { return int(a.pos - b.pos) })
		for _, d := range all {
			c.directive(d, slices.Contains(n.placed, d))
		}
	}
	return c.found
}

// Directed reports whether [CheckDirectives] could find something, as far as the
// package's bytes tell.
func (u *Unit) Directed(p *source.Package) bool {
	if NeverWoven(u.ImportPath) {
		return false
	}
	return u.InMain() && p.Contains(directivePrefix) ||
		slices.ContainsFunc(u.asked(), func(name string) bool { return p.Contains(written(name)) })
}

// asked returns the directives that rules of the plan ask for, sorted.
func (u *Unit) asked() []string {
	var out []string
	for i := range u.Plan.Rules {
		out = append(out, u.Plan.Rules[i].Directives()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type checker struct {
	unit  *Unit
	pkg   *source.Package
	asked []string
	found []Finding
}

func (c *checker) find(d *directive, r *rule.Rule, text string) {
	f := Finding{Pos: c.pkg.Place(d.pos), Aspect: "weaver", Text: d.text() + " " + text}
	if r != nil {
		f.Aspect, f.Rule = r.Aspect, r.ID
	}
	c.found = append(c.found, f)
}

// directive checks one directive; placed says that it is about something.
func (c *checker) directive(d *directive, placed bool) {
	own := isOwn(d.name) && c.unit.InMain()
	switch asked := slices.Contains(c.asked, d.name); {
	case d.name == "ignore":
		if own {
			c.ignore(d, placed)
		}
	case !asked && own:
		c.find(d, c.strict(), "is asked for by no registered rule; "+c.instead())
	case !asked:
	case !placed && own:
		c.find(d, nil, "is about nothing there; let it stand alone on its line in the comment directly above a function declaration, or directly above the line on which a function literal starts")
	case placed:
		c.askedFor(d)
	}
}

// strict returns a rule that asks for a directive and that the build must not lack: one that
// nobody asks for may have been meant for it.
func (c *checker) strict() *rule.Rule {
	for i := range c.unit.Plan.Rules {
		if r := &c.unit.Plan.Rules[i]; r.Strict && len(r.Wanted()) > 0 {
			return r
		}
	}
	return nil
}

// ignore checks a directive that leaves something out. What its author takes for left out
// must be.
func (c *checker) ignore(d *directive, placed bool) {
	if !placed {
		c.find(d, nil, "is about nothing there; let it stand alone on its line above a function, the line of a function literal, or a declaration of variables, constants or types, or for the whole file before the package clause")
		return
	}
	words := d.args
	for _, k := range d.keys {
		words = append(words, k.key+"="+k.value)
	}
	if d.err != nil {
		c.find(d, nil, d.err.Error()+"; name aspects, or nothing for all of them")
	}
	for _, w := range words {
		if !slices.ContainsFunc(c.unit.Plan.Rules, func(r rule.Rule) bool { return r.Aspect == w }) {
			c.find(d, nil, fmt.Sprintf("names %q, and no registered aspect is called so; name aspects, or nothing for all of them", w))
			return
		}
	}
}

// instead says what to do about a directive that no rule asks for.
func (c *checker) instead() string {
	var known []string
	for _, name := range c.asked {
		known = append(known, written(name))
	}
	if len(known) == 0 {
		return "register the aspect that does, or drop it"
	}
	return "correct it to one of " + strings.Join(known, ", ") + ", or register the aspect that does"
}

// askedFor checks the words of a directive that rules ask for.
func (c *checker) askedFor(d *directive) {
	var first *rule.Rule // that could be about it
	var keys []string
	anyKey, heard, meant := false, false, false
	for i := range c.unit.Plan.Rules {
		r := &c.unit.Plan.Rules[i]
		k, asked, open := r.DirectiveKeys(d.name)
		if !asked {
			continue
		}
		if first == nil && c.unit.excludes(r) == "" {
			first = r
		}
		keys = append(keys, k...)
		if r.HookSig == nil || r.HookSig.TakesFunc() || r.CaptureWords && len(d.keys) == 0 {
			heard, anyKey = true, anyKey || open
		}
		meant = meant || !d.literal || asksForLiterals(r)
	}
	if first == nil {
		return
	}
	if !meant {
		c.find(d, first, "is about a function literal there, and asked for only by rules that are about others; put it above a function declaration, or drop it")
		return
	}
	if d.err != nil {
		c.find(d, first, d.err.Error()+"; write words, key=value or key=\"a value\", with blanks between them")
	}
	if !heard && len(d.keys)+len(d.args) > 0 {
		c.find(d, first, fmt.Sprintf("has words, but %s takes no *hook.Func to find them in; drop them, or add that parameter", first.Hook.Short()))
		return
	}
	slices.Sort(keys)
	for _, w := range d.keys {
		if !anyKey && !slices.Contains(keys, w.key) {
			c.find(d, first, fmt.Sprintf("has the key %s, which no rule knows; write one of %s", w.key, strings.Join(slices.Compact(keys), ", ")))
		}
	}
}

// unfit is said where a directive asks for rules, and does nothing: the hook of none of
// them fits, or none is about the function. A word that names nothing is told even where
// another rule for the directive has no use for it.
func (m *matcher) unfit(f *function, rules []*rule.Rule, fits map[string]bool, errs map[string]*misfit) {
	for _, d := range f.directives {
		e := errs[d.name]
		if fits[d.name] {
			if e != nil && e.words {
				m.findAt(e.rule, d.pos, fmt.Sprintf("%s does less than it says, since %v", d.text(), e.err))
			}
			continue
		}
		if e != nil {
			m.findAt(e.rule, d.pos, d.text()+" does nothing, since "+e.err.Error())
		} else if r := idle(d, rules); r != nil {
			m.findAt(r, d.pos, fmt.Sprintf("%s does nothing, since the rule that asks for it has other conditions too, which %s does not meet; drop the directive, or change one of them", d.text(), f.target.Name))
		}
	}
}

// idle returns the first of the rules that ask for the directive, if all of them are about
// functions that have it and none is about this one. A rule on uses may find one in the
// function or not, and one that is about functions without the directive is kept off.
func idle(d *directive, rules []*rule.Rule) *rule.Rule {
	var first *rule.Rule
	for _, r := range rules {
		switch _, asked, _ := r.DirectiveKeys(d.name); {
		case !asked:
		case r.Point != rule.Body, !slices.Contains(r.Required(), d.name):
			return nil
		case first == nil:
			first = r
		}
	}
	return first
}

// A misfit is a rule whose hook does not fit a function.
type misfit struct {
	rule  *rule.Rule
	err   error
	words bool // what does not fit is a word of the directive
}
