package netrpc_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/netrpc"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, netrpc.Aspect, "testdata/*.txtar") }
