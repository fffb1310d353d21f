package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The binding rule: values in, values out.
//
// A hook's parameters are taken, in order, from the target's receiver and
// parameters, those of an exit function from its results, each with the type of
// what it takes; a *hook.Func is given by weaver. What a hook returns is assigned
// back, in order, to what it took of that type. Where a type fits more items than
// the hook has parameters of it, nobody can tell which were meant: the rule is
// refused, and Take says it. A *T may be asked for where there is no item of that
// type but one of type T: the hook is then given the item's address.

// An Item is a part of a target: its receiver, a parameter or a result.
type Item struct {
	Kind  string `json:"kind"`            // recv, param or result
	Index int    `json:"index,omitempty"` // from 0; a negative one counts from the end, -1 being the last
}

// The kinds of [Item].
const (
	Recv   = "recv"
	Param  = "param"
	Result = "result"
)

// String returns the item as it is written for Take.
func (i Item) String() string {
	switch i.Kind {
	case Recv:
		return "instrument.Recv"
	case Param:
		return fmt.Sprintf("instrument.Param(%d)", i.Index)
	}
	return fmt.Sprintf("instrument.Result(%d)", i.Index)
}

// A Slot is an item of one target with its type.
type Slot struct {
	Item
	Type Type
	// ReadOnly marks an item whose type has a type parameter: a hook is given it
	// as any and can not replace it.
	ReadOnly bool
}

// A Target is what a hook's signature is held against.
type Target struct {
	Name    string // for messages
	Recv    *Slot
	Params  []Slot
	Results []Slot
}

// NewTarget returns the target of that signature; recv is empty for a function.
func NewTarget(name string, recv Type, sig *Signature) *Target {
	t := &Target{Name: name}
	if recv != "" {
		t.Recv = &Slot{Item: Item{Kind: Recv}, Type: recv}
	}
	for i, p := range sig.Params {
		t.Params = append(t.Params, Slot{Item: Item{Param, i}, Type: p})
	}
	for i, r := range sig.Results {
		t.Results = append(t.Results, Slot{Item: Item{Result, i}, Type: r})
	}
	return t
}

// An Arg says where one parameter of a hook comes from.
type Arg struct {
	Item
	Func bool // the *hook.Func; Item is zero
	Addr bool // the item's address
}

// A Binding says what a hook takes from its target and what its results replace.
type Binding struct {
	Args []Arg
	Rets []Item   // what the hook's results are assigned to, in order, the last one of Check, Around aside
	Fail *Item    // Check: the result that gets the error
	Exit *Binding // Around: the exit function's
	Body *Binding // Enclose: what the body's parameters and results replace
}

// Bind holds the hook's signature against the target, for an advice on a body.
// Each error is one sentence: what is wrong; what to do.
func Bind(advice Kind, hookName string, hook *Signature, take []Item, t *Target) (*Binding, error) {
	if err := shape(advice, hookName, hook); err != nil {
		return nil, err
	}
	b := &binder{hook: hookName, target: t, take: take}
	params, results := hook.Params, hook.Results
	out := &Binding{}
	switch advice {
	case Check:
		i := len(t.Results) - 1
		if i < 0 || t.Results[i].Type != ErrorType {
			return nil, fmt.Errorf("%s has no error as its last result, so Check could not end it with one; use Before, or a target that returns an error", t.Name)
		}
		out.Fail = &t.Results[i].Item
		results = results[:len(results)-1]
	case Around:
		results = results[:len(results)-1]
	case Enclose:
		params = params[:len(params)-1]
	}
	var err error
	if out.Args, err = b.args("", params, t.entry()); err != nil {
		return nil, err
	}
	switch advice {
	case Enclose:
		out.Rets, out.Body, err = b.body(hook, t)
	case Around:
		if out.Exit, err = b.exit(hook.LastResult, t); err != nil {
			return nil, err
		}
		fallthrough
	default:
		out.Rets, err = b.rets("", results, out.Args, t)
	}
	if err == nil && len(b.take) > 0 {
		err = fmt.Errorf("Take lists %d items more than %s takes; drop %v", len(b.take), hookName, b.take[0])
	}
	return out, err
}

// shape reports a hook that no target could make fit the advice.
func shape(advice Kind, hookName string, hook *Signature) error {
	switch {
	case advice == Check && (len(hook.Results) == 0 || hook.Results[len(hook.Results)-1] != ErrorType):
		return fmt.Errorf("%s is used by Check but does not return an error last; make error its last result, or use Before", hookName)
	case advice == Around && hook.LastResult == nil:
		return fmt.Errorf("%s is used by Around but does not return an exit function; return a func last, or use Before", hookName)
	case advice == Enclose && hook.LastParam == nil:
		return fmt.Errorf("%s is used by Enclose but does not take the body; make a func its last parameter, or use Before", hookName)
	}
	return nil
}

type binder struct {
	hook   string
	target *Target
	take   []Item // what Take lists, as far as it is not used up
}

func (t *Target) entry() []Slot {
	if t.Recv == nil {
		return t.Params
	}
	return append([]Slot{*t.Recv}, t.Params...)
}

// args binds params to slots. of says whose parameters they are, for messages.
func (b *binder) args(of string, params []Type, slots []Slot) ([]Arg, error) {
	var out []Arg
	next := 0 // slots before it are taken or passed over
	for i, p := range params {
		if p == HookFuncType {
			out = append(out, Arg{Func: true})
			continue
		}
		who := fmt.Sprintf("%s: parameter %d%s", b.hook, i+1, of)
		if b.take != nil {
			a, err := b.taken(who, p, slots)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
			continue
		}
		a, at, err := b.find(who, p, params, slots, next)
		if err != nil {
			return nil, err
		}
		out, next = append(out, a), at+1
	}
	return out, nil
}

// find returns the slot at or after next that the parameter of type p takes.
func (b *binder) find(who string, p Type, params []Type, slots []Slot, next int) (Arg, int, error) {
	want, addr := p, false
	isWant := func(s Slot) bool { return s.Type == want }
	if !slices.ContainsFunc(slots, isWant) {
		if elem, ok := strings.CutPrefix(string(p), "*"); ok {
			want, addr = Type(elem), true
		}
	}
	var fit []Slot
	for _, s := range slots {
		if isWant(s) {
			fit = append(fit, s)
		}
	}
	if len(fit) == 0 {
		return Arg{}, 0, fmt.Errorf("%s is %s, which %s does not have; it has, in order, %s", who, Pretty(p), b.target.Name, list(slots))
	}
	asked := 0
	for _, q := range params {
		if q == p {
			asked++
		}
	}
	if asked > len(fit) {
		return Arg{}, 0, fmt.Errorf("%s is %s, and the hook takes %d of that type where %s has %d; take each once", who, Pretty(p), asked, b.target.Name, len(fit))
	}
	if asked < len(fit) {
		return Arg{}, 0, fmt.Errorf("%s is %s, and %s has %d of that type, so it is ambiguous which is meant; add .Take(…) with one of %s for it", who, Pretty(p), b.target.Name, len(fit), items(fit))
	}
	at := slices.IndexFunc(slots[next:], isWant)
	if at < 0 {
		return Arg{}, 0, fmt.Errorf("%s is %s, which comes earlier in %s; put the hook's parameters in the target's order, which is %s", who, Pretty(p), b.target.Name, list(slots))
	}
	s := slots[next+at]
	if addr && s.ReadOnly {
		return Arg{}, 0, fmt.Errorf("%s asks for the address of an item of type-parameter type; take it as any", who)
	}
	return Arg{Item: s.Item, Addr: addr}, next + at, nil
}

// taken returns the next item that Take lists.
func (b *binder) taken(who string, p Type, slots []Slot) (Arg, error) {
	if len(b.take) == 0 {
		return Arg{}, fmt.Errorf("%s is not covered by Take; list one item for each of the hook's parameters that is not a *hook.Func", who)
	}
	want := b.take[0]
	b.take = b.take[1:]
	for _, s := range slots {
		if s.Item != b.target.resolve(want) {
			continue
		}
		switch {
		case s.Type == p:
			return Arg{Item: s.Item}, nil
		case "*"+s.Type == p && !s.ReadOnly:
			return Arg{Item: s.Item, Addr: true}, nil
		}
		return Arg{}, fmt.Errorf("%s is %s, but %v of %s is %s; make the types equal", who, Pretty(p), want, b.target.Name, Pretty(s.Type))
	}
	return Arg{}, fmt.Errorf("%s takes %v, which %s does not have there; it has %s", who, want, b.target.Name, items(slots))
}

// resolve returns i with an index from the start.
func (t *Target) resolve(i Item) Item {
	if i.Index < 0 {
		switch i.Kind {
		case Param:
			i.Index += len(t.Params)
		case Result:
			i.Index += len(t.Results)
		}
	}
	return i
}

// rets binds the values that a hook returns to the items it took.
func (b *binder) rets(of string, results []Type, args []Arg, t *Target) ([]Item, error) {
	used := make([]bool, len(args))
	var out []Item
next:
	for i, r := range results {
		for j, a := range args {
			if used[j] || a.Func || a.Addr {
				continue
			}
			if s := t.slot(a.Item); s.Type == r && !s.ReadOnly {
				used[j] = true
				out = append(out, a.Item)
				continue next
			}
		}
		return nil, fmt.Errorf("%s: result %d%s is %s, which the hook did not take; take the value as a parameter too, or drop the result", b.hook, i+1, of, Pretty(r))
	}
	return out, nil
}

func (b *binder) exit(fn *Signature, t *Target) (*Binding, error) {
	const of = " of its exit function"
	args, err := b.args(of, fn.Params, t.Results)
	if err != nil {
		return nil, err
	}
	for i, a := range args {
		if a.Func || a.Addr {
			return nil, fmt.Errorf("%s: parameter %d%s is given by address or is a *hook.Func; take the result by value, and the *hook.Func in the hook itself", b.hook, i+1, of)
		}
	}
	rets, err := b.rets(of, fn.Results, args, t)
	return &Binding{Args: args, Rets: rets}, err
}

// body binds the function that an Enclose hook is given: its parameters replace
// the target's, its results are the target's, and the hook returns the same.
func (b *binder) body(hook *Signature, t *Target) ([]Item, *Binding, error) {
	const of = " of the body it is given"
	fn := hook.LastParam
	args, err := b.args(of, fn.Params, t.entry())
	if err != nil {
		return nil, nil, err
	}
	res, err := b.args(of, fn.Results, t.Results)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (results)", err)
	}
	for _, a := range slices.Concat(args, res) {
		if a.Func || a.Addr || t.slot(a.Item).ReadOnly {
			return nil, nil, fmt.Errorf("%s: the body it is given takes or returns something else than the target's own values; use the types that %s has", b.hook, t.Name)
		}
	}
	if !slices.Equal(hook.Results, fn.Results) {
		return nil, nil, errors.New(b.hook + " and the body it is given return different types; make them the same")
	}
	out := &Binding{Args: args}
	for _, r := range res {
		out.Rets = append(out.Rets, r.Item)
	}
	return out.Rets, out, nil
}

func (t *Target) slot(i Item) Slot {
	switch i.Kind {
	case Recv:
		return *t.Recv
	case Param:
		return t.Params[i.Index]
	}
	return t.Results[i.Index]
}

func list(slots []Slot) string {
	if len(slots) == 0 {
		return "nothing"
	}
	var b []string
	for _, s := range slots {
		b = append(b, Pretty(s.Type))
	}
	return strings.Join(b, ", ")
}

func items(slots []Slot) string {
	var b []string
	for _, s := range slots {
		b = append(b, s.String())
	}
	return strings.Join(b, ", ")
}

// Pretty returns t with each import path cut to its last element and the plain
// names of predeclared types, as a reader expects to see it.
func Pretty(t Type) string {
	s := strings.ReplaceAll(string(t), string(AnyType), "any")
	var b strings.Builder
	word := 0 // where in b the current path starts
	for _, r := range s {
		switch r {
		case '/':
			kept := b.String()[:word]
			b.Reset()
			b.WriteString(kept)
			continue
		case '*', '[', ']', '(', ')', ',', ' ', '{', '}':
			b.WriteRune(r)
			word = b.Len()
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Fits reports what is wrong with the rule as far as the signatures that it holds
// tell: the hook's is known, the target's perhaps only when it is woven.
func (r *Rule) Fits() error {
	hook := r.Hook.Short()
	if len(r.Options) > 0 && !r.HookSig.TakesFunc() {
		return fmt.Errorf("%s is given %q by With but takes no *hook.Func to find it in; add that parameter", hook, r.Options[0].Key)
	}
	if r.Point == Call {
		if r.Sig == nil {
			return nil
		}
		return BindCall(r.Advice, hook, r.HookSig, r.Target.Short(), r.Sig)
	}
	if r.Sig == nil {
		return shape(r.Advice, hook, r.HookSig)
	}
	sig, recv := *r.Sig, Type("")
	if r.Target.Recv != "" {
		recv, sig.Params = sig.Params[0], sig.Params[1:]
	}
	_, err := Bind(r.Advice, hook, r.HookSig, r.Take, NewTarget(r.Target.Short(), recv, &sig))
	return err
}
