package rule

import (
	"fmt"
	"slices"
	"strings"
)

// What a hook's signature tells before there is a target: whether it has the shape
// that its advice needs, whether it returns only what it took, and whether Take
// lists an item for each of its types. A pattern's targets and one that is given by
// name are not known where the rule is declared, and a hook that none of them could
// fit would be left out in silence.

// A part is one list of types in a hook's signature that is bound to items.
type part struct {
	noun    string // what a type of it is, for messages: parameter or result
	of      string // of what, for messages
	types   []Type
	instead string // what to do about a type that is at the target's other end

	exit     bool // it takes from the results, not from the receiver and the parameters
	given    bool // values only
	replaces bool // what stands in it takes the item's place
}

func (p part) name(i int) string { return fmt.Sprintf("%s %d%s", p.noun, i+1, p.of) }

func (p part) verb() string {
	if p.exit {
		return "returns"
	}
	return "takes"
}

// partsOf returns the parts of the hook in the order that Take lists them in.
func partsOf(advice Kind, hook *Signature) []part {
	own := part{noun: "parameter", types: hook.Params, instead: "take it in the exit function of an Around hook"}
	switch advice {
	case Around:
		own.instead = "take it in the exit function"
		return []part{own, {
			noun: "parameter", of: " of its exit function", types: hook.LastResult.Params, exit: true, given: true,
			instead: "take it in the hook itself",
		}}
	case Enclose:
		const of = " of the body it is given"
		own.types = own.types[:len(own.types)-1]
		own.instead = "make it a result of the body"
		return []part{own,
			{noun: "parameter", of: of, types: hook.LastParam.Params, given: true, replaces: true, instead: "make it a result there"},
			{noun: "result", of: of, types: hook.LastParam.Results, exit: true, given: true, replaces: true, instead: "make it a parameter there"},
		}
	}
	return []part{own}
}

// alone reports what is wrong with the hook whatever its target is.
func alone(advice Kind, hookName string, hook *Signature, take []Item) error {
	if err := shape(advice, hookName, hook); err != nil {
		return err
	}
	parts := partsOf(advice, hook)
	if err := givenElsewhere(advice, hookName, parts); err != nil {
		return err
	}
	results := hook.Results
	switch advice {
	case Enclose:
		if !slices.Equal(results, hook.LastParam.Results) {
			return fmt.Errorf("%s and the body it is given return different types; make them the same", hookName)
		}
		results = nil
	case Check, Around:
		results = results[:len(results)-1]
	}
	if err := untaken(advice, hookName, parts[0], results); err != nil {
		return err
	}
	if advice == Around {
		if err := untaken(advice, hookName, parts[1], hook.LastResult.Results); err != nil {
			return err
		}
	}
	return takes(advice, hookName, parts, take)
}

// shape reports a hook that lacks what the advice is about.
func shape(advice Kind, hookName string, hook *Signature) error {
	switch {
	case advice == Check && last(hook.Results) != ErrorType:
		return fmt.Errorf("%s is used by Check but does not return an error last; make error its last result, or use Before", hookName)
	case advice == Around && hook.LastResult == nil:
		if isNamed(last(hook.Results)) {
			return fmt.Errorf("%s is used by Around but returns a %s last, not a func that is written out; return one, such as func() or func(err error), or use Before", hookName, Pretty(last(hook.Results)))
		}
		return fmt.Errorf("%s is used by Around but does not return an exit function; return a func last, or use Before", hookName)
	case advice == Enclose && hook.LastParam == nil:
		if isNamed(last(hook.Params)) {
			return fmt.Errorf("%s is used by Enclose but takes a %s last, not a func that is written out; take one, such as func() or func() error, or use Before", hookName, Pretty(last(hook.Params)))
		}
		return fmt.Errorf("%s is used by Enclose but does not take the body; make a func its last parameter, or use Before", hookName)
	}
	return nil
}

func last(types []Type) Type {
	if len(types) == 0 {
		return ""
	}
	return types[len(types)-1]
}

// isNamed reports whether t is a declared type, which may be a func type. The
// predeclared ones are none.
func isNamed(t Type) bool {
	name, _, _ := strings.Cut(string(t), "[")
	return strings.Contains(name, ".") && !strings.ContainsAny(name, "*( ")
}

// untaken reports a result that no parameter of its type stands for.
func untaken(advice Kind, hookName string, p part, results []Type) error {
	left := slices.DeleteFunc(slices.Clone(p.types), isGiven)
	for i, r := range results {
		if j := slices.Index(left, r); j >= 0 {
			left = slices.Delete(left, j, j+1)
			continue
		}
		do := "take the value as a parameter too, or drop the result"
		switch {
		case advice != Before:
		case r == ErrorType:
			do = "use Check to end the function with it, or drop the result"
		case strings.HasPrefix(string(r), "func("):
			do = "use Around to run it at exit, or drop the result"
		}
		return fmt.Errorf("%s: result %d%s is %s, which the hook did not take; %s", hookName, i+1, p.of, Pretty(r), do)
	}
	return nil
}
