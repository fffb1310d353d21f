package runtimemetrics_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/runtimemetrics"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) {
	instrumenttest.Run(t, runtimemetrics.Aspect, "testdata/*.txtar")
}
