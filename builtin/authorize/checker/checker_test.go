package checker_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/authorize/checker"
)

// A program that the hooks are not linked with is not woven.
func TestNotWoven(t *testing.T) {
	if checker.Woven() {
		t.Error("a test of the plain go command is woven")
	}
}

// A checker is set once; nil, and a second one, are refused.
func TestSet(t *testing.T) {
	if checker.Current() != nil {
		t.Fatal("there is a checker at the start")
	}
	panics := func(f func()) (message string) {
		defer func() { message, _ = recover().(string) }()
		f()
		return ""
	}
	grant := func(context.Context, string) error { return nil }
	if m := panics(func() { checker.Set(nil) }); !strings.HasPrefix(m, "checker.Set is given nil;") {
		t.Errorf("a nil checker: %q", m)
	}
	checker.Set(grant)
	if checker.Current() == nil {
		t.Error("the checker is not set")
	}
	m := panics(func() { checker.Set(grant) })
	if !strings.Contains(m, "checker.Set is called for the second time, the first time was at ") || !strings.Contains(m, "checker_test.go:34;") {
		t.Errorf("a second checker: %q", m)
	}
	t.Run("for a test", func(t *testing.T) {
		checker.SetForTest(t, func(context.Context, string) error { return errors.New("of the test") })
		if err := checker.Current()(t.Context(), ""); err == nil {
			t.Error("it is not the test's checker")
		}
	})
	if err := checker.Current()(t.Context(), ""); err != nil {
		t.Errorf("after the test there is another checker: %v", err)
	}
}

func ExampleError() {
	var err error = &checker.Error{
		Permission: "orders:write",
		Function:   "example.com/shop/orders.Place",
		Reason:     errors.New("missing role"),
	}
	fmt.Println(err)
	if errors.Is(err, checker.Denied) {
		fmt.Println("answer 403")
	}
	// Output:
	// example.com/shop/orders.Place: permission "orders:write" denied: missing role
	// answer 403
}
