package instrument

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
)

// Capture returns the rule with values for the hook's [hook.Captured]. A selector is the
// name of the target's receiver or of one of its parameters, as the target's source has
// it, and fields behind that: "query", "order.ID", "s.cfg.Name". Fields may be promoted
// and may be unexported where the target's package could use them; pointers are
// followed, and behind a nil one the value is not there. Of several the last one counts.
//
// Names are looked up when the target is woven. A pattern leaves alone what has not got
// them; for a target that was named their lack is an error.
//
// [hook.Captured]: https://pkg.go.dev/github.com/goweaver/weaver/instrument/hook#Captured
func (r Rule) Capture(selectors ...string) Rule {
	r.capture, r.captured = slices.Clone(selectors), here()
	return r
}

// captures sets what the rule captures.
func (d *description) captures(r Rule) {
	if r.captured.known() && len(r.capture) == 0 {
		d.mistaken(r.captured, errors.New(`Capture without a selector captures nothing; name a parameter or a field of one, such as "order.ID", or drop it`))
		return
	}
	for i, s := range r.capture {
		err := rule.CheckSelector(s)
		if err == nil && slices.Contains(r.capture[:i], s) {
			err = fmt.Errorf("Capture lists %q twice; list it once", s)
		}
		d.mistaken(r.captured, err)
	}
	d.rule.Capture, d.rule.CaptureWords = r.capture, r.captureWords.known()
	if r.point != "" {
		d.mistaken(r.captured.or(r.captureWords).or(r.advised), d.rule.CaptureFits())
	}
}
