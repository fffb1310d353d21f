package otelsdk_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, otelsdk.Aspect, "testdata/*.txtar") }
