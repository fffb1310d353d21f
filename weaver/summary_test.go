package weaver

import (
	"testing"

	"github.com/goweaver/weaver/weaver/internal/report"
)

func TestSummaryText(t *testing.T) {
	for want, tt := range map[string]struct {
		sum      report.Summary
		findings int
	}{
		"214 packages, 12 woven at 71 sites, no findings":                             {report.Summary{Packages: 214, Woven: 12, Sites: 71}, 0},
		"2 packages, 1 woven at 1 site, 1 finding":                                    {report.Summary{Packages: 2, Woven: 1, Sites: 1}, 1},
		"1 package, none woven, 3 findings; go tool weaver explain FUNCTION says why": {report.Summary{Packages: 1}, 3},
	} {
		if got := summaryText(tt.sum, tt.findings); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
