package nethttp_test

import (
	"os"
	"testing"

	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, nethttp.Aspect, "testdata/*.txtar") }

// A program with servers and clients of every kind, woven. By default the sample's scripts
// show that woven programs have spans at all.
func TestLive(t *testing.T) {
	if os.Getenv("WEAVER_E2E_LONG") == "" {
		t.Skip("without WEAVER_E2E_LONG: it compiles the standard library woven")
	}
	instrumenttest.Run(t, nethttp.Aspect, "testdata/live/*.txtar")
}
