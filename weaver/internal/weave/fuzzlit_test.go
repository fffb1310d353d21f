package weave_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// literalSeeds have function literals wherever one may stand.
var literalSeeds = []string{
	`package p

import "sort"

var table = map[string]func(int) (int, error){
	"a": func(n int) (int, error) { return n, nil },
	"b": func(int) (_ int, err error) {
		defer func() { recover() }()
		return
	},
}

var once, twice = func() int { return 1 }(), func(
	_, b int,
) func() {
	return func() { println(b) }
}

func f(xs []int, do ...func(int)) (g func()) {
	sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] })
	for i := range xs {
		go func() { println(i) }()
		defer func(n int) { println(n) }(i)
		f(xs, func(n int) {}, func(int) { f(nil) })
	}
	if h := func() bool { return true }; h() {
		return (func() {})
	}
	type local struct{ n int }
	k := func(l local) *local { return &l }
	k(local{1})
	return func() { func() {}() }
}
`, `package p

func Map[K comparable, V any](m map[K]V, f func(K, V) (V, error)) {
	g := func(k K, v V) (V, error) { return f(k, v) }
	h := func(n ...int) int { return len(n) }
	for k, v := range m {
		func() { g(k, v) }()
		h(1, 2)
	}
	for range func(yield func(int) bool) { yield(1) } {
		switch f := any(func() error { return nil }).(type) {
		case func() error:
			_ = f()
		}
	}
}

type T[E any] struct{ f func(E) error }

func (t *T[E]) M() { t.f = func(e E) error { return nil }; select { case func() chan int { return nil }() <- 1: default: } }
`,
}

// directed returns the source with a comment line above each line on which a function
// literal starts: most have a directive of their own, and the rest say that it is ignored.
func directed(src string, seed uint8) string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return src
	}
	at := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			at[fset.PositionFor(lit.Pos(), false).Line] = true
		}
		return true
	})
	var b strings.Builder
	line := 0
	for text := range strings.Lines(src) {
		line++
		if at[line] && line > 1 {
			name := fmt.Sprintf("l%d op=x word", line)
			if hash(name, seed)%8 == 0 {
				name = "ignore"
			}
			b.WriteString("//weaver:" + name + "\n")
		}
		b.WriteString(text)
	}
	return b.String()
}

// literalRules returns a rule for each function literal that a directive of its own names.
func literalRules(p *source.Package, f *source.File, seed uint8) []*rule.Rule {
	lines := strings.Split(string(f.Src), "\n")
	done := map[int]bool{}
	var out []*rule.Rule
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		line := p.Fset.PositionFor(n.Pos(), false).Line
		switch n := n.(type) {
		case *ast.FuncDecl:
			done[line] = true // the comment is about the declaration
		case *ast.FuncLit:
			sig, ok := p.Info.Types[n].Type.(*types.Signature)
			if !ok || done[line] || line < 2 {
				break
			}
			done[line] = true
			words := strings.Fields(lines[line-2])
			if len(words) == 0 || !strings.HasPrefix(words[0], "//weaver:l") {
				break
			}
			r := bodyRule(types.NewFunc(n.Pos(), p.Types, "func1", sig), hash(words[0], seed))
			r.Target, r.Where = nil, []rule.Pred{{Kind: rule.PredDirective, Text: strings.TrimPrefix(words[0], "//weaver:")}}
			out = append(out, r)
		}
		return true
	})
	return out
}

// importable reports whether the source parses and all its imports are at hand.
func (l *lab) importable(src string) bool {
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if err != nil {
		return false
	}
	for _, i := range file.Imports {
		path := strings.Trim(i.Path.Value, "\"`")
		if _, ok := l.archives[path]; !ok && path != "unsafe" {
			return false
		}
	}
	return true
}
