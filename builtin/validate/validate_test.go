package validate_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/goweaver/weaver/builtin/validate"
	"github.com/goweaver/weaver/builtin/validate/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// byRule is an aspect as a user declares it.
var byRule = &instrument.Aspect{
	Name:   "checked",
	Strict: true,
	Rules: append(
		validate.Rules(instrument.BodyWhere(instrument.Package("example.com/case/orders"), instrument.Name("Cancel*")), validate.Options{SkipNil: true}),
		validate.Rules(instrument.BodyWhere(instrument.Package("example.com/case/orders"), instrument.Name("Ship*")), validate.Options{Params: []string{"s.Order"}})...),
}

func TestAspect(t *testing.T) {
	instrumenttest.Run(t, validate.Aspect, "testdata/*.txtar", byRule)
}

func TestValid(t *testing.T) {
	if err := instrument.Validate(validate.Aspect, byRule); err != nil {
		t.Error(err)
	}
}

// The hooks' signatures are those that the aspect's rules bind.
func TestHooksBind(t *testing.T) {
	place := instrument.BodyNamed("example.com/shop/orders.Place")
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		place.Check(hooks.All).Take(instrument.Param(0)),
		place.Check(hooks.AllPlain),
		place.Check(hooks.Named).Take(instrument.Param(0)).Capture("order"),
		place.Check(hooks.NamedPlain).Capture("order"),
	}}); err != nil {
		t.Error(err)
	}
}

// What is wrong in the options is told at the line that gives them, once for both of the rules.
func TestMistakes(t *testing.T) {
	place := instrument.BodyNamed("example.com/shop/orders.Place")
	_, file, line, _ := runtime.Caller(0)
	err := instrument.Validate(&instrument.Aspect{Name: "checked", Rules: validate.Rules(place, validate.Options{Params: []string{"an order"}})})
	at := fmt.Sprintf(`%s:%d: checked: "an order" is no selector; write the name of the receiver or of a parameter, and fields behind it: "order" or "order.Customer.ID"`, file, line+1)
	if err == nil || err.Error() != at {
		t.Errorf("the mistakes are\n%v, want\n%s", err, at)
	}
}

func ExampleRules() {
	checked := &instrument.Aspect{
		Name:   "checked",
		Doc:    "what the shop is given",
		Strict: true,
		Rules:  validate.Rules(instrument.BodyNamed("(*example.com/shop/orders.Store).Place"), validate.Options{Params: []string{"order"}}),
	}
	fmt.Println(instrument.Validate(checked))
	// Output: <nil>
}
