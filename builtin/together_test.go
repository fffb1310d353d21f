package builtin_test

import (
	"os"
	"testing"

	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspects work as one. What takes a woven net/http or SDK to show is here, since a
// set of aspects has the standard library compiled once. By default the sample's scripts
// do for it.
func TestTogether(t *testing.T) {
	if os.Getenv("WEAVER_E2E_LONG") == "" {
		t.Skip("without WEAVER_E2E_LONG: it compiles the standard library and OpenTelemetry woven")
	}
	instrumenttest.Run(t, otelsdk.Aspect, "testdata/*.txtar", nethttp.Aspect, spans.Aspect)
}
