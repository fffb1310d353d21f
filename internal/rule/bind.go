package rule

import (
	"fmt"
	"slices"
	"strings"
)

// The binding rule: values in, values out.
//
// A hook's parameters are taken, in order, from the target's receiver and
// parameters, those of an exit function from its results, each with the type of
// what it takes; the types of package hook are given by weaver (see given.go). What
// a hook returns is assigned back, in order, to what it took of that type. Where a
// type fits more items than the hook has parameters of it, nobody can tell which were
// meant: the rule is refused, and Take says it. A *T may be asked for where there is
// no item of that type but one of type T: the hook is then given the item's address.

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

// NewTarget returns the target of that signature; recv is empty for a function,
// and for a method no part of sig.
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

func (t *Target) entry() []Slot {
	if t.Recv == nil {
		return t.Params
	}
	return append([]Slot{*t.Recv}, t.Params...)
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

// An Arg says where one parameter of a hook comes from.
type Arg struct {
	Item
	Given Type // what weaver gives, such as [HookFuncType]; Item is zero
	Addr  bool // the item's address
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
// The binding is nil if there is an error, which is one sentence: what is wrong;
// what to do.
func Bind(advice Kind, hookName string, hook *Signature, take []Item, t *Target) (*Binding, error) {
	if err := alone(advice, hookName, hook, take); err != nil {
		return nil, err
	}
	b := &binder{advice: advice, hook: hookName, target: t, take: take}
	out, err := b.bind(hook)
	if err == nil {
		err = b.doubt()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// A binder binds one hook to one target.
type binder struct {
	advice Kind
	hook   string
	target *Target
	take   []Item // what Take lists, as far as it is not used up; nil without Take

	// What Take would mend is kept until the rest is known to be right: the first
	// type that fits more items than it is asked for, the first one out of order,
	// and the items that the hook's types were given for the time being.
	ambiguous  func(take string) error
	outOfOrder error
	given      []Item
}

func (b *binder) bind(hook *Signature) (*Binding, error) {
	t, out, results := b.target, &Binding{}, hook.Results
	switch b.advice {
	case Check:
		i := len(t.Results) - 1
		if i < 0 || t.Results[i].Type != ErrorType {
			return nil, fmt.Errorf("%s has no error as its last result, so Check could not end it with one; use Before, or a target that returns an error", t.Name)
		}
		out.Fail, results = &t.Results[i].Item, results[:len(results)-1]
	case Around:
		results = results[:len(results)-1]
	}
	var bound [][]Arg
	parts := partsOf(b.advice, hook)
	for _, p := range parts {
		args, err := b.args(p)
		if err != nil {
			return nil, err
		}
		bound = append(bound, args)
	}
	out.Args = bound[0]
	var err error
	switch b.advice {
	case Enclose:
		out.Body = &Binding{Args: bound[1]}
		for _, a := range bound[2] {
			out.Body.Rets = append(out.Body.Rets, a.Item)
		}
		out.Rets = out.Body.Rets
		return out, nil
	case Around:
		out.Exit = &Binding{Args: bound[1]}
		if out.Exit.Rets, err = b.rets(parts[1], hook.LastResult.Results, bound[1]); err != nil {
			return nil, err
		}
	}
	out.Rets, err = b.rets(parts[0], results, bound[0])
	return out, err
}

// args binds the types of one part to the target's items.
func (b *binder) args(p part) ([]Arg, error) {
	var out []Arg
	next := 0 // slots before it are taken or passed over
	for i, typ := range p.types {
		if isGiven(typ) {
			out = append(out, Arg{Given: typ})
			continue
		}
		var a Arg
		var err error
		if b.take != nil {
			a, err = b.taken(p, i, out)
		} else {
			a, next, err = b.find(p, i, next)
		}
		if err != nil {
			return nil, err
		}
		s := b.target.slot(a.Item)
		switch {
		case a.Addr && s.ReadOnly:
			return nil, fmt.Errorf("%s asks for the address of an item of type-parameter type; take it as any", b.who(p, i))
		case a.Addr && p.given:
			return nil, fmt.Errorf("%s is %s, the address of an item, and only values are handed over there; make it %s", b.who(p, i), Pretty(typ), Pretty(s.Type))
		case s.ReadOnly && p.replaces:
			return nil, fmt.Errorf("%s stands for an item of type-parameter type, which can only be read; leave it out", b.who(p, i))
		}
		out = append(out, a)
	}
	return out, nil
}

// find returns the slot that the part's type with index i takes: the first type of
// a kind takes the first slot of that kind, the second the second.
func (b *binder) find(p part, i, next int) (Arg, int, error) {
	slots := b.slots(p)
	want, addr := wanted(p.types[i], slots)
	var fit []int // indexes of slots
	for j, s := range slots {
		if s.Type == want {
			fit = append(fit, j)
		}
	}
	asked, nth := 0, 0
	for j, typ := range p.types {
		if w, _ := wanted(typ, slots); w == want && !isGiven(typ) {
			asked++
			if j < i {
				nth++
			}
		}
	}
	who, typ := b.who(p, i), Pretty(p.types[i])
	switch {
	case len(fit) == 0:
		return Arg{}, 0, b.missing(p, i)
	case asked > len(fit):
		return Arg{}, 0, fmt.Errorf("%s is %s, and the hook takes %d of that type, by value or by address, where %s has %d; take each once", who, typ, asked, b.target.Name, len(fit))
	case asked < len(fit):
		// What can be replaced goes first, so that the form that is proposed holds.
		slices.SortStableFunc(fit, func(x, y int) int { return btoi(slots[x].ReadOnly) - btoi(slots[y].ReadOnly) })
		if b.ambiguous == nil {
			b.ambiguous = func(take string) error {
				var others []string
				for _, j := range fit[asked:] {
					others = append(others, slots[j].String())
				}
				return fmt.Errorf("%s is %s, and %s has %d of that type, so it is ambiguous which is meant; add .Take(%s), listing %s for %s if that is meant",
					who, typ, b.target.Name, len(fit), take, strings.Join(others, " or "), p.name(i))
			}
		}
	case fit[nth] < next && b.outOfOrder == nil:
		b.outOfOrder = fmt.Errorf("%s is %s, which comes earlier in %s; put the hook's %ss in the target's order, which is %s", who, typ, b.target.Name, p.noun, list(slots))
	}
	item := slots[fit[nth]].Item
	b.given = append(b.given, item)
	return Arg{Item: item, Addr: addr}, fit[nth] + 1, nil
}

// doubt reports what the types leave open, once nothing else is wrong.
func (b *binder) doubt() error {
	if b.ambiguous != nil {
		return b.ambiguous(items(b.given))
	}
	return b.outOfOrder
}

// wanted returns the type of the items that a hook's type takes, and whether it
// takes their addresses.
func wanted(t Type, slots []Slot) (want Type, addr bool) {
	elem, pointer := strings.CutPrefix(string(t), "*")
	if !pointer || slices.ContainsFunc(slots, func(s Slot) bool { return s.Type == t }) {
		return t, false
	}
	return Type(elem), true
}

// missing reports a type that no item has.
func (b *binder) missing(p part, i int) error {
	who, typ, name, slots := b.who(p, i), p.types[i], b.target.Name, b.slots(p)
	isOf := func(slots []Slot) bool {
		return slices.ContainsFunc(slots, func(s Slot) bool { return s.Type == typ })
	}
	switch {
	case !p.exit && isOf(b.target.Results):
		return fmt.Errorf("%s is %s, which %s returns and does not take; %s", who, Pretty(typ), name, p.instead)
	case p.exit && isOf(b.target.entry()):
		return fmt.Errorf("%s is %s, which %s takes and does not return; %s", who, Pretty(typ), name, p.instead)
	case len(slots) == 0:
		return fmt.Errorf("%s is %s, but %s %s nothing; drop it", who, Pretty(typ), name, p.verb())
	case p.exit:
		return fmt.Errorf("%s is %s, which %s does not return; it returns, in order, %s", who, Pretty(typ), name, list(slots))
	}
	return fmt.Errorf("%s is %s, which %s does not have; it has, in order, %s", who, Pretty(typ), name, list(slots))
}

// rets binds the values that a hook returns to the items it took. That it took
// something of each type is known.
func (b *binder) rets(p part, results []Type, args []Arg) ([]Item, error) {
	used := make([]bool, len(args))
	var out []Item
next:
	for i, r := range results {
		readOnly := false
		for j, a := range args {
			if used[j] || a.Given != "" || a.Addr {
				continue
			}
			s := b.target.slot(a.Item)
			if s.Type == r && !s.ReadOnly {
				used[j] = true
				out = append(out, a.Item)
				continue next
			}
			readOnly = readOnly || s.Type == r
		}
		if readOnly {
			return nil, fmt.Errorf("%s: result %d%s is %s, for an item of type-parameter type, which can only be read; drop the result", b.hook, i+1, p.of, Pretty(r))
		}
		return nil, fmt.Errorf("%s: result %d%s is %s, which the hook took as an address; write to what that points to, and drop the result", b.hook, i+1, p.of, Pretty(r))
	}
	return out, nil
}

func (b *binder) slots(p part) []Slot {
	if p.exit {
		return b.target.Results
	}
	return b.target.entry()
}

func (b *binder) who(p part, i int) string { return b.hook + ": " + p.name(i) }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
