package rule

import (
	"fmt"
	"slices"
)

// Take, the explicit form of a binding: it lists an item for each of the hook's
// types, part by part, and order and type need not tell.

// takes reports what is wrong with the list whatever the target is.
func takes(advice Kind, hookName string, parts []part, take []Item) error {
	if take == nil {
		return nil
	}
	for _, p := range parts {
		var before []Item
		for i, typ := range p.types {
			if isGiven(typ) {
				before = append(before, Item{})
				continue
			}
			who := hookName + ": " + p.name(i)
			if len(take) == 0 {
				return fmt.Errorf("%s is not covered by Take; list an item for each of the hook's parameters that is not given by weaver%s", who, rest(advice))
			}
			item := take[0]
			take = take[1:]
			if p.exit != (item.Kind == Result) {
				return misplaced(who, p, item)
			}
			if j := slices.Index(before, item); j >= 0 {
				return twice(who, p, item, j)
			}
			before = append(before, item)
		}
	}
	if len(take) > 0 {
		return fmt.Errorf("Take lists more than %s takes; drop %s", hookName, items(take))
	}
	return nil
}

// rest says what Take lists after the hook's own parameters.
func rest(advice Kind) string {
	switch advice {
	case Around:
		return ", and then for each parameter of its exit function"
	case Enclose:
		return ", and then for each parameter and result of the body"
	}
	return ""
}

func misplaced(who string, p part, item Item) error {
	if p.exit {
		return fmt.Errorf("%s takes %v, but only results can be taken there; list an instrument.Result for it, or %s", who, item, p.instead)
	}
	return fmt.Errorf("%s takes %v, but there is no result at entry; list another item for it, or %s", who, item, p.instead)
}

func twice(who string, p part, item Item, first int) error {
	return fmt.Errorf("%s takes %v, which %s takes already; list each item once", who, item, p.name(first))
}

// taken returns the next item that Take lists, for the part's type with index i;
// before is what those before it take.
func (b *binder) taken(p part, i int, before []Arg) (Arg, error) {
	typ, who, slots := p.types[i], b.who(p, i), b.slots(p)
	item := b.take[0]
	b.take = b.take[1:]
	at := slices.IndexFunc(slots, func(s Slot) bool { return s.Item == b.target.resolve(item) })
	switch {
	case len(slots) == 0:
		return Arg{}, fmt.Errorf("%s takes %v, but %s %s nothing; drop the parameter and the item", who, item, b.target.Name, p.verb())
	case at < 0:
		return Arg{}, fmt.Errorf("%s takes %v, which %s does not have; it has %s", who, item, b.target.Name, items(itemsOf(slots)))
	}
	s := slots[at]
	if j := slices.IndexFunc(before, func(a Arg) bool { return a.Item == s.Item }); j >= 0 {
		return Arg{}, twice(who, p, item, j)
	}
	switch {
	case s.Type == typ:
		return Arg{Item: s.Item}, nil
	case "*"+s.Type == typ:
		return Arg{Item: s.Item, Addr: true}, nil
	}
	return Arg{}, fmt.Errorf("%s is %s, but %v of %s is %s; make the types equal", who, Pretty(typ), item, b.target.Name, Pretty(s.Type))
}
