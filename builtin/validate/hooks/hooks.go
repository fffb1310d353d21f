// Package hooks holds the functions that check the parameters of a woven function before it
// runs.
package hooks

import (
	"context"
	"reflect"
	"strconv"

	"github.com/go-playground/validator/v10"

	"github.com/goweaver/weaver/builtin/internal/guard"
	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/builtin/validate/checks"
	"github.com/goweaver/weaver/instrument/hook"
)

// What outlasts the calls of the hooks, which have no receiver to keep it in: that the program
// has this package in it, and the names of functions, which are asked for errors only.
var (
	_     = guard.Validate.Set()
	names = perfunc.New(func(f *hook.Func) *string { name := f.FullName(); return &name })
)

// All returns nil if all parameters are valid that are structs with tags of the validator's,
// pointers to such, or lists and maps of them, and otherwise a *checks.Error about the first that
// is not. The context goes to the library, for validations that take one.
func All(ctx context.Context, fn *hook.Func, params hook.Params) error {
	return check(ctx, fn, params.Values, false)
}

// AllPlain is [All] for functions without a context.
func AllPlain(fn *hook.Func, params hook.Params) error {
	return check(context.Background(), fn, params.Values, false)
}

// Named returns nil if all parameters are valid that were named, and otherwise a
// *checks.Error about the first that is not, or that has nothing to check.
func Named(ctx context.Context, fn *hook.Func, named hook.Captured) error {
	return check(ctx, fn, named.Values, true)
}

// NamedPlain is [Named] for functions without a context.
func NamedPlain(fn *hook.Func, named hook.Captured) error {
	return check(context.Background(), fn, named.Values, true)
}

// A checked function is one whose parameters are being checked.
type checked struct {
	ctx   context.Context
	v     *validator.Validate
	tag   string // of struct fields, by which the validator goes
	fn    *hook.Func
	named bool // somebody has named the values, and relies on each
}

// check checks the values. That there is none to check is an error where the rule says so,
// as that of the directive does: its author meant one.
func check(ctx context.Context, fn *hook.Func, values hook.Values, named bool) error {
	c := checked{ctx: ctx, fn: fn, named: named}
	if ctx == nil {
		c.ctx = context.Background()
	}
	c.v, c.tag = checks.Current()
	some := false
	for i := range values.Len() {
		value := values.At(i)
		if value.Kind() != hook.KindAny && !named {
			continue // of a basic type
		}
		found, err := c.value(value.Any())
		some = some || found
		if err == nil {
			continue
		}
		e := &checks.Error{Function: *names.Of(fn), Parameter: value.Key, Reason: err}
		if e.Parameter == "" {
			e.Parameter = "parameter " + strconv.Itoa(i+1)
		}
		return e
	}
	if !some && fn.Text("nothing") == "refuse" {
		return &checks.Error{Function: *names.Of(fn), Reason: checks.Nothing}
	}
	return nil
}

// value checks a value, and says whether there was one that could be checked. What was not named
// is checked if its type has tags.
func (c *checked) value(x any) (found bool, err error) {
	t := reflect.TypeOf(x)
	if t == nil { // a nil interface, or what is behind a nil pointer
		return true, c.missing(nil)
	}
	f := formOf(t, c.tag)
	switch {
	case f.isStruct && (c.named || f.tagged):
	case c.named:
		return false, checks.Nothing
	default:
		return false, nil
	}
	for t.Kind() == reflect.Pointer { // the library takes a pointer to a struct, and none to another pointer
		v := reflect.ValueOf(x)
		if v.IsNil() {
			return true, c.missing(t)
		}
		if t = t.Elem(); t.Kind() == reflect.Pointer {
			x = v.Elem().Interface()
		}
	}
	if f.dive != "" {
		return true, c.v.VarCtx(c.ctx, x, f.dive)
	}
	return true, c.v.StructCtx(c.ctx, x)
}

// missing returns what the library does for a nil pointer, or nil where that may be. An interface
// without a value is missed only if it was named: of others nobody knows what they stand for.
func (c *checked) missing(t reflect.Type) error {
	if c.fn.Text("nil") == "skip" || t == nil && !c.named {
		return nil
	}
	return &validator.InvalidValidationError{Type: t}
}
