package circuit

import (
	"github.com/sony/gobreaker/v2"

	"github.com/goweaver/weaver/builtin/internal/vitals"
)

// The built-in health, where a program has it, is told of circuits that are not closed.
var _ = register()

func register() bool {
	vitals.Register(status)
	return true
}

// status leaves a circuit that is closed, or whose option says none, as what is well: it is
// there to be seen.
func status() (all []vitals.Vital) {
	for _, s := range All() {
		v := vitals.Vital{Name: "breaker " + s.Name}
		switch {
		case s.Health == "none":
			continue
		case s.State == gobreaker.StateClosed:
		case s.Health == "failing" && s.State == gobreaker.StateOpen:
			v.State, v.Detail = vitals.Failing, "open"
		default:
			v.State, v.Detail = vitals.Degraded, s.State.String()
		}
		all = append(all, v)
	}
	return all
}
