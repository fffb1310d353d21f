package audit_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/audit"
	"github.com/goweaver/weaver/builtin/audit/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// byRule is an aspect as a user declares it.
var byRule = &instrument.Aspect{
	Name:   "trail",
	Strict: true,
	Rules: append(
		audit.Rules(instrument.BodyWhere(instrument.Package("example.com/case/orders"), instrument.Name("Cancel*")), audit.Options{Mode: audit.Outcome}),
		audit.Rules(instrument.BodyNamed("(example.com/case/orders.Store).Ship"), audit.Options{Action: "orders.ship", Details: []string{"s.Name", "ids"}})...),
}

func TestAspect(t *testing.T) {
	instrumenttest.Run(t, audit.Aspect, "testdata/*.txtar", byRule)
}

func TestValid(t *testing.T) {
	if err := instrument.Validate(audit.Aspect, byRule); err != nil {
		t.Error(err)
	}
}

// The hooks' signatures are those that the aspect's rules bind.
func TestHooksBind(t *testing.T) {
	place := instrument.BodyNamed("example.com/shop/orders.Place")
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		place.Check(hooks.Attempt).Take(instrument.Param(0)),
		place.Check(hooks.AttemptDetails).Take(instrument.Param(0)).Capture("order.ID"),
		place.Around(hooks.Outcome).Take(instrument.Param(0), instrument.Result(-1)),
	}}); err != nil {
		t.Error(err)
	}
}

// What is wrong in the options is told at the line that gives them.
func TestMistakes(t *testing.T) {
	place := instrument.BodyNamed("example.com/shop/orders.Place")
	_, file, line, _ := runtime.Caller(0)
	for i, tt := range []struct {
		rules []instrument.Rule
		want  string
	}{
		{audit.Rules(place, audit.Options{Mode: "both"}), `mode is "both", and it may be required or outcome; correct it`},
		{audit.Rules(place, audit.Options{Details: []string{"order id"}}), `"order id" is no selector; write the name of the receiver or of a parameter, and fields behind it: "order" or "order.Customer.ID"`},
		{audit.Rules(place, audit.Options{Details: []string{"id", "id"}}), `Capture lists "id" twice; list it once`},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "trail", Rules: tt.rules})
		if want := fmt.Sprintf("%s:%d: trail: %s", file, line+5+i, tt.want); err == nil || err.Error() != want {
			t.Errorf("the mistake is\n%v, want\n%s", err, want)
		}
	}
	err := instrument.Validate(&instrument.Aspect{Name: "trail", Rules: audit.Rules(instrument.Body{}, audit.Options{})})
	if err == nil || !strings.Contains(err.Error(), "the join point is a Body that is zero") {
		t.Errorf("a zero body: %v", err)
	}
}

func ExampleRules() {
	trail := &instrument.Aspect{
		Name:   "trail",
		Doc:    "what has to be recorded of orders",
		Strict: true,
		Rules: audit.Rules(instrument.BodyNamed("(*example.com/shop/orders.Store).Refund"), audit.Options{
			Action:  "orders.refund",
			Details: []string{"order.ID", "amount"},
		}),
	}
	fmt.Println(instrument.Validate(trail))
	// Output: <nil>
}
