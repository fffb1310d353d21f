package circuits_test

import (
	"database/sql"
	"errors"
	"log"
	"slices"
	"testing"

	"github.com/sony/gobreaker/v2"

	"github.com/goweaver/weaver/builtin/breaker/circuits"
	"github.com/goweaver/weaver/builtin/breaker/hooks"
	"github.com/goweaver/weaver/instrument/hook"
)

// What a program does when it starts.
func Example() {
	circuits.Failure(func(err error) bool { return !errors.Is(err, sql.ErrNoRows) })
	circuits.OnChange(func(name string, from, to gobreaker.State) {
		log.Printf("circuit %s was %s and is %s", name, from, to)
	})
}

// Circuits are in the order of their names, and a reset closes them and tells of those that were
// open.
func TestReset(t *testing.T) {
	defer circuits.Failure(nil)
	circuits.Failure(func(err error) bool { return !errors.Is(err, sql.ErrNoRows) })
	var told []string
	defer circuits.OnChange(func(name string, from, to gobreaker.State) {
		told = append(told, name+" "+from.String()+" "+to.String())
	})()
	fail := func(name string, err error) {
		fn := &hook.Func{Package: "example.com/shop", Name: name, Options: []hook.Option{{Key: "failures", Value: int64(1)}}}
		_ = hooks.BreakPlain(fn, func() error { return err })
	}
	fail("b", sql.ErrNoRows)
	fail("a", sql.ErrConnDone)
	check := func(want ...gobreaker.State) {
		t.Helper()
		all := circuits.All()
		if len(all) != 2 || all[0].Name != "example.com/shop.a" || all[1].Name != "example.com/shop.b" ||
			!slices.Equal([]gobreaker.State{all[0].State, all[1].State}, want) {
			t.Errorf("the circuits are %+v", all)
		}
	}
	check(gobreaker.StateOpen, gobreaker.StateClosed)
	circuits.Reset()
	check(gobreaker.StateClosed, gobreaker.StateClosed)
	if want := []string{"example.com/shop.a closed open", "example.com/shop.a open closed"}; !slices.Equal(told, want) {
		t.Errorf("told of %q", told)
	}
	if got := circuits.All()[0].Counts; got != (gobreaker.Counts{}) {
		t.Errorf("the counts are %+v", got)
	}
}
