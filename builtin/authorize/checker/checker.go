// Package checker holds who decides whether a function may run: a function of the
// program's own, which the built-in authorize calls for each permission that a woven
// function asks for.
//
//	func main() {
//		if !checker.Woven() {
//			log.Fatal("this program was built without its permissions being checked; build it with go tool weaver")
//		}
//		checker.Set(func(ctx context.Context, permission string) error {
//			if !user.From(ctx).Has(permission) {
//				return errors.New("missing role")
//			}
//			return nil
//		})
package checker

import (
	"context"
	"errors"
	"strconv"

	"github.com/goweaver/weaver/builtin/internal/guard"
)

// A Func returns nil if whoever the context stands for has the permission, and otherwise
// why not. It is called by many goroutines at once, with the context that the woven
// function was called with: a nil one if that was nil.
//
// What it calls itself is woven as any other function is. If that asks for permissions, the
// checker is called again, for ever if it asks for one on its own way.
type Func func(ctx context.Context, permission string) error

// current outlasts the calls of the hooks, which have no receiver to keep it in.
var current = guard.NewSetting[Func]("checker.Set")

// Set sets who decides. Until then every function that asks for a permission returns an
// error. It is called once, before the first of these; a second call panics, since one package
// would otherwise replace what another one relies on, and nobody would be told. So does a
// nil check.
func Set(check Func) {
	if check == nil {
		panic("checker.Set is given nil; give it a function, or do not call it and every permission is denied")
	}
	current.Set(check)
}

// SetForTest has check decide until the test ends, and then whoever did before. t is the
// *testing.T. Tests that run in parallel have one checker in common.
func SetForTest(t guard.Test, check Func) {
	t.Helper()
	current.SetForTest(t, check)
}

// Current returns who decides, or nil if nobody was set.
func Current() Func {
	f, _ := current.Get()
	return f
}

// Woven reports whether this program was built by weaver and at least one of its functions
// asks for a permission. It is told from the start of main on. A program that must not run
// unchecked asks there, since one that was built by the plain go command checks nothing.
func Woven() bool { return guard.Authorize.IsSet() }

// Denied is what errors.Is finds in each error that a function returns because it was not
// allowed to run, whatever the reason.
var Denied = errors.New("permission denied")

// NotSet is the reason if no checker was set.
var NotSet = errors.New("no checker is set; call checker.Set at the start of main")

// An Error is what a woven function returns in the place of running its body.
type Error struct {
	// Permission is the one that was denied, the first of several.
	Permission string
	// Function is the one that asked for it: example.com/shop/orders.(*Store).Put.
	Function string
	// Reason is what the checker returned, as it is, or [NotSet].
	Reason error
}

// Error returns function, permission and reason in one line.
func (e *Error) Error() string {
	return e.Function + ": permission " + strconv.Quote(e.Permission) + " denied: " + e.Reason.Error()
}

// Unwrap returns the reason, so that errors.Is and errors.As find in it what they would
// have found in what the checker returned.
func (e *Error) Unwrap() error { return e.Reason }

// Is reports whether target is [Denied].
func (e *Error) Is(target error) bool { return target == Denied }
