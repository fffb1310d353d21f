// Package profilelabels holds the aspect by which profiles can be told apart by function or
// route: while a function runs, its goroutine has labels of package runtime/pprof, and an
// execution trace has a region of it.
//
//	//weaver:profile
//	func (s *Shop) Process(ctx context.Context, order Order) error {
//
//	go tool pprof -tagfocus='function=orders.*Process' cpu.pprof
package profilelabels

import (
	"context"
	"maps"
	"slices"

	"github.com/goweaver/weaver/instrument"
)

const (
	// The hooks are named, not referenced: the registration binary then links none of them.
	hooks      = "github.com/goweaver/weaver/builtin/profilelabels/hooks."
	routeHooks = "github.com/goweaver/weaver/builtin/profilelabels/hooks/route."
	directive  = "profile"
)

// Aspect labels the functions that have a directive
//
//	//weaver:profile function=checkout tier=gold
//
// with any keys. Without the key function, its value is the function's name.
var Aspect = &instrument.Aspect{
	Name:  "profilelabels",
	Doc:   "label profiles by function or route",
	Rules: directed(),
}

// Options say which labels functions have.
type Options struct {
	// Labels are label keys and values. There is one more where they lack it: function, with
	// the function's name and the last element of its package's path, "orders.(*Shop).Process".
	Labels map[string]string
}

// Rules returns rules that label the functions of body, for an aspect of the user's. Functions
// that have the directive are left to [Aspect].
func Rules(body instrument.Body, o Options) []instrument.Rule {
	at := instrument.Here()
	out := rules(body.Where(instrument.Without(directive)))
	for i, r := range out {
		for _, key := range slices.Sorted(maps.Keys(o.Labels)) {
			r = r.With(key, o.Labels[key])
		}
		out[i] = r.At(at)
	}
	return out
}

func directed() []instrument.Rule {
	out := rules(instrument.BodyWhere(instrument.HasDirective(directive)))
	for i, r := range out {
		out[i] = r.Words(0, 0)
	}
	return out
}

// rules returns one for each form of hook: by where the context is, which a handler of net/http
// has in its request.
func rules(body instrument.Body) []instrument.Rule {
	ctx := instrument.ParamIs[context.Context](0)
	handler := instrument.TypeIs(instrument.Param(1), "*net/http.Request") // which the registration binary has no use for
	around := func(hook string, p ...instrument.Predicate) instrument.Rule {
		return body.Where(p...).Around(instrument.Named(hook))
	}
	return []instrument.Rule{
		around(hooks+"Ctx", ctx).Take(instrument.Param(0)),
		around(routeHooks+"Handler", instrument.Not(ctx), handler).Take(instrument.Param(1)),
		around(hooks+"Plain", instrument.Not(ctx), instrument.Not(handler)),
	}
}
