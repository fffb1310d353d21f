package weave

import (
	"bytes"
	"fmt"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// A generator collects the declarations of one package's generated file.
type generator struct {
	pkg    *source.Package
	goarch string
	prefix string // of package-level names
	local  string // of names inside generated functions

	decls
}

// decls is what a refused group takes back.
type decls struct {
	imports map[string]string    // import path → name in the generated file
	hooks   map[rule.Func]string // hook → declared name
	ready   map[string]string    // hook package → name of its test
	funcs   map[string]string    // literal of static data → name
	shared  map[string]string    // text of an adapter → name
	text    []string             // declarations in the order they were made
	n       int                  // for names
	mirror  bool                 // the mirror of hook.Func is needed
	first   bool                 // variables are initialised
	added   []match.Site         // of the files that are added
	consts  []match.Site         // the constants that are set
	links   []string             // packages that are needed beside those of hooks
	given   given                // what the mirrors of the other types of package hook are
}

func newGenerator(p *source.Package, goarch string) *generator {
	g := &generator{pkg: p, goarch: goarch, prefix: freePrefix(p)}
	g.imports, g.hooks, g.ready = map[string]string{}, map[rule.Func]string{}, map[string]string{}
	g.funcs, g.shared = map[string]string{}, map[string]string{}
	// The short names inside generated functions would hide a type of that name.
	short := regexp.MustCompile(`^([pqrv]\d+|recv|end|err|failed|plain|more|how|value|bound)$`)
	if slices.ContainsFunc(p.Types.Scope().Names(), short.MatchString) {
		g.local = g.prefix
	}
	return g
}

// mark returns a function that takes back what is declared from now on.
func (g *generator) mark() func() {
	old := g.decls
	old.imports, old.hooks, old.ready = maps.Clone(g.imports), maps.Clone(g.hooks), maps.Clone(g.ready)
	old.funcs, old.shared, old.text = maps.Clone(g.funcs), maps.Clone(g.shared), slices.Clone(g.text)
	old.added, old.links, old.consts = slices.Clone(g.added), slices.Clone(g.links), slices.Clone(g.consts)
	return func() { g.decls = old }
}

// name returns a new package-level name.
func (g *generator) name(kind string) string {
	g.n++
	return fmt.Sprintf("%s%s%d", g.prefix, kind, g.n)
}

func (g *generator) declare(format string, args ...any) {
	g.text = append(g.text, fmt.Sprintf(format, args...))
}

// byName returns the directive by which the compiler has a symbol referred to by its name. The
// others it numbers, and the numbers of exported ones are part of what packages that import this
// one are compiled with: one more of them would compile these anew.
//
// Source: NumberSyms in cmd/internal/obj/sym.go and lsymIdx in cmd/compile/internal/noder/linker.go
// of go1.26.
func byName(name string) string { return "//go:linkname " + name + "\n" }

// adapter declares the function "func «name»«rest»" and returns its name. Sites that
// need the same function share one.
func (g *generator) adapter(kind, format string, args ...any) string {
	rest := fmt.Sprintf(format, args...)
	if name, ok := g.shared[rest]; ok {
		return name
	}
	name := g.name(kind)
	g.shared[rest] = name
	if strings.HasPrefix(rest, "(") { // a generic one is none of the object's symbols
		g.declare("%sfunc %s%s\n", byName(name), name, rest)
	} else {
		g.declare("func %s%s\n", name, rest)
	}
	return name
}

// importPkg returns the name that the generated file has for the package.
func (g *generator) importPkg(importPath string) string {
	if name, ok := g.imports[importPath]; ok {
		return name
	}
	base := regexp.MustCompile(`\W`).ReplaceAllString(path.Base(importPath), "_")
	name := g.prefix + "pkg_" + base
	for used := slices.Collect(maps.Values(g.imports)); slices.Contains(used, name); {
		name += "_"
	}
	g.imports[importPath] = name
	return name
}

// hook returns the name of the declaration that is linked to the hook, made with
// that signature: "(params) results".
func (g *generator) hook(f rule.Func, signature string) string {
	name, ok := g.hooks[f]
	if !ok {
		name = g.name("hook")
		g.hooks[f] = name
		g.declare("//go:linkname %s %s\nfunc %s%s\n", name, f.Symbol(), name, signature)
	}
	return name
}

// isReady returns the call that tests whether the hook's package is initialised.
//
// The variable is set once, while no reader relies on it, so on processors that
// keep the order of loads a plain one is enough; it is kept from the race detector,
// which knows nothing of the runtime's ordering of inits. Elsewhere the load has to
// be atomic for what the inits wrote to be seen, too.
func (g *generator) isReady(hookPkg string) (string, error) {
	if name, ok := g.ready[hookPkg]; ok {
		return name + "()", nil
	}
	if err := g.predeclared("bool", "uint32"); err != nil {
		return "", err
	}
	name := g.name("ready")
	g.ready[hookPkg] = name
	flag := name + "Flag"
	g.declare("//go:linkname %s %s\nvar %s uint32\n", flag, readySymbol(hookPkg), flag)
	switch g.goarch {
	case "amd64", "386", "s390x", "wasm":
		g.declare("%s//go:norace\nfunc %s() bool { return %s != 0 }\n", byName(name), name, flag)
	default:
		g.declare("//go:linkname %sLoad internal/runtime/atomic.Load\nfunc %sLoad(*uint32) uint32\n", name, name)
		g.declare("%s//go:norace\nfunc %s() bool { return %sLoad(&%s) != 0 }\n", byName(name), name, name, flag)
	}
	return name + "()", nil
}

// hookFunc returns the address of static data that describes the function of the
// site, as an expression.
func (g *generator) hookFunc(s match.Site) (string, error) {
	if err := g.predeclared("string", "int", "bool", "int64", "float64", "true", "false"); err != nil {
		return "", err
	}
	g.mirror = true
	at, name := s.Node, "init" // a place in no function
	switch {
	case s.Lit != nil:
		name = s.Name
	case s.Decl != nil:
		at, name = s.Decl, match.FuncName(g.pkg.Info.Defs[s.Decl.Name].(*types.Func))
	}
	pos := g.pkg.Position(at.Pos())
	lit := fmt.Sprintf("%sFunc{Package: %q, Name: %q, File: %q, Line: %d%s}", g.prefix, g.pkg.Path, name, g.pkg.Trim(pos.Filename), pos.Line, g.words(s))
	return "&" + g.static("func", lit), nil
}

// static returns the name of the variable that holds the literal.
func (g *generator) static(kind, lit string) string {
	v, ok := g.funcs[lit]
	if !ok {
		v = g.name(kind)
		g.funcs[lit] = v
		g.first = true
		g.declare("%svar %s = %s\n", byName(v), v, lit)
	}
	return v
}

// words returns the fields of a hook.Func that hold what the rule and the site's
// directives say, each behind a comma.
func (g *generator) words(s match.Site) string {
	var options, args []string
	for _, o := range slices.Concat(s.Rule.Options, s.Options) {
		options = append(options, fmt.Sprintf("{%q, %s(%s)}", o.Key, o.GoType(), o.Text))
	}
	for _, a := range s.Args {
		args = append(args, strconv.Quote(a))
	}
	out := ""
	if len(options) > 0 {
		out += fmt.Sprintf(", Options: []%sOption{%s}", g.prefix, join(options...))
	}
	if len(args) > 0 {
		out += fmt.Sprintf(", Args: []string{%s}", join(args...))
	}
	return out
}

// file returns the generated file.
func (g *generator) file() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by weaver; DO NOT EDIT.\n\n//go:build go1.21\n\npackage %s\n\nimport _ \"unsafe\" // for go:linkname\n", g.pkg.Types.Name())
	if len(g.imports) > 0 {
		b.WriteString("\n")
	}
	for _, p := range sortedKeys(g.imports) {
		fmt.Fprintf(&b, "import %s %q\n", g.imports[p], p)
	}
	if g.mirror {
		fmt.Fprintf(&b, "\n// %sFunc mirrors hook.Func, which this package need not be able to import.\n", g.prefix)
		fmt.Fprintf(&b, "type %sFunc struct {\n\tPackage string\n\tName    string\n\tFile    string\n\tLine    int\n\tOptions []%sOption\n\tArgs    []string\n}\n", g.prefix, g.prefix)
		fmt.Fprintf(&b, "\ntype %sOption struct {\n\tKey   string\n\tValue interface{}\n}\n", g.prefix)
	}
	b.WriteString(g.given.mirrors(g.prefix))
	for _, d := range g.text {
		b.WriteString("\n" + d)
	}
	return b.Bytes()
}

func (g *generator) hookPackages() []string {
	set := map[string]bool{}
	for f := range g.hooks {
		set[f.Pkg] = true
	}
	for _, p := range g.links {
		set[p] = true
	}
	return sortedKeys(set)
}

const readyName = "weaver_ready"

// wovenSymbol is the variable behind hook.Woven. A program that does not link package hook has
// it nonetheless, as one that nobody reads.
const wovenSymbol = "github.com/goweaver/weaver/instrument/hook.woven"

func readySymbol(hookPkg string) string { return rule.SymbolPrefix(hookPkg) + "." + readyName }

// HookPackage returns the file that is added to a hook package, whose name (not
// path) is given: the variable by which woven code knows that the package is
// initialised, and the list of what waits for that. The file has to come last, since
// inits run in the order of files.
//
// What waits are changes of package-level variables of woven packages that were
// initialised before this one. Initialisers of packages add to the list, and the last
// one of this package runs it. The runtime runs all of these one after the other, on one
// goroutine, so nothing has to guard it. It uses no predeclared name but one, since the
// package may declare any of them anew.
func HookPackage(name, goarch string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by weaver; DO NOT EDIT.\n\npackage %s\n\nimport _ \"unsafe\" // for go:linkname\n\n", name)
	fmt.Fprintf(&b, "// %s is read by woven packages through a linkname.\n//\n//go:linkname %s\nvar %s uint32\n\n", readyName, readyName, readyName)
	store := readyName + " = 1"
	switch goarch {
	case "amd64", "386", "s390x", "wasm":
	default:
		fmt.Fprintf(&b, "//go:linkname %sStore internal/runtime/atomic.Store\nfunc %sStore(*uint32, uint32)\n\n", readyName, readyName)
		store = readyName + "Store(&" + readyName + ", 1)"
	}
	fmt.Fprintf(&b, "// weaver_woven is what hook.Woven looks at.\n//\n//go:linkname weaver_woven %s\nvar weaver_woven uint32\n\n", wovenSymbol)
	fmt.Fprintf(&b, "//go:norace\n//go:noinline\nfunc %sSet() { %s; weaver_woven = 1 }\n\n", readyName, store)
	b.WriteString(waiting)
	fmt.Fprintf(&b, "func init() { %sSet(); weaver_runWaiting() }\n", readyName)
	return b.Bytes()
}

const waiting = `type weaver_waits struct {
	run  func()
	next *weaver_waits
}

var weaver_first, weaver_last *weaver_waits

var weaver_waiting uint32

// weaver_later has woven packages wait for this one.
//
//go:linkname weaver_later
func weaver_later(run func()) {
	w := &weaver_waits{run: run}
	if weaver_waiting == 0 {
		weaver_first = w
	} else {
		weaver_last.next = w
	}
	weaver_last = w
	weaver_waiting++
}

func weaver_runWaiting() {
	for weaver_waiting > 0 {
		w := weaver_first
		weaver_first = w.next
		weaver_waiting--
		w.run()
	}
	weaver_last = weaver_first
}

`
