package reporter_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/goweaver/weaver/builtin/errortrack/reporter"
)

// What is set last counts, and nil is as if nothing had been.
func TestSet(t *testing.T) {
	if reporter.Current() != nil || reporter.Ignoring() != nil {
		t.Fatal("something is set at the start")
	}
	got := ""
	for _, name := range []string{"a", "b"} {
		reporter.Set(func(context.Context, reporter.Error) { got += name })
		reporter.Ignore(func(err error) bool { return errors.Is(err, io.EOF) && name == "b" })
	}
	reporter.Current()(t.Context(), reporter.Error{})
	if got != "b" || !reporter.Ignoring()(io.EOF) || reporter.Ignoring()(io.ErrUnexpectedEOF) {
		t.Errorf("%q is told", got)
	}
	reporter.Set(nil)
	reporter.Ignore(nil)
	if reporter.Current() != nil || reporter.Ignoring() != nil {
		t.Error("something is set at the end")
	}
}

func TestString(t *testing.T) {
	e := reporter.Error{Err: io.EOF, Function: "a.F", Stack: []runtime.Frame{{Function: "a.F", File: "a.go", Line: 7}, {Function: "main.main", File: "main.go", Line: 3}}}
	if got, want := e.String(), "a.F(...)\n\ta.go:7\nmain.main(...)\n\tmain.go:3\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
