package nethttp_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, nethttp.Aspect, "testdata/*.txtar") }
