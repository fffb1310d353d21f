package breaker_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/breaker"
	"github.com/goweaver/weaver/builtin/breaker/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// Functions that have the directive are the aspect's; of the others, those that a rule names
// have a circuit as its settings say.
func TestAspect(t *testing.T) {
	shop := &instrument.Aspect{Name: "shop", Rules: breaker.Rules(
		instrument.BodyWhere(instrument.Name("Charge*")),
		breaker.Settings{Name: "payments", Failures: 1, Interval: breaker.NoInterval},
	)}
	instrumenttest.Run(t, breaker.Aspect, "testdata/*.txtar", shop)
}

// What settings have wrong is told at the line that asked for their rules.
func TestRulesMistakes(t *testing.T) {
	body := instrument.BodyNamed("example.com/shop.Charge")
	for _, tt := range []struct {
		rules []instrument.Rule
		want  string
	}{
		{breaker.Rules(body, breaker.Settings{Failures: -1}), line() + "failures is -1, and it may be 1 to 1000000; correct it"},
		{breaker.Rules(body, breaker.Settings{Open: time.Microsecond}), line() + "open is 1µs, and it may be 1ms to 24h0m0s; correct it"},
		{breaker.Rules(body, breaker.Settings{Half: 1_000_001}), line() + "half is 1000001, and it may be 1 to 1000000; correct it"},
		{breaker.Rules(body, breaker.Settings{Interval: 25 * time.Hour}), line() + "interval is 25h0m0s, and it may be 0s to 24h0m0s; correct it"},
		{breaker.Rules(body, breaker.Settings{Health: "bad"}), line() + `health is "bad", and it may be degraded or failing or none; correct it`},
		{breaker.Rules(body, breaker.Settings{Name: "payments", Interval: breaker.NoInterval, Health: breaker.Unseen}), ""},
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
	return fmt.Sprintf("breaker_test.go:%d: shop: ", n)
}

// The hooks bind to functions of the kinds that they are for.
func TestHooksBind(t *testing.T) {
	param, result := instrument.Param(0), instrument.Result(-1)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(http.NewRequestWithContext).Enclose(hooks.Break).Take(param, result),
		instrument.BodyOf(os.Open).Enclose(hooks.BreakPlain).Take(result),
	}}); err != nil {
		t.Error(err)
	}
}

func ExampleRules() {
	shop := &instrument.Aspect{
		Name: "shop",
		Rules: breaker.Rules(
			instrument.BodyWhere(instrument.Package("example.com/shop/payments"), instrument.Receiver("Client"), instrument.Exported()),
			breaker.Settings{Name: "payments", Failures: 3, Open: 10 * time.Second},
		),
	}
	fmt.Println(instrument.Validate(shop, breaker.Aspect))
	// Output: <nil>
}
