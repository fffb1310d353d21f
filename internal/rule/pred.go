package rule

import "slices"

// The kinds of [Pred].
const (
	PredParam      = "param"      // the parameter with Index has Type
	PredResult     = "result"     // the result with Index has Type
	PredRecv       = "recv"       // the receiver has Type
	PredReceiver   = "receiver"   // the name of the receiver's type, without package and star, matches the glob Text
	PredName       = "name"       // the name matches the glob Text
	PredPackage    = "package"    // the import path matches the glob Text
	PredExported   = "exported"   // the name is exported, and that of the receiver's type
	PredImplements = "implements" // the type of Item has all Methods; Type is the interface
	PredDirective  = "directive"  // the directive Text stands above; it may have Keys
	PredWithout    = "without"    // the directive Text does not stand above, for which other rules ask
	PredWords      = "words"      // the directive Text stands above and has a word without a key
	PredGenerated  = "generated"  // the file is generated
	PredInTests    = "tests"      // the file is a test's
	PredTestMain   = "testmain"   // the package is the main package that go test makes
	PredNot        = "not"        // the one of Of does not hold
	PredAny        = "any"        // one of Of holds
	PredAll        = "all"        // all of Of hold
)

// A Method is one that an interface asks for.
type Method struct {
	Name string `json:"name"`
	Pkg  string `json:"pkg,omitempty"` // of a name that is not exported
	Type Type   `json:"type"`          // func type without the receiver
}

// asks calls f for each predicate of that kind, those inside of others too.
func asks(preds []Pred, kind string, f func(*Pred)) {
	for i := range preds {
		if preds[i].Kind == kind {
			f(&preds[i])
		}
		asks(preds[i].Of, kind, f)
	}
}

// Directives returns the names of the directives that mean something to the rule, those that keep
// a function from it too.
func (r *Rule) Directives() []string {
	var out []string
	asks(r.Where, PredDirective, func(p *Pred) { out = append(out, p.Text) })
	return out
}

// Read returns the names of the directives that have to be known to match the rule.
func (r *Rule) Read() []string {
	out := r.Directives()
	for _, kind := range []string{PredWithout, PredWords} {
		asks(r.Where, kind, func(p *Pred) { out = append(out, p.Text) })
	}
	return out
}

// Wanted returns the names of the directives that the rule asks for.
func (r *Rule) Wanted() []string {
	var out []string
	askedFor(r.Where, func(p *Pred) { out = append(out, p.Text) })
	return out
}

// askedFor calls f for each predicate about a directive that is wanted, not one inside of Not.
func askedFor(preds []Pred, f func(*Pred)) {
	for i := range preds {
		switch p := &preds[i]; p.Kind {
		case PredDirective:
			f(p)
		case PredAny, PredAll:
			askedFor(p.Of, f)
		}
	}
}

// DirectiveKeys returns the keys that the rule allows in the directive of that name.
// asked says that the rule asks for the directive at all, and open that it allows others.
func (r *Rule) DirectiveKeys(name string) (keys []string, asked, open bool) {
	askedFor(r.Where, func(p *Pred) {
		if p.Text == name {
			asked, open, keys = true, open || len(p.Keys) == 0, append(keys, p.Keys...)
		}
	})
	return keys, asked, open
}

// Required returns the directives without which the rule matches nothing.
func (r *Rule) Required() []string { return required(r.Where) }

func required(preds []Pred) []string {
	var out []string
	for _, p := range preds {
		switch p.Kind {
		case PredDirective:
			out = append(out, p.Text)
		case PredAll:
			out = append(out, required(p.Of)...)
		}
	}
	return out
}

// AboutTests reports whether a predicate of the rule is about tests: only such rules
// know of the main package that go test makes.
func (r *Rule) AboutTests() bool {
	about := false
	for _, kind := range []string{PredInTests, PredTestMain} {
		asks(r.Where, kind, func(*Pred) { about = true })
	}
	return about
}

// OnlyTests reports whether the rule can match only what a go test compiles.
func (r *Rule) OnlyTests() bool { return onlyTests(r.Where) }

func onlyTests(preds []Pred) bool {
	return slices.ContainsFunc(preds, func(p Pred) bool {
		switch p.Kind {
		case PredInTests, PredTestMain:
			return true
		case PredAll:
			return onlyTests(p.Of)
		case PredAny:
			return !slices.ContainsFunc(p.Of, func(q Pred) bool { return !onlyTests([]Pred{q}) })
		}
		return false
	})
}
