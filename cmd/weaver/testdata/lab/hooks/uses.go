package hooks

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"time"
)

// caller prints the line that called the hook.
func caller(hook string) {
	_, _, line, _ := runtime.Caller(2)
	println(hook, "called at line", line)
}

// Max replaces slices.Max for integers.
func Max(ns []int) int {
	caller("Max")
	return len(ns)
}

// Nines are appended to what slices.Concat concatenates.
func Nines() []int { return []int{9, 9} }

// Loaded sees what any instance of Load returns, and replaces the error.
func Loaded(v any, err error) error { return errors.New("loaded " + describe(v) + ": " + err.Error()) }

// Got sees what Get returns of a Box of anything.
func Got(v any) { println("got", describe(v)) }

// Dispatch replaces the method of the interface.
func Dispatch(w io.StringWriter, s string) (int, error) {
	println("dispatch", w == nil, s)
	return w.WriteString(s)
}

// Word is said in addition.
func Word() any { return "more" }

// Tenfold replaces the number of words.
func Tenfold(n int) int { return n * 10 }

// Shout replaces strings.ToUpper.
func Shout(s string) string {
	caller("Shout")
	return s + "!"
}

// Lower tells when a reference is evaluated.
func Lower(lower func(string) string) func(string) string {
	println("ToLower is referred to")
	return func(s string) string { return "(" + lower(s) + ")" }
}

// Len replaces the length of what is built.
func Len(b *strings.Builder) int { return -b.Len() }

// Unix adds a day.
func Unix(unix func(time.Time) int64) func(time.Time) int64 {
	return func(t time.Time) int64 { return unix(t) + 24*60*60 }
}
