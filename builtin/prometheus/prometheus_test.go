package prometheus_test

import (
	"slices"
	"testing"

	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/builtin/prometheus"
	"github.com/goweaver/weaver/builtin/prometheus/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspect is declared without a mistake, and its hook binds, declared once more by value.
func TestValid(t *testing.T) {
	if err := instrument.Validate(prometheus.Aspect, &instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyNamed("main.main").Before(hooks.Register),
	}}); err != nil {
		t.Error(err)
	}
}

// The aspect does its work beside otelsdk's.
func TestAspect(t *testing.T) {
	instrumenttest.Run(t, &instrument.Aspect{
		Name:  "both",
		Rules: slices.Concat(prometheus.Aspect.Rules, otelsdk.Aspect.Rules),
	}, "testdata/*.txtar")
}
