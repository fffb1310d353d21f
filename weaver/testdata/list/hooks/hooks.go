// Package hooks has a hook for each way in which a rule can be bound.
package hooks

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/goweaver/weaver/instrument/hook"
)

func Enter(f *hook.Func) {}

func Nothing() {}

func Rename(from, to string) (string, string) { return from, to }

func Address(mode *os.FileMode) {}

func Server(srv *http.Server) {}

func Allow(f *hook.Func, name string) (string, error) { return name, nil }

func Query(ctx context.Context, query string) (_ context.Context, end func(rows *sql.Rows, err error) error) {
	return ctx, nil
}

func Handle(req *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	return next(req)
}

func Any(in any) (end func(out any)) { return nil }

func Number(n int) {}

func Now() time.Time { return time.Time{} }

func WriteString(f *os.File, s string) (n int, err error) { return f.WriteString(s) }

func Hostname(name string, err error) (string, error) { return name, err }

func Extra(f *hook.Func) error { return nil }

func Clone(s []int) []int { return s }

func Error(msg string) string { return msg }

func Ended(params hook.Params) (end func(how hook.Exit, err error, p hook.Panic)) { return nil }

func Seen(c hook.Captured) {}

func Limited(f *hook.Func, c hook.Captured) {}

func Wrote(n int, err error) (int, error) { return n, err }

func Write(w io.ReadWriter, p []byte) (n int, err error) { return w.Write(p) }

func Text(s string) string { return s }

func HostnameFunc(f *hook.Func, hostname func() (string, error)) func() (string, error) {
	return hostname
}

func CloneFunc(clone func([]int) []int) func([]int) []int { return clone }

// Handler wraps a field.
func Handler(h http.Handler) http.Handler { return h }

// ReadOnly wraps a field, and is told where.
func ReadOnly(only bool, f *hook.Func) (replaced bool) { return only }

// Client amends a struct.
func Client(made *http.Client) {}

// DefaultClient wraps a variable.
func DefaultClient(c *http.Client) *http.Client { return c }

// Number2 wraps a number.
func Number2(n int) int { return n }
