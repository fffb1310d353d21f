// Package hooks has the hooks of the end-to-end scripts. They print to standard
// error without a package's help, so that a program which is woven with them needs
// little of the standard library compiled.
package hooks

import (
	"errors"
	"os"

	"github.com/goweaver/weaver/instrument/hook"
)

// Enter says which function is entered.
func Enter(f *hook.Func) { println("enter", f.Package, f.Name) }

// Trace says when a function is entered and left.
func Trace(f *hook.Func) func() {
	println("enter", f.Name)
	return func() { println("leave", f.Name) }
}

// Outer and Inner say in which order two hooks of one function run.
func Outer(f *hook.Func) func() { println("outer in"); return func() { println("outer out") } }

// Inner is like Outer.
func Inner(f *hook.Func) func() { println("inner in"); return func() { println("inner out") } }

// Quiet has no exit function.
func Quiet(f *hook.Func) func() { return nil }

// Double gives the target twice its number.
func Double(n int) int { return 2 * n }

// Zero writes to the target's own parameter.
func Zero(n *int) { *n = 0 }

// Result says what a target returns, and adds one to it and a word to its error.
func Result(f *hook.Func) func(n int, err error) (int, error) {
	return func(n int, err error) (int, error) {
		if err != nil {
			println("result", f.Name, n, err.Error())
			return n + 1, errors.New("hooked: " + err.Error())
		}
		println("result", f.Name, n)
		return n + 1, nil
	}
}

// Any is given values whose type depends on the instance.
func Any(f *hook.Func, in any) func(out any) {
	println("in", f.Name, describe(in))
	return func(out any) { println("out", f.Name, describe(out)) }
}

func describe(v any) string {
	switch v := v.(type) {
	case int:
		return "int"
	case string:
		return "string " + v
	}
	return "other"
}

// ErrDenied is what Allow refuses with.
var ErrDenied = errors.New("denied")

// Allow refuses everybody but root.
func Allow(f *hook.Func, user string) error {
	println("check", f.Name, user, f.Text("needs"), f.Option("level").(int64))
	if user != "root" {
		return ErrDenied
	}
	return nil
}

// Retry runs the body until it succeeds, three times at most.
func Retry(f *hook.Func, body func() error) (err error) {
	for try := range 3 {
		println("try", try, f.Name)
		if err = body(); err == nil {
			return nil
		}
	}
	return errors.New("gave up: " + err.Error())
}

// Skip never runs the body.
func Skip(body func()) {}

// Getpid stands in for os.Getpid.
func Getpid() int { return 4711 }

// WriteString stands in for the method of os.File.
func WriteString(f *os.File, s string) (int, error) {
	println("write", len(s))
	return f.WriteString(s)
}

// Hostname is given what os.Hostname returned.
func Hostname(name string, err error) (string, error) {
	return "wrapped", err
}

// Extra is one more error.
func Extra() error { return errors.New("extra") }
