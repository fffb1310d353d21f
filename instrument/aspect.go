package instrument

import (
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
type Rule struct {
	made  bool
	rule  rule.Rule
	pos   position
	errs  []mistake
	bound *mistake // what is wrong with the hook; Take and With look anew
}

// A mistake is an error of a declaration, with the line that made it.
type mistake struct {
	pos position
	err error
}

func (r Rule) mistaken(p position, err error) Rule {
	if err != nil {
		r.errs = append(r.errs[:len(r.errs):len(r.errs)], mistake{p, err})
	}
	return r
}

// An Item is a part of a target that a hook can take: [Recv], [Param] or [Result].
type Item struct{ item rule.Item }

// Recv is the receiver of a method.
var Recv = Item{rule.Item{Kind: rule.Recv}}

// Param returns the parameter with index i: the first one is 0, the last one -1.
func Param(i int) Item { return Item{rule.Item{Kind: rule.Param, Index: i}} }

// Result returns the result with index i: the first one is 0, the last one -1.
func Result(i int) Item { return Item{rule.Item{Kind: rule.Result, Index: i}} }

// Take returns the rule with an explicit binding: the items are what the hook's
// parameters take, in order, parameters of type *hook.Func left out, and then what
// those of its exit function or of the body take. It is needed where a type alone
// does not tell which item is meant.
func (r Rule) Take(items ...Item) Rule {
	p := here()
	if r.rule.Point != rule.Body {
		return r.mistaken(p, errorf("Take binds to the items of a body, and this rule is on a %s; drop it", r.rule.Point))
	}
	r.rule.Take = nil
	for _, i := range items {
		r.rule.Take = append(r.rule.Take, i.item)
	}
	return r.bind(p)
}

// With returns the rule with a constant that the hook finds in its *hook.Func
// under that key. The value is a string, a boolean, or an integer or floating-point
// number of any size; the hook gets it as string, bool, int64 or float64.
func (r Rule) With(key string, value any) Rule {
	p := here()
	o, err := option(key, value)
	if err != nil {
		return r.mistaken(p, err)
	}
	r.rule.Options = append(r.rule.Options[:len(r.rule.Options):len(r.rule.Options)], o)
	return r.bind(p)
}
