package spans_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, spans.Aspect, "testdata/*.txtar") }
