package weave_test

// seeds are what FuzzWeave starts from beside the compiler's own tests, which a
// source distribution of Go has in GOROOT/test.
var seeds = []string{
	`package p

func f(a, b int, _ ...string) (n int, err error) { n = a; return n + b, nil }

func g() { _, _ = f(1, 2, "x"); defer f(1, 2); go f(g2()) }

func g2() (int, int) { return 1, 2 }

var v, _ = f(g2())
`, `package p

import ("fmt"; . "strings"; t "time")

type T struct{ *E }
type E struct{ n int }
func (e *E) M(s string) *E { return e }
func (E) V() (_ int) { return len(Repeat("a", 3)) }
func (T) string() string { return fmt.Sprint(t.Now()) }

func use(t T) { t.M("a").
	M("b").V(); (t.M)("c"); (*E).M(t.E, "d"); _ = []int{t.V(), (&t).V()} }
`, `package p

type string int
type L[T any] []T
func (l *L[T]) Add(v ...T) (L[T], int) { return nil, 0 }
func F[K comparable, V any](k K, v V) map[K]V { return nil }
var l = new(L[int]); var _ = F("a", 1); var _, _ = l.Add(1)
`, "\uFEFFpackage p\r\n\r\n//line x.y:10\r\nfunc f() (\r\n) {\r\n\t/*line a.y:3:4*/f()\r\n}\r\n",
	`package p

import "net/http"

type T struct{ s string; n *T; f func() }
type A = T
type G[E any] struct{ e E }

const c, d = 1, 'x'
var v, w = T{s: "a"}, []A{{}, {n: &T{}}}
var x, y = len([...]T{{}}), map[string]*http.Client{"a": {}}

func f(T any) (a A) { var b, _ A; _, _ = b, new(A); return *(&A{s: (A{}).s}) }
func g[E any]() any { type T struct{}; var t G[E]; return []any{t, T{}, &G[int]{}} }
`, `package p

func f(error error, nil func(), int int) (len, cap []byte) {
top:
	for range 3 { if int > 0 { goto top }; defer func() { recover() }() }
	switch x := any(error).(type) { case string: return []byte(x), g(len...) }
	return
}

func g(b ...byte) []byte { return b }
`, `package p

import "net/http"

type in struct{ *http.Request; N, _ int; p *in }
type T[K ~string] struct{ in; k K }
func (t *T[K]) M(k K, i in, _ bool, p *in) (recover int) { defer func() { panic(i) }(); return i.p.N }
func (i in) m(s struct{ A, b float32 }, c chan<- *in, r *http.Request) {}
`, `package p

import "io"

type I[T any] interface{ M(T) (T, error); io.Closer }
type E struct{ io.ReadWriter; *In }
type In struct{ I[int] }
type N[T any] struct{ v T }
func (n N[T]) Get(more ...T) (T, int) { return n.v, len(more) }
func (n *N[T]) Set(v T) *N[T] { n.v = v; return n }
func G[A, B any](a A, f func(A) B) (b B) { return f(a) }
func id[T any](v T) T { return v }
func two() (int, error) { return 1, nil }

func F[W io.Writer, T any](w W, e *E, i I[T], n *N[string], m N[T], v T) (any, error) {
	_ = G(1, id); _, _ = G("a", id[string]), G[int, int](1, id); _, _ = i.M(v)
	_, _ = e.M(2); go e.Write(nil); defer w.Write(nil); _, _ = e.I.M(id(3))
	n.Set("a").Set(id("b")).Get(); m.Get(v, v); _, _ = (*N[string]).Set(n, "c"), N[T].Get
	fs := []any{w.Write, e.Read, (*E).Close, E.M, i.M, n.Set, n.Get, m.Get, id[T], io.Writer.Write, two}
	_, _ = io.ReadWriter.Write(e, nil); _, _ = (*E).Write(e, nil); go (n.Get)("d"); var f func(int) int = id
	for range e.seq { e.
		Close(); _ = e.
		Close
	}
	return append(fs, f), e.Close()
}

func (e *E) seq(func() bool) {}

var c, d = id(id)(1), [...]func() (int, error){two}
`,
}
