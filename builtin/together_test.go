package builtin_test

import (
	"testing"

	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

// The aspects work as one. What takes a woven net/http or SDK to show is here, since a
// set of aspects has the standard library compiled once.
func TestTogether(t *testing.T) {
	instrumenttest.Run(t, otelsdk.Aspect, "testdata/*.txtar", nethttp.Aspect, spans.Aspect)
}
