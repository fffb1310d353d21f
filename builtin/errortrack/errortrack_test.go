package errortrack_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/errortrack"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, errortrack.Aspect, "testdata/*.txtar") }

func TestValid(t *testing.T) {
	if err := instrument.Validate(errortrack.Aspect); err != nil {
		t.Fatal(err)
	}
}
