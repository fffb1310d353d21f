package instrument_test

// Declarations that no function of any program fits. Each would be a rule that is
// left out in silence, so it is a mistake where it is made.

import (
	"context"
	"math"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
)

func TestMistakesOfZeroValues(t *testing.T) {
	const (
		body      = "the join point is a Body that is zero; make it with BodyOf, BodyNamed or BodyWhere"
		call      = "the join point is zero; make it with CallTo or CallNamed, or with RefTo or RefNamed"
		predicate = "a Predicate that is zero sets no condition; make one with a function such as instrument.Name"
		item      = ", which is no item of a function; write instrument.Recv, instrument.Param(i) or instrument.Result(i)"
	)
	move := instrument.BodyOf((*store).Move).Before(hookString)
	runMistakes(t, lines(t), []mistakeCase{
		{"a zero Body", instrument.Body{}.Before(hookNothing), body},                                      // MARK a zero Body
		{"a zero Call", instrument.Call[func() string]{}.Replace(hookText), call},                         // MARK a zero Call
		{"a zero NamedCall", instrument.NamedCall{}.Replace(hookNothing), call},                           // MARK a zero NamedCall
		{"a zero predicate", instrument.BodyWhere(instrument.Predicate{}).Before(hookNothing), predicate}, // MARK a zero predicate
		{"Not of a zero predicate",
			instrument.BodyWhere(
				instrument.Not(instrument.Predicate{}), // MARK Not of a zero predicate
			).Before(hookNothing), predicate},
		{"Any of nothing", instrument.BodyWhere(instrument.Any()).Before(hookNothing), // MARK Any of nothing
			"Any without a predicate holds for no function; list one, or drop it"},
		{"an empty glob", instrument.BodyWhere(instrument.Name("")).Before(hookNothing), // MARK an empty glob
			`Name("") fits nothing; give it a glob, such as *Order* in which * is any string`},
		{"Take without items", instrument.BodyOf(http.Get).Before(hookString).Take(), // MARK Take without items
			"Take without an item binds nothing; list what each of the hook's parameters takes, or drop it"},
		{"a zero Item", move.Take(instrument.Item(0)), "Take lists 0" + item}, // MARK a zero Item
		{"an index for an item", move.Take(1), "Take lists 1" + item},         // MARK an index for an item
		{"an index from the end", move.Take(-1), "Take lists -1" + item},      // MARK an index from the end
		{"an index of no function", move.Take(instrument.Param(math.MaxInt)), // MARK an index of no function
			"instrument_test.hookString: parameter 1 takes instrument.Param(2147483647), which (*instrument_test.store).Move does not have; it has instrument.Recv, instrument.Param(0), instrument.Param(1)"},
	})
}

func TestMistakesOfGeneratedTargets(t *testing.T) {
	const rest = " is not declared so: the compiler makes it from the method of an embedded field or of another receiver; name the method of the type that declares it, with the receiver as declared"
	runMistakes(t, lines(t), []mistakeCase{
		{"a promoted method",
			instrument.BodyOf((*derived).Open).Before(hookNothing), // MARK a promoted method
			"(*instrument_test.derived).Open" + rest},
		{"calls of a promoted method",
			instrument.CallTo((*derived).Open).Replace(hookDerived), // MARK calls of a promoted method
			"(*instrument_test.derived).Open" + rest},
		{"a pointer for a value receiver",
			instrument.BodyOf((*derived).Value).Before(hookNothing), // MARK a pointer for a value receiver
			"(*instrument_test.derived).Value" + rest},
		{"a pointer for a value receiver of the standard library",
			instrument.CallTo((*time.Time).Unix).Wrap(hookInt64), // MARK a pointer for a value receiver of the standard library
			"(*time.Time).Unix" + rest},
		{"a promoted method of a generic type",
			instrument.BodyOf((*boxed[int]).Value).Before(hookNothing), // MARK a promoted method of a generic type
			"(*instrument_test.boxed).Value" + rest},
		{"a promoted method of a type without a name",
			instrument.BodyOf(unnamedClient.CloseIdleConnections).Before(hookNothing), // MARK a promoted method of a type without a name
			"(struct { *net/http.Client }).CloseIdleConnections" + rest},
		{"a method as it is declared",
			instrument.BodyOf(derived.Value).Before(hookNothing), ""},
		{"a method of a generic type",
			instrument.BodyOf((*box[int]).Value).Before(hookNothing), ""},
		{"a function in assembly",
			instrument.BodyOf(atomic.AddInt32).Before(hookNothing), // MARK a function in assembly
			"atomic.AddInt32 has no body in Go; use CallTo for its calls, or choose another target"},
		{"calls of a function in assembly",
			instrument.CallTo(atomic.AddInt32).Wrap(hookInt32), ""},
	})
}

type boxed[T any] struct{ box[T] }
type unnamedClient = struct{ *http.Client }

func hookDerived(d *derived) {}

func hookInt64(i int64) int64 { return i }
func hookInt32(i int32) int32 { return i }

// What a hook could never bind to is said although the target is not known.
func TestMistakesOfHooksOfAnyTarget(t *testing.T) {
	const more = ", which the hook did not take; take the value as a parameter too, or drop the result"
	anyBody := instrument.BodyWhere(instrument.Name("*"))
	runMistakes(t, lines(t), []mistakeCase{
		{"a pattern whose hook returns more", anyBody.Before(hookText), // MARK a pattern whose hook returns more
			"instrument_test.hookText: result 1 is string" + more},
		{"a pattern whose Check returns more", anyBody.Check(hookTextOf), // MARK a pattern whose Check returns more
			"instrument_test.hookTextOf: result 1 is int" + more},
		{"a named target whose hook returns more", instrument.BodyNamed("a.B").Before(hookText), // MARK a named target whose hook returns more
			"instrument_test.hookText: result 1 is string" + more},
		{"a generic target whose hook returns more", instrument.BodyOf(identity[int]).Before(hookText), // MARK a generic target whose hook returns more
			"instrument_test.hookText: result 1 is string" + more},
		{"a pattern that can be bound", anyBody.Around(hookAround), ""},
		{"too long a Take",
			anyBody.Before(hookString).Take(instrument.Recv, instrument.Param(0)), // MARK too long a Take
			"Take lists more than instrument_test.hookString takes; drop instrument.Param(0)"},
		{"too short a Take",
			anyBody.Before(hookStrings).Take(instrument.Recv), // MARK too short a Take
			"instrument_test.hookStrings: parameter 2 is not covered by Take; list an item for each of the hook's parameters that is not given by weaver"},
		{"a result at entry",
			instrument.BodyNamed("a.B").Before(hookString).Take(instrument.Result(0)), // MARK a result at entry
			"instrument_test.hookString: parameter 1 takes instrument.Result(0), but there is no result at entry; list another item for it, or take it in the exit function of an Around hook"},
		{"an item twice",
			anyBody.Before(hookStrings).Take(instrument.Param(0), instrument.Param(0)), // MARK an item twice
			"instrument_test.hookStrings: parameter 2 takes instrument.Param(0), which parameter 1 takes already; list each item once"},
		{"a wrapper that wraps nothing",
			instrument.CallNamed("a.B").Wrap(hookInt), // MARK a wrapper that wraps nothing
			"instrument_test.hookInt is func(int), but returns what it is given in the place of the results; make it func(int) int"},
		{"an appender that takes",
			instrument.CallNamed("a.B").Append(hookInt), // MARK an appender that takes
			"instrument_test.hookInt is func(int), but appends to the arguments of the call; make it take nothing, or a *hook.Func, and return one value or a slice"},
	})
}

// A named func type needs a spelling of its signature only where it is bound to.
func TestNamelessLastTypes(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"a target's last parameter", instrument.BodyOf(lastNameless).Before(hookString), ""},
		{"an exit function",
			instrument.BodyOf(http.Get).Around(hookNameless), // MARK an exit function
			"instrument_test.hookNameless: parameter 1 of its exit function needs the type struct { A int }, which has no name; declare one for it and use that"},
		{"an exit function of a named type",
			instrument.BodyOf(http.Get).Around(hookCancel), ""},
		{"an instance with an argument without a name",
			instrument.BodyOf(http.Get).Before(hookBox), // MARK an instance with an argument without a name
			"instrument_test.hookBox: parameter 1 needs the type instrument_test.box[struct { A int }], which has an argument without a name; declare one for it and use that"},
	})
}

func hookCancel() context.CancelFunc { return nil }
func hookBox(b box[struct{ A int }]) {}
