// Package hooks holds the function that checks permissions before a woven function runs.
package hooks

import (
	"context"
	"errors"

	"github.com/goweaver/weaver/builtin/authorize/checker"
	"github.com/goweaver/weaver/builtin/internal/guard"
	"github.com/goweaver/weaver/builtin/internal/perfunc"
	"github.com/goweaver/weaver/instrument/hook"
)

// permission is the key of the constants that a rule has for permissions; those of a
// directive are its words.
const permission = "permission"

// woven says that the program has this package in it. names outlasts the calls of Check,
// which has no receiver to keep it in; it is asked for errors only, and so that many
// denials cost no more than few.
var (
	_     = guard.Authorize.Set()
	names = perfunc.New(func(f *hook.Func) *string { name := f.FullName(); return &name })
)

// unnamed is the reason where a permission is empty: a checker that knows only what it
// refuses would grant it.
var unnamed = errors.New("the permission has no name; name it in the directive or the rule")

// Check returns nil if the checker of the program grants all permissions that the function
// asks for, and otherwise a *checker.Error about the first that it does not: one by one,
// those of the rule before those of the directive. A panic of the checker's goes on.
//
// Nothing is worked out beforehand: the permissions are there as text, and to look them up
// would cost more than to go through them.
func Check(ctx context.Context, fn *hook.Func) error {
	check, asked := checker.Current(), false
	for i := range fn.Options {
		if fn.Options[i].Key != permission {
			continue
		}
		asked = true
		p, _ := fn.Options[i].Value.(string)
		if err := ask(ctx, check, fn, p); err != nil {
			return err
		}
	}
	for _, p := range fn.Args {
		asked = true
		if err := ask(ctx, check, fn, p); err != nil {
			return err
		}
	}
	if !asked { // authorize's own rules have at least one
		return ask(ctx, check, fn, "")
	}
	return nil
}

// ask asks for one permission.
func ask(ctx context.Context, check checker.Func, fn *hook.Func, permission string) error {
	var reason error
	switch {
	case permission == "":
		reason = unnamed
	case check == nil:
		reason = checker.NotSet
	default:
		reason = check(ctx, permission)
	}
	if reason == nil {
		return nil
	}
	return &checker.Error{Permission: permission, Function: *names.Of(fn), Reason: reason}
}
