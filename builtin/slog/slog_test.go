package slog_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/slog"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, slog.Aspect, "testdata/*.txtar") }
