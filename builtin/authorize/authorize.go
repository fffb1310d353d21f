// Package authorize holds the aspect that checks permissions before a function runs: those of
// its directive, or of a rule.
//
//	//weaver:authorize orders:write
//	func (s *Store) Place(ctx context.Context, o Order) error {
//
// Who has a permission is decided by a function of the program's, which it gives to package
// checker. Without one, and in any other doubt, it is denied.
package authorize

import (
	"strings"

	"github.com/goweaver/weaver/instrument"
)

// check is the hook. It is named, not referenced: its signature is then held against each
// function where that is woven, and the mistake told there.
var check = instrument.Named("github.com/goweaver/weaver/builtin/authorize/hooks.Check")

// Aspect checks the permissions of functions with the directive //weaver:authorize, which are its
// words: one at least, and all are needed. Such a function takes a context.Context first and
// returns an error last; of any other the directive is a mistake, and stops the build.
var Aspect = &instrument.Aspect{
	Name:   "authorize",
	Doc:    "check the permissions of //weaver:authorize before a function runs",
	Strict: true,
	Rules: []instrument.Rule{
		// Without a key in the list a directive might have any, and role=admin would mean nothing. One
		// permission=orders:write beside a word is heeded as it is in a rule.
		instrument.BodyWhere(instrument.HasDirective("authorize", "permission")).
			Check(check).Take(instrument.Param(0)).Words(1, -1),
	},
}

// Rules returns the rules that check the permissions, of which all are needed, before the
// functions of body run; those with the directive //weaver:authorize are left to Aspect. They are for
// an aspect of the user's, which is to be Strict. Functions that are named take a
// context.Context first and return an error last, others are a mistake; of those that are described
// the others are left alone. So is an empty permission a mistake, told at the line that calls
// Rules.
func Rules(body instrument.Body, permission string, more ...string) []instrument.Rule {
	r := body.Where(instrument.Without("authorize")).Check(check).Take(instrument.Param(0))
	for _, p := range append([]string{permission}, more...) {
		if strings.TrimSpace(p) == "" {
			empty := r.With("permission", p).OneOf("permission", "the name of a permission, such as orders:write")
			return []instrument.Rule{empty.At(instrument.Here())}
		}
	}
	for _, p := range append([]string{permission}, more...) {
		r = r.With("permission", p)
	}
	return []instrument.Rule{r.At(instrument.Here())}
}
