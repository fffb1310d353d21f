package authorize_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/goweaver/weaver/builtin/authorize"
	"github.com/goweaver/weaver/builtin/authorize/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// byRule is an aspect as a user declares it.
var byRule = &instrument.Aspect{
	Name:   "permissions",
	Strict: true,
	Rules:  authorize.Rules(instrument.BodyWhere(instrument.Package("example.com/case/orders"), instrument.Name("Cancel*")), "orders:write", "orders:cancel"),
}

func TestAspect(t *testing.T) {
	instrumenttest.Run(t, authorize.Aspect, "testdata/*.txtar", byRule)
}

func TestValid(t *testing.T) {
	if err := instrument.Validate(authorize.Aspect, byRule); err != nil {
		t.Error(err)
	}
}

// The hook's signature is the one that the aspect's rules bind.
func TestHookBinds(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyNamed("example.com/shop/orders.Place").Check(hooks.Check).Take(instrument.Param(0)),
	}}); err != nil {
		t.Error(err)
	}
}

// An empty permission is told at the line that gives it.
func TestMistakes(t *testing.T) {
	place := instrument.BodyNamed("example.com/shop/orders.Place")
	_, file, line, _ := runtime.Caller(0)
	for i, tt := range []struct {
		rules []instrument.Rule
		shown string
	}{
		{authorize.Rules(place, ""), `""`},
		{authorize.Rules(place, "orders:write", " "), `" "`},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "permissions", Rules: tt.rules})
		want := fmt.Sprintf(`%s:%d: permissions: permission is %s, and it may be the name of a permission, such as orders:write; correct it`, file, line+5+i, tt.shown)
		if err == nil || err.Error() != want {
			t.Errorf("the mistake is\n%v, want\n%s", err, want)
		}
	}
}

func ExampleRules() {
	permissions := &instrument.Aspect{
		Name:   "permissions",
		Doc:    "who may do what in the shop",
		Strict: true,
		Rules:  authorize.Rules(instrument.BodyNamed("(*example.com/shop/orders.Store).Place"), "orders:write"),
	}
	fmt.Println(instrument.Validate(permissions))
	// Output: <nil>
}
