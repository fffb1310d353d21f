package log_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/log"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, log.Aspect, "testdata/*.txtar") }
