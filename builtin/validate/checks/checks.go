// Package checks holds by which validator the parameters of woven functions are checked,
// and what these return if they are not valid.
//
// A program that has no validations, translations or tag names of its own need not call
// anything: the plain validator.New is used.
//
//	func main() {
//		if !checks.Woven() {
//			log.Fatal("this program was built without its parameters being checked; build it with go tool weaver")
//		}
//		v := validator.New()
//		v.RegisterValidation("isbn", isISBN)
//		checks.Use(v)
package checks

import (
	"errors"
	"reflect"
	"sync"

	"github.com/go-playground/validator/v10"

	"github.com/goweaver/weaver/builtin/internal/guard"
)

// What the program has set outlasts the calls of the hooks, which have no receiver to keep
// it in.
var (
	current = guard.NewSetting[chosen]("checks.Use")
	plain   = sync.OnceValue(func() chosen { return choose(validator.New()) })
)

// chosen is a validator and the struct tag that it goes by.
type chosen struct {
	v   *validator.Validate
	tag string
}

// choose finds out the validator's tag, which SetTagName may have changed, and which decides
// what has to be checked at all. The library has no method that tells it.
func choose(v *validator.Validate) chosen {
	if f := reflect.ValueOf(v).Elem().FieldByName("tagName"); f.Kind() == reflect.String && f.String() != "" {
		return chosen{v, f.String()}
	}
	return chosen{v, "validate"}
}

// Use sets the validator, which is ready to use: it is not to be changed afterwards. It is
// called once, before the first function that is checked; a second call panics, since one
// package would otherwise take away what another one has registered. So does nil.
func Use(v *validator.Validate) {
	if v == nil {
		panic("checks.Use is given nil; give it a validator, or do not call it and validator.New is used")
	}
	current.Set(choose(v))
}

// UseForTest sets the validator until the test ends, and then the one before. t is the
// *testing.T. Tests that run in parallel have one validator in common.
func UseForTest(t guard.Test, v *validator.Validate) {
	t.Helper()
	current.SetForTest(t, choose(v))
}

// Current returns the validator and the struct tag that it goes by, such as validate or
// binding.
func Current() (v *validator.Validate, tag string) {
	c, ok := current.Get()
	if !ok {
		c = plain()
	}
	return c.v, c.tag
}

// Woven reports whether this program was built by weaver and parameters of at least one of its
// functions are checked. It is told from the start of main on. A program that must not run
// unchecked asks there, since one that was built by the plain go command checks nothing.
func Woven() bool { return guard.Validate.IsSet() }

// Invalid is what errors.Is finds in each error that a function returns because a parameter
// was not valid, or could not be checked.
var Invalid = errors.New("parameter not valid")

// Nothing is the reason where there is nothing that could be checked: a parameter that was named
// is no struct and no list or map of such, or a directive without names stands at a
// function that has no parameter with tags.
var Nothing = errors.New("there is nothing to check; name a parameter that is a struct, a pointer to one, or a list or map of some, or give its fields tags")

// An Error is what a woven function returns in the place of running its body: for the first
// parameter that is not valid, in the order of the directive, or of the function if that
// names none.
type Error struct {
	// Function is the one that was called: example.com/shop/orders.(*Store).Put.
	Function string
	// Parameter is the name, or the selector order.Customer, that the directive or the rule has,
	// and of one without a name "parameter 2", from 1. It is empty if no parameter has tags.
	Parameter string
	// Reason is what the library returned, as it is: validator.ValidationErrors, which
	// errors.As finds, or a *validator.InvalidValidationError for a nil pointer; or [Nothing].
	Reason error
}

// Error returns function, parameter and reason, which has a line for each field.
func (e *Error) Error() string {
	if e.Parameter == "" {
		return e.Function + ": " + e.Reason.Error()
	}
	return e.Function + ": " + e.Parameter + " is not valid: " + e.Reason.Error()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Reason }

// Is reports whether target is [Invalid].
func (e *Error) Is(target error) bool { return target == Invalid }
