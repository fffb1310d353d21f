// Package sql_test tests the aspect sql where it is woven, with a driver that does what a
// test asks for.
//
// A plain go test runs the tests of this package woven. What a plain program does it has
// measured before, for the woven one to be held against.
package sql_test

import (
	"database/sql"
	"os"
	"reflect"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

func TestMain(m *testing.M) { os.Exit(recorded.Main(m, allocations)) }

// All that has a field of the aspect's has got it.
func TestFields(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[sql.DB](), reflect.TypeFor[sql.Conn](), reflect.TypeFor[sql.Rows]()} {
		if _, ok := typ.FieldByName("weaver"); !ok {
			t.Errorf("%v has none", typ)
		}
	}
}
