package instrument

import (
	"fmt"

	"github.com/goweaver/weaver/internal/rule"
)

// An Item is a part of a target that a hook can take: [Recv], [Param] or [Result].
// A plain number is none of them, so Take(1) is a mistake.
type Item int64

// An item is its kind, shifted so far that no number that somebody might write for
// an index is one, and its index.
const (
	itemShift = 40

	itemRecv   Item = 1 << itemShift
	itemParam  Item = 2 << itemShift
	itemResult Item = 3 << itemShift
)

// Recv is the receiver of a method. What has none lacks the item.
const Recv = itemRecv

// Param returns the parameter with index i: the first one is 0, the last one -1. The
// receiver is not counted, and func(a, b string) has two. [Rule.Take] of one that the target
// does not have is a mistake.
func Param(i int) Item { return itemParam + indexed(i) }

// Result returns the result with index i: the first one is 0, the last one -1. Only what
// runs at the target's end can take it: an exit function, or the hook of
// [Body.Enclose] by the body that it is given.
func Result(i int) Item { return itemResult + indexed(i) }

// indexed keeps an index that no function has from spilling into the kind.
func indexed(i int) Item { return Item(max(-1<<31, min(i, 1<<31-1))) }

// describe returns the item, which Take lists, as plain data.
func (i Item) describe() (rule.Item, error) {
	if out, ok := i.plain(); ok {
		return out, nil
	}
	return rule.Item{}, notAnItem("Take lists", i)
}

// notAnItem is about a number that was given for an item.
func notAnItem(given string, i Item) error {
	return fmt.Errorf("%s %d, which is no item of a function; write instrument.Recv, instrument.Param(i) or instrument.Result(i)", given, int64(i))
}

// plain returns the item as plain data.
func (i Item) plain() (_ rule.Item, ok bool) {
	kind := (i + 1<<(itemShift-1)) >> itemShift << itemShift
	index := int(i - kind)
	switch {
	case i == Recv:
		return rule.Item{Kind: rule.Recv}, true
	case kind == itemParam:
		return rule.Item{Kind: rule.Param, Index: index}, true
	case kind == itemResult:
		return rule.Item{Kind: rule.Result, Index: index}, true
	}
	return rule.Item{}, false
}
