package elasticsearch_test

import (
	"testing"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"

	"github.com/goweaver/weaver/builtin/elasticsearch"
	"github.com/goweaver/weaver/builtin/elasticsearch/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, elasticsearch.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(elasticsearch.Aspect); err != nil {
		t.Error(err)
	}
}

// The hooks that the aspect names bind to their targets. The rules are declared once more,
// by value, so that this is found out here.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf((*elastictransport.Client).InstrumentationEnabled).Around(hooks.Enabled),
		instrument.BodyOf((*elastictransport.Client).Perform).Around(hooks.Perform),
	}}); err != nil {
		t.Error(err)
	}
}
