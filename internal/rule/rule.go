// Package rule is the data form of aspects.
//
// Package instrument makes it from the Go values that a user declares, the
// registration binary prints it, the plan carries it to every toolexec process,
// and packages match and weave read it there. It is plain data: no reflection,
// no go/types, nothing that depends on where it was made.
package rule

import "strings"

// A Kind of join point or advice is the lower-case word that errors and logs use.
type Kind string

// The join points.
const (
	Body      Kind = "body"      // the body of a function, a method or a function literal
	Call      Kind = "call"      // a call of a function or method
	Reference Kind = "reference" // a function or method that is used as a value
	Literal   Kind = "literal"   // a value that is made of a struct type
	Struct    Kind = "struct"    // the definition of a struct type
	Variable  Kind = "variable"  // a package-level variable or constant
	Package   Kind = "package"   // a package
)

// The advices.
const (
	Before  Kind = "before"  // hook runs at entry
	Check   Kind = "check"   // hook's error ends the function
	Around  Kind = "around"  // hook returns the function that runs at exit
	Enclose Kind = "enclose" // hook is given the body as a function
	Replace Kind = "replace" // hook stands in the target's place
	Wrap    Kind = "wrap"    // hook is given a value and returns what takes its place
	Append  Kind = "append"  // hook's values are added to the variadic arguments
	Amend   Kind = "amend"   // hook is given the address of a new struct
	Set     Kind = "set"     // a variable or constant is given another value; no hook
	Add     Kind = "add"     // a struct gets another field; no hook
	AddFile Kind = "file"    // a package gets another file; no hook
	Import  Kind = "import"  // programs with the package get another one too; no hook
)

// An Aspect is a named set of rules.
type Aspect struct {
	Name  string `json:"name"`
	Doc   string `json:"doc,omitempty"`
	Rules []Rule `json:"rules"`
}

// A Rule is one join point with one advice.
type Rule struct {
	// ID stands for the rule in what is kept with archives: a digest of all the rest
	// but Pos. Package register sets it.
	ID string `json:"id,omitempty"`
	// Aspect names the aspect that the rule belongs to.
	Aspect string `json:"aspect"`
	// Pos is the file:line of the declaration. It serves messages only and is
	// never part of a cache key.
	Pos string `json:"pos"`

	Point Kind `json:"point"`
	// Target names what the rule is about: a function, a struct type, a variable or
	// constant; of a package, its path alone. It is nil for a pattern.
	Target *Func `json:"target,omitempty"`
	// Type is the struct type in full, where it was given by value: of an instance of a
	// generic type, which is Target, with its type arguments.
	Type Type `json:"type,omitempty"`
	// Field is that of a struct: the one whose value is wrapped, or that is added.
	Field *Field `json:"field,omitempty"`
	// Sig is the target's signature, where it was given by value: as in a method
	// expression, with the receiver of a method as the first parameter.
	Sig   *Signature `json:"sig,omitempty"`
	Where []Pred     `json:"where,omitempty"` // all must hold

	// Strict has what is a finding about the rule stop the build.
	Strict bool `json:"strict,omitempty"`

	// Scope lists the package patterns that the rule applies to, and
	// [MainModules] for the main modules. Never empty.
	Scope []string `json:"scope"`

	Advice  Kind       `json:"advice"`
	Hook    Func       `json:"hook,omitzero"`     // zero for an advice without one
	HookSig *Signature `json:"hookSig,omitempty"` // nil for a hook given by name, until it is read from source
	Take    []Item     `json:"take,omitempty"`    // explicit binding of the hook's parameters
	Capture []string   `json:"capture,omitempty"` // selectors on the target's receiver and parameters
	Options []Option   `json:"options,omitempty"` // constants handed to the hook in a hook.Func
	Limits  []Limit    `json:"limits,omitempty"`  // what options may be
	Words   *Words     `json:"words,omitempty"`   // how many words without a key a directive has; nil for any number
	// CaptureWords has those words be more selectors.
	CaptureWords bool `json:"captureWords,omitempty"`

	Value *Option `json:"value,omitempty"` // Set: the constant; its Key is empty
	File  *File   `json:"file,omitempty"`  // AddFile
	// Links are packages without hooks that a program needs for the rule: what an added
	// file is linked to by name, and what Import names.
	Links []string `json:"links,omitempty"`
}

// A Field is one of a struct.
type Field struct {
	Name string `json:"name"`
	Type Type   `json:"type,omitempty"` // "" if it was not given
}

// A File is Go source that is added to a package.
type File struct {
	Name   string `json:"name"` // without a folder, ending in .go
	Source string `json:"source"`
}

// MainModules is the scope of all packages of the main modules, and Everywhere
// that of all packages.
const (
	MainModules = "@main"
	Everywhere  = "..."
)

// Pattern reports whether the rule finds its targets by description or by use
// and so may meet packages that its author did not think of. Such a rule never
// weaves a package in the import closure of a hook.
func (r *Rule) Pattern() bool { return r.Target == nil || r.ByUse() }

// ByUse reports whether the rule finds its targets where they are used, not where they
// are declared.
func (r *Rule) ByUse() bool {
	return r.Point == Call || r.Point == Reference || r.Point == Literal
}

// Packages returns the packages that a program needs for what the rule weaves: the
// hook's, and Links.
func (r *Rule) Packages() []string {
	if r.Hook.Pkg == "" {
		return r.Links
	}
	return append([]string{r.Hook.Pkg}, r.Links...)
}

// A Signature holds the parameter and result types of a function as type strings
// (see [Type]). A method's receiver is not among them, but in [Rule.Sig] and for
// [BindCall], which have it first.
type Signature struct {
	Params   []Type `json:"params,omitempty"`
	Results  []Type `json:"results,omitempty"`
	Variadic bool   `json:"variadic,omitempty"` // the last parameter is ...T and stands as []T

	// LastParam and LastResult describe a hook's last parameter and result where
	// they are functions: the body that an Enclose hook is given, and the exit
	// function that an Around hook returns. Nothing needs them of a target.
	LastParam  *Signature `json:"lastParam,omitempty"`
	LastResult *Signature `json:"lastResult,omitempty"`
}

// A Type is a Go type in one canonical spelling: names are qualified by the full
// import path, aliases are resolved, any is interface{}, byte is uint8, rune is
// int32, and there are no parameter names. An instance of a generic type has its
// arguments spelled in the same way, between brackets and with a comma and no blank
// between them: example.com/a.Pair[interface{},*net/http.Request]. Two types are
// identical if and only if their spellings are equal. That leaves out types local to
// a function, struct types with fields and interface types with methods that have no
// name. Package instrument spells reflect types, package match go/types ones, and
// package register those in a hook's source.
type Type string

// The types with a meaning of their own in a hook's signature.
const (
	ErrorType Type = "error"
	AnyType   Type = "interface{}"

	HookFuncType     Type = "*github.com/goweaver/weaver/instrument/hook.Func"
	HookParamsType   Type = "github.com/goweaver/weaver/instrument/hook.Params"
	HookCapturedType Type = "github.com/goweaver/weaver/instrument/hook.Captured"
	HookExitType     Type = "github.com/goweaver/weaver/instrument/hook.Exit"
	HookPanicType    Type = "github.com/goweaver/weaver/instrument/hook.Panic"
)

// A Pred is one condition of a rule.
type Pred struct {
	Kind    string   `json:"kind"` // PredParam and so on, which say what the rest means
	Index   int      `json:"index,omitempty"`
	Type    Type     `json:"type,omitempty"`
	Text    string   `json:"text,omitempty"`
	Item    *Item    `json:"item,omitempty"`
	Methods []Method `json:"methods,omitempty"`
	Keys    []string `json:"keys,omitempty"`
	Of      []Pred   `json:"of,omitempty"`
}

// Type returns the func type of that signature.
func (s *Signature) Type() Type {
	join := func(ts []Type, variadic bool) string {
		out := ""
		for i, t := range ts {
			if i > 0 {
				out += ", "
			}
			if variadic && i == len(ts)-1 {
				t = "..." + t[len("[]"):]
			}
			out += string(t)
		}
		return out
	}
	res := join(s.Results, false)
	switch len(s.Results) {
	case 0:
	case 1:
		res = " " + res
	default:
		res = " (" + res + ")"
	}
	return Type("func(" + join(s.Params, s.Variadic) + ")" + res)
}

// Chan returns the type of the channel of that element. The prefix is "chan ",
// "<-chan " or "chan<- ".
func Chan(prefix string, elem Type) Type {
	if prefix == "chan " && strings.HasPrefix(string(elem), "<-") {
		elem = "(" + elem + ")" // chan <-chan T is a chan<- chan T
	}
	return Type(prefix) + elem
}
