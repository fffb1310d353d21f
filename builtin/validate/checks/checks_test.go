package checks_test

import (
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/goweaver/weaver/builtin/validate/checks"
)

// A program that the hooks are not linked with is not woven.
func TestNotWoven(t *testing.T) {
	if checks.Woven() {
		t.Error("a test of the plain go command is woven")
	}
}

// A validator is set once, and its tag found out; without one there is a plain one. Nil, and a
// second one, are refused.
func TestUse(t *testing.T) {
	panics := func(f func()) (message string) {
		defer func() { message, _ = recover().(string) }()
		f()
		return ""
	}
	first, tag := checks.Current()
	if again, _ := checks.Current(); first == nil || tag != "validate" || again != first {
		t.Errorf("without Use there are %p, %p with the tag %s", first, again, tag)
	}
	if m := panics(func() { checks.Use(nil) }); !strings.HasPrefix(m, "checks.Use is given nil;") {
		t.Errorf("a nil validator: %q", m)
	}
	own := validator.New()
	own.SetTagName("binding")
	checks.Use(own)
	if v, tag := checks.Current(); v != own || tag != "binding" {
		t.Errorf("after Use there is %p with the tag %s", v, tag)
	}
	if m := panics(func() { checks.Use(own) }); !strings.HasPrefix(m, "checks.Use is called for the second time, the first time was at ") || !strings.Contains(m, "checks_test.go:36;") {
		t.Errorf("a second validator: %q", m)
	}
	t.Run("for a test", func(t *testing.T) {
		other := validator.New()
		checks.UseForTest(t, other)
		if v, tag := checks.Current(); v != other || tag != "validate" {
			t.Errorf("for a test there is %p with the tag %s", v, tag)
		}
	})
	if v, _ := checks.Current(); v != own {
		t.Error("after the test there is another validator")
	}
}
