package sql_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/sql"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, sql.Aspect, "testdata/*.txtar") }
