package retry_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/builtin/retry"
	"github.com/goweaver/weaver/builtin/retry/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// Functions that have the directive are the aspect's; of the others, those that a rule names
// are retried as its policy says.
func TestAspect(t *testing.T) {
	shop := &instrument.Aspect{Name: "shop", Rules: retry.Rules(
		instrument.BodyWhere(instrument.Name("Charge*")),
		retry.Policy{Attempts: 5, Initial: time.Millisecond, Jitter: retry.NoJitter, Total: retry.NoLimit},
	)}
	instrumenttest.Run(t, retry.Aspect, "testdata/*.txtar", shop)
}

// What a policy has wrong is told at the line that asked for its rules.
func TestRulesMistakes(t *testing.T) {
	body := instrument.BodyNamed("example.com/shop.Charge")
	for _, tt := range []struct {
		rules []instrument.Rule
		want  string
	}{
		{retry.Rules(body, retry.Policy{Attempts: 1001}), line() + "attempts is 1001, and it may be 1 to 1000; correct it"},
		{retry.Rules(body, retry.Policy{Attempts: -1}), line() + "attempts is -1, and it may be 1 to 1000; correct it"},
		{retry.Rules(body, retry.Policy{Initial: -time.Second}), line() + "initial is -1s, and it may be 0s to 1h0m0s; correct it"},
		{retry.Rules(body, retry.Policy{Max: 25 * time.Hour}), line() + "max is 25h0m0s, and it may be 0s to 24h0m0s; correct it"},
		{retry.Rules(body, retry.Policy{Factor: 0.5}), line() + "factor is 0.5, and it may be 1 to 100; correct it"},
		{retry.Rules(body, retry.Policy{Jitter: 2}), line() + "jitter is 2, and it may be 0 to 1; correct it"},
		{retry.Rules(body, retry.Policy{Total: 25 * time.Hour}), line() + "total is 25h0m0s, and it may be 0s to 24h0m0s; correct it"},
		{retry.Rules(instrument.BodyNamed("Charge"), retry.Policy{}), line() + `"Charge" does not name a function`},
		{retry.Rules(body, retry.Policy{Jitter: retry.NoJitter, Total: retry.NoLimit}), ""},
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
	return fmt.Sprintf("retry_test.go:%d: shop: ", n)
}

// The hooks bind to functions of the kinds that they are for.
func TestHooksBind(t *testing.T) {
	param, result := instrument.Param(0), instrument.Result(-1)
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(http.NewRequestWithContext).Enclose(hooks.Retry).Take(param, param, result),
		instrument.BodyOf(os.Open).Enclose(hooks.RetryPlain).Take(result),
	}}); err != nil {
		t.Error(err)
	}
}

func ExampleRules() {
	shop := &instrument.Aspect{
		Name: "shop",
		Rules: retry.Rules(
			instrument.BodyNamed("(*example.com/shop/payments.Client).Charge"),
			retry.Policy{Attempts: 5, Initial: 100 * time.Millisecond, Total: 10 * time.Second},
		),
		Strict: true,
	}
	fmt.Println(instrument.Validate(shop, retry.Aspect))
	// Output: <nil>
}
