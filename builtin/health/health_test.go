package health_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/health"
	"github.com/goweaver/weaver/builtin/health/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// Functions that have the directive are the aspect's; of the others, those that a rule names
// are watched as its options say.
func TestAspect(t *testing.T) {
	shop := &instrument.Aspect{Name: "shop", Rules: health.Rules(
		instrument.BodyWhere(instrument.Name("Charge*")),
		health.Options{Name: "by rule", Failures: 1, As: health.Failing},
	)}
	instrumenttest.Run(t, health.Aspect, "testdata/*.txtar", shop)
}

// What options have wrong is told at the line that asked for their rules.
func TestRulesMistakes(t *testing.T) {
	body := instrument.BodyNamed("example.com/shop.Charge")
	for _, tt := range []struct {
		rules []instrument.Rule
		want  string
	}{
		{health.Rules(body, health.Options{Failures: -1}), line() + "failures is -1, and it may be 1 to 1000000; correct it"},
		{health.Rules(body, health.Options{Forget: time.Microsecond}), line() + "forget is 1µs, and it may be 1ms to 24h0m0s; correct it"},
		{health.Rules(body, health.Options{As: "bad"}), line() + `as is "bad", and it may be degraded or failing; correct it`},
		{health.Rules(body, health.Options{Name: "payments", As: health.Failing}), ""},
	} {
		err := instrument.Validate(&instrument.Aspect{Name: "shop", Rules: tt.rules})
		if tt.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("the mistake is\n%v\nwant\n%s", err, tt.want)
		}
	}
}

// line returns how a mistake of the line that calls it begins.
func line() string {
	_, _, n, _ := runtime.Caller(1)
	return fmt.Sprintf("health_test.go:%d: shop: ", n)
}

func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(os.Open).Around(hooks.Outcome).Take(instrument.Result(-1)),
	}}); err != nil {
		t.Error(err)
	}
}

func ExampleRules() {
	shop := &instrument.Aspect{
		Name: "shop",
		Rules: health.Rules(
			instrument.BodyNamed("(*example.com/shop/payments.Client).Charge"),
			health.Options{Name: "payments", Failures: 5, As: health.Failing},
		),
	}
	fmt.Println(instrument.Validate(shop, health.Aspect))
	// Output: <nil>
}
