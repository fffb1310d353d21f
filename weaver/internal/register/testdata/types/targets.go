package types

// What only targets have: receivers, type parameters, types without a name and the
// aliases of other packages.

import (
	"io/fs"
	. "net/url"
	"os"
)

func (t T) Value(n int) {}

func (*T) Pointer(a, _ string, rest ...*T) (err error) { return nil }

func (T) nameless(struct{ X int }, interface{ Close() error }, func(struct{ Y T })) {}

func (g *G[K, V]) Set(key K, value V, all map[K][]V, n int, f func(V)) (old V, ok bool) { return }

func (G[_, V]) Get(V, func(V int) error) {}

func Map[From, To any](in []From, f func(From) To, opts ...G[string, To]) (out []To, err error) {
	return nil, nil
}

func ForeignAliases(os.FileMode, *os.FileInfo, []os.DirEntry, fs.FileMode) {}

func (t T) Sized(of [Size]int, rest ...string) {}

func DotImported(*URL) {}

func Of[Number int | float64](g OfAlias, n Number) {}

type OfAlias = G[string, os.FileMode]

type GenericAlias[K comparable] = G[K, int]

func UsesGenericAlias(GenericAlias[int]) {}

// stateFn takes itself.
type stateFn func(stateFn) stateFn

func Lex(stateFn) stateFn { return nil }

// Variadic may stand in the place of a function that is.
func Variadic(s ...string) {}
