package instrument

import (
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// An Aspect is a named set of rules that are switched on and off together. It is
// listed in the registration file, orchestrion.tool.go.
type Aspect struct {
	// Name stands in errors, findings and logs. It is one word, unique among the
	// registered aspects.
	Name string
	// Doc says in one lower-case line without a period what the aspect is for.
	Doc string
	// Scope lists where the rules apply. Without it a rule that names the body it
	// changes applies wherever that body is, and every other rule to the packages
	// of the main modules.
	Scope []Scope
	// Rules are woven in this order: of several on one join point the first is the
	// outermost.
	Rules []Rule
	// Strict stops a build in which a rule can not be woven where it matches, or a directive
	// that a rule asks for is mistaken; otherwise that is a finding, and the program is as
	// without the rule there. It is for what a program must not run without, such as a check
	// of rights.
	Strict bool
}

// A Scope is a set of packages: [MainModules], [Everywhere], or an import path in
// which ... stands for any string, as in the go command's package patterns
// ("example.com/shop/..." includes example.com/shop itself).
type Scope string

const (
	// MainModules is the packages of the module that is built; in a workspace, of
	// all its modules.
	MainModules Scope = rule.MainModules
	// Everywhere is all packages of the build, those of dependencies and of the
	// standard library too. A rule that matches by description still leaves out
	// whatever a hook itself needs, since it would call itself for ever.
	Everywhere Scope = rule.Everywhere
)

// A Rule is one join point with one advice. The zero value is not valid: rules
// come from the advice methods of a join point, such as [Body.Before].
//
// A rule holds what it was declared with and the lines that did, and nothing is
// looked at before [Validate] and [Describe]: aspects are declared in each of the
// processes that a build starts for each package, and only one of those asks.
type Rule struct {
	point  rule.Kind
	target any // a function, a targetName, or described{} for a pattern
	preds  []Predicate
	pos    position // of the join point
	part   part     // of a join point that is no function

	advice  rule.Kind // "" in the zero value
	hook    any       // a function, or a NamedFunc
	advised position

	take    []Item
	taken   position // not known without Take
	options []constant
	limits  []limit
	words   *words // nil without Words

	capture      []string
	captured     position // not known without Capture
	captureWords position // not known without CaptureWords
}

// A targetName is a target that is given by name.
type targetName string

// A constant is what With was given.
type constant struct {
	key   string
	value any
	pos   position
}

func (r Rule) advise(advice rule.Kind, hook any, p position) Rule {
	r.advice, r.hook, r.advised = advice, hook, p
	return r
}

// Take returns the rule with an explicit binding: the items are what the hook's
// parameters take, in order, those that are given by weaver left out, and then what
// those of its exit function or of the body take. It is needed where a type alone
// does not tell which item is meant, and it is for rules on a body. An item too many or too few,
// one listed twice, and one of another type are mistakes. Of several Takes the last one
// counts.
func (r Rule) Take(items ...Item) Rule {
	r.take, r.taken = slices.Clone(items), here()
	return r
}

// With returns the rule with a constant that the hook finds in its *hook.Func
// under that key. The value is a string, a boolean, or an integer or floating-point
// number of any size; the hook gets it as string, bool, int64 or float64. A time.Duration is an
// int64 of nanoseconds, for which a directive has text such as 50ms. Any other value is a
// mistake, and so is With where the hook has no *hook.Func to find it in. Of several with one key
// the last one counts.
func (r Rule) With(key string, value any) Rule {
	r.options = append(slices.Clip(r.options), constant{key, value, here()})
	return r
}

// At returns the rule with its mistakes told at that line, but for those of the join point,
// which has one of its own: the rule's advice and all that was set before At. See [Here].
func (r Rule) At(p Position) Rule {
	r.advised = p.pos
	for _, set := range []*position{&r.taken, &r.captured, &r.captureWords} {
		if set.known() {
			*set = p.pos
		}
	}
	r.options, r.limits = slices.Clone(r.options), slices.Clone(r.limits)
	for i := range r.options {
		r.options[i].pos = p.pos
	}
	for i := range r.limits {
		r.limits[i].pos = p.pos
	}
	if r.words != nil {
		r.words = &words{r.words.least, r.words.most, p.pos}
	}
	return r
}
