// Package limit holds an aspect of the shop's own: a rule of the business that the
// code of the shop does not mention.
package limit

import (
	"github.com/goweaver/weaver/instrument"

	"example.com/shop/aspects/limit/hooks"
)

// Aspect refuses orders of more than 100 pieces. The target is given by name so that
// the registration binary does not link the shop; the hook is light and can be given
// as it is.
var Aspect = &instrument.Aspect{
	Name: "limit",
	Doc:  "refuse orders that are too large",
	Rules: []instrument.Rule{
		instrument.BodyNamed("(*example.com/shop/orders.Service).Place").
			Check(hooks.Quantity).
			With("most", 100),
	},
}
