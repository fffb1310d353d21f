package weaver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// The resolved binding of a rule, as the list command shows it: what package rule bound,
// with names. Nothing here decides what goes where.

// A listedBinding is what goes into a function of the hook's and what comes out: the hook
// itself, and the exit function that it returns or the body that it is given.
type listedBinding struct {
	// Takes says where the values of the parameters come from. Those of the body replace
	// the item that is named.
	Takes []listedValue `json:"takes,omitempty"`
	// Returns says where the results go. Those of the body are the target's.
	Returns []listedValue `json:"returns,omitempty"`

	Exit *listedBinding `json:"exit,omitempty"` // of the exit function of Around
	Body *listedBinding `json:"body,omitempty"` // of the body that Enclose hands over
}

// A listedValue is a parameter or result of the hook's.
type listedValue struct {
	Name string    `json:"name,omitempty"` // in the hook's source, if it has one there
	Type rule.Type `json:"type"`
	Role role      `json:"role"`

	// Item is the target's part that it is bound to, such as instrument.Param(0),
	// ItemName what the target's source calls that, if it has a name there. Address says
	// that the hook is given the item's address.
	Item     string `json:"item,omitempty"`
	ItemName string `json:"itemName,omitempty"`
	Address  bool   `json:"address,omitempty"`
}

// A role says what a value of the hook's stands for.
type role string

const (
	roleItem     role = "item"     // the target's Item
	roleEntry    role = "entry"    // where the target is not known: its receiver or parameter of that type
	roleResult   role = "result"   // likewise: its result of that type
	roleTaken    role = "taken"    // likewise: what the hook took of that type
	roleFunc     role = "func"     // the *hook.Func, given by weaver, as are
	roleParams   role = "params"   // the hook.Params: all of the target's parameters,
	roleCaptured role = "captured" // the hook.Captured: what the rule's Capture names,
	roleEnded    role = "ended"    // the hook.Exit: how the target ended, and
	rolePanic    role = "panic"    // the hook.Panic: what it panicked with
	roleBody     role = "body"     // the body, given to the hook of Enclose
	roleExit     role = "exit"     // the exit function, called when the target ends
	roleError    role = "error"    // Check: ends the target, as its Item
	roleArgument role = "argument" // Append: added to the call's arguments, behind Item
	roleTarget   role = "target"   // Wrap of a reference: the target as a function, or what takes its place
	roleField    role = "field"    // the field of a new struct
	roleStruct   role = "struct"   // the new struct, by its address
	roleVariable role = "variable" // the variable
)

// bindRule binds the rule's hook to the target, which is nil for a pattern. The error is
// what a build says of a hook that does not fit, or of a body that can not be woven.
func bindRule(r *rule.Rule, t *register.Target, hook *register.Names) (*listedBinding, error) {
	if r.Point == rule.Literal || r.Point == rule.Variable {
		return bindValue(r, orNone(hook)), nil
	}
	b := &binding{rule: r, hook: orNone(hook), target: t}
	switch {
	case r.Point == rule.Reference && r.Advice == rule.Wrap:
		return b.reference(t)
	case t == nil, t.Open != "":
		b.target, b.take = nil, r.Take
		return b.list(&rule.Binding{Exit: &rule.Binding{}, Body: &rule.Binding{}}), nil
	case r.ByUse():
		bound, err := bindCall(r, t)
		if err != nil {
			return nil, err
		}
		return b.list(bound), nil
	}
	bound, err := rule.Bind(r.Advice, r.Hook.Short(), r.HookSig, r.Take, t.Items)
	if err != nil {
		return nil, err
	}
	if err := captures(r, t); err != nil {
		return nil, err
	}
	if t.Decl != nil {
		if why := match.Unweavable(*r.Target, t.File, t.Decl, r.Advice); why != "" {
			return nil, errors.New(t.Items.Name + " " + why)
		}
	}
	return b.list(bound), nil
}

// captures reports a selector whose root the target has not got. What type that is of,
// and so which fields there are, is found when the target is woven.
func captures(r *rule.Rule, t *register.Target) error {
	for _, s := range r.Capture {
		root, _, _ := strings.Cut(s, ".")
		if t.Names != nil && root != t.Recv && !slices.Contains(t.Names.Params, root) {
			return fmt.Errorf("Capture lists %q, and %s has no receiver or parameter called %s; correct the selector", s, t.Items.Name, root)
		}
	}
	return nil
}

// bindCall binds the hook of a rule on calls: what it takes and returns is all of the
// target's, in order.
func bindCall(r *rule.Rule, t *register.Target) (*rule.Binding, error) {
	sig, in, out := signed(t)
	if err := rule.BindCall(r.Advice, r.Hook.Short(), r.HookSig, t.Items.Name, sig); err != nil {
		return nil, err
	}
	b := &rule.Binding{Rets: out}
	switch r.Advice {
	case rule.Wrap:
		in = out
	case rule.Append:
		b.Rets, in = in[len(in)-1:], nil
	}
	for _, p := range r.HookSig.Params {
		if p == rule.HookFuncType {
			b.Args = append(b.Args, rule.Arg{Given: p})
			continue
		}
		b.Args, in = append(b.Args, rule.Arg{Item: in[0]}), in[1:]
	}
	return b, nil
}

// signed returns the target's signature with the receiver of a method first, and its items.
func signed(t *register.Target) (sig *rule.Signature, in, out []rule.Item) {
	sig = &rule.Signature{Variadic: t.Variadic}
	if t.Items.Recv != nil {
		sig.Params, in = append(sig.Params, t.Items.Recv.Type), append(in, t.Items.Recv.Item)
	}
	for _, s := range t.Items.Params {
		sig.Params, in = append(sig.Params, s.Type), append(in, s.Item)
	}
	for _, s := range t.Items.Results {
		sig.Results, out = append(sig.Results, s.Type), append(out, s.Item)
	}
	return sig, in, out
}

// reference binds a hook that is given the target as a function.
func (b *binding) reference(t *register.Target) (*listedBinding, error) {
	r := b.rule
	if t.Open == "" {
		sig, _, _ := signed(t)
		if err := rule.BindRef(r.Advice, r.Hook.Short(), r.HookSig, t.Items.Name, sig); err != nil {
			return nil, err
		}
	}
	out := &listedBinding{}
	for i, p := range r.HookSig.Params {
		v := listedValue{Name: nth(b.hook.Params, i), Type: p, Role: roleTarget}
		if p == rule.HookFuncType {
			v.Role = roleFunc
		}
		out.Takes = append(out.Takes, v)
	}
	out.Returns = []listedValue{{Name: nth(b.hook.Results, 0), Type: r.HookSig.Results[0], Role: roleTarget}}
	return out, nil
}

// A binding lists one rule's. Without a target it lists what the hook asks of any, with
// the items that are left in take.
type binding struct {
	rule   *rule.Rule
	hook   *register.Names
	target *register.Target
	take   []rule.Item
}

// list returns the binding of the whole hook. Without a target bound is empty.
func (b *binding) list(bound *rule.Binding) *listedBinding {
	sig, out := b.rule.HookSig, &listedBinding{}
	params, results := sig.Params, sig.Results
	// What the first parameters and results stand for where there is no target.
	asks, gives := roleEntry, roleTaken
	switch b.rule.Advice {
	case rule.Enclose:
		params, gives = params[:len(params)-1], roleResult
	case rule.Around, rule.Check:
		results = results[:len(results)-1]
	case rule.Replace:
		gives = roleResult
	case rule.Wrap:
		asks = roleResult
	case rule.Append:
		gives = roleArgument
	}
	out.Takes = b.takes(params, b.hook.Params, bound.Args, asks)
	switch b.rule.Advice {
	case rule.Around:
		out.Exit = b.exit(bound.Exit)
	case rule.Enclose:
		out.Takes = append(out.Takes, listedValue{Name: nth(b.hook.Params, len(params)), Type: sig.Params[len(params)], Role: roleBody})
		out.Body = b.body(bound.Body)
	}
	out.Returns = b.gives(results, b.hook.Results, bound.Rets, gives)
	if len(results) < len(sig.Results) {
		out.Returns = append(out.Returns, b.last(bound))
	}
	return out
}

// exit returns the binding of the exit function of Around.
func (b *binding) exit(bound *rule.Binding) *listedBinding {
	sig, names := b.rule.HookSig.LastResult, orNone(b.hook.LastResult)
	out := &listedBinding{Takes: b.takes(sig.Params, names.Params, bound.Args, roleResult)}
	out.Returns = b.gives(sig.Results, names.Results, bound.Rets, roleTaken)
	return out
}

// body returns the binding of the body that Enclose hands over. Its results are those of
// the hook too, so Take lists them once.
func (b *binding) body(bound *rule.Binding) *listedBinding {
	sig, names := b.rule.HookSig.LastParam, orNone(b.hook.LastParam)
	out := &listedBinding{Takes: b.takes(sig.Params, names.Params, bound.Args, roleEntry)}
	take := b.take
	out.Returns = b.gives(sig.Results, names.Results, bound.Rets, roleResult)
	b.take = take
	return out
}

// last returns the hook's last result, which is not assigned to anything: the exit
// function of Around, or the error of Check.
func (b *binding) last(bound *rule.Binding) listedValue {
	results := b.rule.HookSig.Results
	i := len(results) - 1
	v := listedValue{Name: nth(b.hook.Results, i), Type: results[i], Role: roleExit}
	if b.rule.Advice == rule.Check {
		v.Role, v.Item = roleError, rule.Item{Kind: rule.Result, Index: -1}.String()
		if bound.Fail != nil {
			v.Item, v.ItemName = bound.Fail.String(), b.nameOf(*bound.Fail)
		}
	}
	return v
}

func orNone(n *register.Names) *register.Names {
	if n == nil {
		return &register.Names{}
	}
	return n
}

// takes lists parameters. args is nil without a target; open is the role of a value then.
func (b *binding) takes(types []rule.Type, names []string, args []rule.Arg, open role) []listedValue {
	var out []listedValue
	for i, t := range types {
		v := listedValue{Name: nth(names, i), Type: t}
		switch {
		case givenRole(t) != "":
			v.Role = givenRole(t)
		case args != nil:
			v.Address = args[i].Addr
			b.bind(&v, args[i].Item)
		default:
			b.ask(&v, open)
		}
		out = append(out, v)
	}
	return out
}

// givenRole returns the role of a type that weaver gives, or "".
func givenRole(t rule.Type) role {
	return map[rule.Type]role{
		rule.HookFuncType: roleFunc, rule.HookParamsType: roleParams, rule.HookCapturedType: roleCaptured,
		rule.HookExitType: roleEnded, rule.HookPanicType: rolePanic,
	}[t]
}

// gives lists results, in the same way.
func (b *binding) gives(types []rule.Type, names []string, items []rule.Item, open role) []listedValue {
	var out []listedValue
	for i, t := range types {
		v := listedValue{Name: nth(names, i), Type: t, Role: open}
		switch {
		case items != nil:
			b.bind(&v, items[i])
		case open == roleResult:
			b.ask(&v, open)
		}
		if open == roleArgument {
			v.Role = open
		}
		out = append(out, v)
	}
	return out
}

func (b *binding) bind(v *listedValue, item rule.Item) {
	v.Role, v.Item, v.ItemName = roleItem, item.String(), b.nameOf(item)
}

// ask binds v to the next item that Take lists, or leaves it open.
func (b *binding) ask(v *listedValue, open role) {
	if len(b.take) == 0 {
		v.Role = open
		return
	}
	v.Role, v.Item, b.take = roleItem, b.take[0].String(), b.take[1:]
}

// nameOf returns what the target's source calls the item, or "".
func (b *binding) nameOf(i rule.Item) string {
	t := b.target
	switch {
	case t == nil:
		return ""
	case i.Kind == rule.Recv:
		return t.Recv
	case t.Names == nil:
		return ""
	case i.Kind == rule.Param:
		return nth(t.Names.Params, i.Index)
	}
	return nth(t.Names.Results, i.Index)
}

func nth(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return ""
}
