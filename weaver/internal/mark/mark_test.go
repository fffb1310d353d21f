package mark

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// build is a program with a library of the module cache, one that comes back to the program's
// module, and a part of the standard library.
func build(t *testing.T) (root string, packages []*Package) {
	root = t.TempDir()
	return root, []*Package{
		{ImportPath: "example.com/app", Name: "main", Dir: root, Named: true, Mutable: true, Imports: words("example.com/app/orders fmt runtime"), Deps: words("example.com/app/orders fmt")},
		{ImportPath: "example.com/app/orders", Name: "orders", Dir: filepath.Join(root, "orders"), Mutable: true, Imports: words("example.com/lib testing runtime"), Deps: words("example.com/lib")},
		{ImportPath: "example.com/app/plugin", Name: "plugin", Dir: filepath.Join(root, "plugin"), Mutable: true, Imports: words("runtime")},
		{ImportPath: "example.com/lib", Name: "lib", Dir: "/cache/lib", Imports: words("net/http example.com/back runtime"), Deps: words("net/http example.com/back")},
		{ImportPath: "example.com/back", Name: "back", Dir: "/cache/back", Imports: words("example.com/app/plugin"), Deps: words("example.com/app/plugin")},
		{ImportPath: "net/http", Name: "http", Std: true, Imports: words("os runtime"), Deps: words("os runtime")},
		{ImportPath: "fmt", Name: "fmt", Std: true, Imports: words("os runtime"), Deps: words("os runtime")},
		{ImportPath: "os", Name: "os", Std: true, Imports: words("runtime"), Deps: words("runtime")},
		{ImportPath: "runtime", Name: "runtime", Std: true},
		{ImportPath: "example.com/hooks", Name: "hooks", Dir: "/cache/hooks"},
	}
}

func words(s string) []string { return strings.Fields(s) }

func body(pkg, name string) rule.Rule {
	return rule.Rule{Aspect: "a", Point: rule.Body, Advice: rule.Before, Scope: []string{rule.Everywhere}, Target: &rule.Func{Pkg: pkg, Name: name}, Hook: rule.Func{Pkg: "example.com/hooks", Name: "H"}}
}

func call(pkg, name string, scope ...string) rule.Rule {
	r := body(pkg, name)
	r.Point, r.Scope = rule.Call, scope
	return r
}

func set(t *testing.T, root string, packages []*Package, given []string, rules ...rule.Rule) *plan.Plan {
	t.Helper()
	p := &plan.Plan{
		Identity: "id", Tool: "tool", Rules: rules, Hooks: words("example.com/hooks"), Closure: words("example.com/hooks"),
		MainModules: []string{root}, MainPaths: words("example.com/app"), Linked: &plan.Program{}, Build: plan.Build{Dir: root},
	}
	if err := Set(p, packages, given, words("example.com/app"), "more"); err != nil {
		t.Fatal(err)
	}
	return p
}

// flagsOf returns the flags that the go command would give each package.
func flagsOf(p *plan.Plan, packages []*Package) map[string]string {
	out := map[string]string{}
	for _, q := range packages {
		for _, f := range p.Build.Marks {
			pattern, flags, _ := strings.Cut(strings.TrimPrefix(f, "-gcflags="), "=")
			if is := matcherOf(pattern, p.Build.Dir); is != nil && is(q) {
				out[q.ImportPath] = flags
			}
		}
	}
	return out
}

// What a rule can be about has a mark, what can change while a build knows nothing of it has
// one, and so has what leads back to that. Nothing else has.
func TestMarked(t *testing.T) {
	root, packages := build(t)
	always := words("example.com/app example.com/app/orders example.com/app/plugin example.com/back example.com/hooks example.com/lib")
	for _, tt := range []struct {
		name string
		rule rule.Rule
		more string
	}{
		{"a named function", body("net/http", "Get"), "net/http"},
		{"calls in packages that import the target's", call("os", "Exit", rule.Everywhere), "fmt net/http os"},
		{"calls of a method, which need no import", func() rule.Rule { r := call("os", "Close", rule.Everywhere); r.Target.Recv = "File"; return r }(), "fmt net/http os"},
		{"calls in the main modules", call("os", "Exit", rule.MainModules), ""},
		{"a package that is not there", body("example.com/gone", "F"), ""},
	} {
		p := set(t, root, packages, nil, tt.rule)
		got := slices.Sorted(maps.Keys(flagsOf(p, packages)))
		want := slices.Sorted(slices.Values(append(words(tt.more), always...)))
		if !slices.Equal(got, want) {
			t.Errorf("%s: marked are %q, want %q", tt.name, got, want)
		}
	}
}

// A change of a rule changes the marks of what it is about, and the one in the keys of
// commands; one of the tool changes all.
func TestChanged(t *testing.T) {
	root, packages := build(t)
	of := func(tool string, rules ...rule.Rule) map[string]string {
		p := &plan.Plan{Identity: tool, Tool: tool, Rules: rules, Hooks: words("example.com/hooks"), Closure: words("example.com/hooks"), MainModules: []string{root}, MainPaths: words("example.com/app"), Linked: &plan.Program{}}
		if err := Set(p, packages, nil, words("example.com/app"), ""); err != nil {
			t.Fatal(err)
		}
		return flagsOf(p, packages)
	}
	differ := func(a, b map[string]string) []string {
		var out []string
		for path := range a {
			if a[path] != b[path] {
				out = append(out, path)
			}
		}
		slices.Sort(out)
		return out
	}
	option := []rule.Option{{Key: "k", Kind: "string", Text: `"v"`}}
	changed := body("net/http", "Get")
	changed.Options = option
	moved := body("net/http", "Get")
	moved.Pos = "/elsewhere/aspects.go:7"
	inMain := call("example.com/lib", "F", rule.MainModules)
	inMainChanged := inMain
	inMainChanged.Options = option
	first := of("1", body("net/http", "Get"), inMain)
	for _, tt := range []struct {
		name string
		now  map[string]string
		want []string
	}{
		{"nothing", of("1", body("net/http", "Get"), inMain), nil},
		{"the rule's line", of("1", moved, inMain), nil},
		{"an option of the rule on net/http", of("1", changed, inMain), words("net/http")},
		{"an option of the rule on calls of lib", of("1", body("net/http", "Get"), inMainChanged), words("example.com/app/orders")},
		{"the tool", of("2", body("net/http", "Get"), inMain), slices.Sorted(maps.Keys(first))},
	} {
		if got := differ(first, tt.now); !slices.Equal(got, tt.want) {
			t.Errorf("with another %s, marks of %q are others, want those of %q", tt.name, got, tt.want)
		}
	}
}

// A rule that asks for a directive is about packages that have one.
func TestDirected(t *testing.T) {
	root, packages := build(t)
	r := rule.Rule{Aspect: "a", Point: rule.Body, Advice: rule.Before, Scope: []string{rule.MainModules}, Where: []rule.Pred{{Kind: rule.PredDirective, Text: "span"}}}
	p := set(t, root, packages, nil, r)
	if of := p.Marks.Rules[markOf(p, packages, "example.com/app/orders")]; len(of) != 0 {
		t.Errorf("without a directive rules %v may match", of)
	}
	packages[1].Directed = true
	p = set(t, root, packages, nil, r)
	mark := markOf(p, packages, "example.com/app/orders")
	if of := p.Marks.Rules[mark]; len(of) != 1 || !mark.Directed() || !p.May(mark, &p.Rules[0]) {
		t.Errorf("with a directive the mark is %s, and rules %v may match", mark, of)
	}
	if markOf(p, packages, "example.com/app/plugin").Directed() {
		t.Error("a package without directives has the mark of one with")
	}
}

func markOf(p *plan.Plan, packages []*Package, path string) plan.Mark {
	mark, _ := plan.CutMark(strings.Fields(flagsOf(p, packages)[path]))
	return mark
}

// Where the user has flags for a package, its mark stands behind them.
func TestGCFlags(t *testing.T) {
	root, packages := build(t)
	for _, tt := range []struct {
		given string // separated by semicolons
		want  map[string]string
	}{
		{"-m", map[string]string{"example.com/app": "-m ", "example.com/app/orders": "", "net/http": ""}},
		{"all=-N -l", map[string]string{"example.com/app": "-N -l ", "net/http": "-N -l "}},
		{"all=-N;net/...=-l", map[string]string{"example.com/lib": "-N ", "net/http": "-l "}},
		{"all=-N;all=", map[string]string{"example.com/app": "", "net/http": ""}},
		{"std=-N;./orders=-d=ssa/check/on", map[string]string{"example.com/app": "", "example.com/app/orders": "-d=ssa/check/on ", "net/http": "-N "}},
		{"./...=-N", map[string]string{"example.com/app": "-N ", "example.com/app/plugin": "-N ", "example.com/lib": ""}},
	} {
		p := set(t, root, packages, strings.Split(tt.given, ";"), body("net/http", "Get"))
		flags := flagsOf(p, packages)
		for path, want := range tt.want {
			if got, _, _ := strings.Cut(flags[path], plan.MarkFlag); got != want || !strings.Contains(flags[path], plan.MarkFlag) {
				t.Errorf("-gcflags=%s: %s gets %q, want %q and a mark", tt.given, path, flags[path], want)
			}
		}
	}
	p := &plan.Plan{}
	if err := Set(p, packages, words("cmd=-N"), nil, ""); err == nil || p.Marks != nil {
		t.Error("a pattern that only the go command knows is taken for known")
	}
}

// What a package of the module cache needs is what all that it imports needs; of what can
// change, archives say it.
func TestNeeds(t *testing.T) {
	root, packages := build(t)
	p := set(t, root, packages, nil, body("net/http", "Get"), body("example.com/app/plugin", "F"))
	for path, want := range map[string]string{
		"runtime": "", "fmt": "", "net/http": "example.com/hooks", "example.com/lib": "example.com/hooks", "example.com/back": "",
	} {
		i, ok := p.Linked.Needs.Of[path]
		if !ok || strings.Join(p.Linked.Needs.Sets[i], " ") != want {
			t.Errorf("%s needs %q, want %q", path, p.Linked.Needs.Sets[i], want)
		}
	}
}
