// Package types holds a function for each kind of type that a hook's signature may
// have. The three spellers of types are held against each other on them.
package types

import (
	"context"
	htmltemplate "html/template"
	"io"
	rnd "math/rand/v2"
	"text/template"
	"unsafe"
)

// T is a type of the hook's own package.
type T struct{ N int }

// G is generic.
type G[K comparable, V any] struct{ m map[K]V }

// Alias, Chain and Literal are aliases.
type (
	Alias   = context.Context
	Chain   = *Alias
	Literal = func(Alias, ...Chain) (n int, err error)
)

func Basic(bool, string, int, int8, uint16, float32, complex64, uintptr, error) {}

func Names(byte, rune, any, interface{}, unsafe.Pointer) {}

func Packages(context.Context, io.Reader, *template.Template, *htmltemplate.Template, *rnd.Rand) {}

func Own(T, *T, **T, []T, [3]T, map[string]*T) {}

func Aliases(Alias, Chain, Literal, []Alias) {}

func Channels(chan int, <-chan int, chan<- int, chan<- chan int, chan<- (chan int), <-chan (chan<- T)) {
}

func Functions(func(), func(a, b int), func(int) error, func(...any) (T, error), func(func(int)) func() (int, int)) {
}

func Grouped(a, b int, c, _ string) (x, y T, err error) { return }

func Parens(int, *(T), [](func())) {}

func Empty(struct{}, [0]struct{}, map[struct{}]struct{}) {}

func Generic(G[int, string], *G[string, *T], G[T, []byte], G[string, context.Context], G[int, G[int, T]]) {
}

func Exit(ctx context.Context) (context.Context, func(err error) error) { return ctx, nil }

func GenericArgs(G[int, any], G[int, func(a int) error], G[string, map[string]any], G[int, struct{}]) {
}
