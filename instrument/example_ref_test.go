package instrument_test

// Examples of rules on uses: references, instances of generic functions, interfaces.

import (
	"fmt"
	"io"
	"log"
	"slices"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// Clock returns a clock that runs an hour fast.
func Clock(now func() time.Time) func() time.Time {
	return func() time.Time { return now().Add(time.Hour) }
}

// Code that keeps time.Now in a variable, as many do for their tests, calls it by no
// name: the calls are found by CallTo, the values by RefTo.
func ExampleRefTo() {
	// func Clock(now func() time.Time) func() time.Time
	aspect := &instrument.Aspect{
		Name:  "clock",
		Rules: []instrument.Rule{instrument.RefTo(time.Now).Wrap(Clock)},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// MaxOf is slices.Max for integers, and does not panic if there are none.
func MaxOf(s []int) int {
	if len(s) == 0 {
		return 0
	}
	return slices.Max(s)
}

// Of a generic function those calls are replaced that are of the hook's types.
func ExampleCallTo_generic() {
	// func MaxOf(s []int) int
	aspect := &instrument.Aspect{
		Name:  "max",
		Rules: []instrument.Rule{instrument.CallTo(slices.Max[[]int]).Replace(MaxOf)},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Wrote logs failed writes.
func Wrote(n int, err error) (int, error) {
	if err != nil {
		log.Println("write:", err)
	}
	return n, err
}

// Calls through an interface are asked for by the interface's method: calls of the
// methods of what is in it are not meant, and calls through it are not meant by those.
func ExampleCallTo_interface() {
	// func Wrote(n int, err error) (int, error)
	aspect := &instrument.Aspect{
		Name:  "writes",
		Rules: []instrument.Rule{instrument.CallTo(io.Writer.Write).Wrap(Wrote)},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
