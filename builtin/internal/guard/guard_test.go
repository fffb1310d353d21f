package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/guard"
)

// set stands for the exported function of a package that a program calls.
func set(s *guard.Setting[string], value string) { s.Set(value) }

// A value is there once it was set, and the second call panics with the place of the first.
func TestSet(t *testing.T) {
	s := guard.NewSetting[string]("checker.Set")
	if v, ok := s.Get(); ok || v != "" {
		t.Errorf("before it is set it is %q, %v", v, ok)
	}
	set(s, "first") // the line that the message names
	defer func() {
		got := fmt.Sprint(recover())
		if !strings.Contains(got, "/guard_test.go:20; call it once, in main, and in tests checker.SetForTest") || !strings.HasPrefix(got, "checker.Set is called for the second time") {
			t.Errorf("the panic is %q", got)
		}
		if v, ok := s.Get(); v != "first" || !ok {
			t.Errorf("after the second call it is %q, %v", v, ok)
		}
	}()
	set(s, "second")
}

// A test has its own value until it ends, and those in it have theirs.
func TestSetForTest(t *testing.T) {
	s := guard.NewSetting[string]("checker.Set")
	is := func(want string, wantOK bool) {
		t.Helper()
		if v, ok := s.Get(); v != want || ok != wantOK {
			t.Errorf("it is %q, %v; want %q, %v", v, ok, want, wantOK)
		}
	}
	t.Run("outer", func(t *testing.T) {
		s.SetForTest(t, "outer")
		t.Run("inner", func(t *testing.T) {
			s.SetForTest(t, "inner")
			is("inner", true)
		})
		is("outer", true)
	})
	is("", false)
	set(s, "program")
	t.Run("third", func(t *testing.T) { s.SetForTest(t, "third"); is("third", true) })
	is("program", true)
}

func TestMark(t *testing.T) {
	var m guard.Mark
	if m.IsSet() || !m.Set() || !m.IsSet() {
		t.Error("a mark is set by Set, and only by that")
	}
}
