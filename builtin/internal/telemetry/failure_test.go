package telemetry_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// An end without a return has a kind of its own.
func TestNotReturned(t *testing.T) {
	for how, want := range map[hook.Exit]string{hook.Returned: "", hook.Panicked: "panic", hook.Goexit: "goexit"} {
		if got := telemetry.NotReturned(how); got != want {
			t.Errorf("%v: %q, not %q", how, got, want)
		}
	}
}

// Errors that are known have their names, through whatever they are wrapped in; of the others
// the type is told, whatever their methods do.
func TestErrorKind(t *testing.T) {
	names := telemetry.Names(telemetry.NamedError{Err: io.EOF, Name: "io.EOF"}, telemetry.NamedError{Err: context.Canceled, Name: "mine"})
	for _, c := range []struct {
		err  error
		name func(error) string
		want string
	}{
		{fmt.Errorf("a: %w", context.DeadlineExceeded), nil, "context.DeadlineExceeded"},
		{context.Canceled, names, "context.Canceled"},
		{fmt.Errorf("a: %w", io.EOF), names, "io.EOF"},
		{io.EOF, nil, "*errors.errorString"},
		{io.EOF, func(error) string { return "a\xff" }, "a\uFFFD"},
		{&fs.PathError{Op: "read", Path: "f", Err: os.ErrDeadlineExceeded}, names, "timeout"},
		{&fs.PathError{Op: "read", Path: "f", Err: fs.ErrExist}, names, "*fs.PathError"},
		{(*fs.PathError)(nil), nil, "*fs.PathError"},
		{io.EOF, func(error) string { panic("broken") }, "*errors.errorString"},
	} {
		if got := telemetry.ErrorKind(c.err, c.name); got != c.want {
			t.Errorf("%T: %q, not %q", c.err, got, c.want)
		}
	}
}
