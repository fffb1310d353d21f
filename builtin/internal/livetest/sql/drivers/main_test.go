// Package drivers_test tests the aspect sql where it is woven, with the drivers that
// programs use, real databases, and libraries on top of them.
//
// A plain go test runs the tests of this package woven.
package drivers_test

import (
	"os"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

func TestMain(m *testing.M) {
	os.Exit(recorded.Main(m, func() map[string]float64 { return nil }))
}
