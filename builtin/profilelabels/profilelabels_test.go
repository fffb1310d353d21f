package profilelabels_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/profilelabels"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, profilelabels.Aspect, "testdata/*.txtar") }

// A mistake is told at the line that makes the rules.
func TestMistake(t *testing.T) {
	_, file, line, _ := runtime.Caller(0)
	rules := profilelabels.Rules(instrument.BodyNamed("Order"), profilelabels.Options{})
	err := instrument.Validate(&instrument.Aspect{Name: "p", Rules: rules})
	if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d: p: \"Order\" ", file, line+1)) {
		t.Errorf("%v", err)
	}
}

// What a user puts into the registration file.
func ExampleRules() {
	aspect := &instrument.Aspect{
		Name: "shopprofile",
		Doc:  "label profiles by what is done to orders",
		Rules: profilelabels.Rules(instrument.BodyWhere(instrument.Name("*Order"), instrument.Exported()), profilelabels.Options{
			Labels: map[string]string{"part": "orders"},
		}),
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
