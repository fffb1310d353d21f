package instrumenttest_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The whole test of an aspect: its cases are the files of testdata. Go test calls
// TestAspect; here it stands for what a package of its own would have.
func ExampleRun() {
	TestAspect := func(t *testing.T) {
		instrumenttest.Run(t, spans.Aspect, "testdata/*.txtar")
	}
	_ = TestAspect
}
