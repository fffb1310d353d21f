// Package mark gives each package that weaving may change a cache key of its own, and
// leaves all others the one that they have without weaver.
//
// The go command hashes -gcflags=<package>=<flags> into the key of that package alone. So
// the wrapper adds a flag that the compiler does not know, a mark, to those packages, and
// the toolexec process takes it out again. A package without one is not woven, and its
// archive is the same one that a plain build makes. A mark is the digest of what weaving
// does there: to change a rule compiles anew what the rule is about, and nothing else.
//
// Package register calls it at the end, for the plan of a build; the outer go command, package
// resolve's and the toolexec processes come after it.
//
// Source: PerPackageFlag in cmd/go/internal/load/flag.go, buildActionID in
// cmd/go/internal/work/exec.go of go1.26.
package mark

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A Package is one of the build, as go list has it.
type Package struct {
	ImportPath string
	Name       string
	Dir        string
	Std        bool
	Named      bool     // by a pattern of the command line
	Imports    []string // those of its tests too
	Deps       []string // those without its tests
	Mutable    bool     // its sources may change while go.mod stays: it is not of the module cache
	Directed   bool     // its sources have a directive of weaver's in them
	Tested     bool     // the build makes a test program of it
}

// A marker works out the marks of one build.
type marker struct {
	plan  *plan.Plan
	given gcflags
	all   map[string]*Package
	rules []string // the canonical form of each rule

	afar   map[string]map[string]bool // for [match.FromAfar]: what imports the package, directly or not
	relays map[string]bool            // packages of the module cache that import mutable ones
}

// Set gives the plan its marks, for a build of these packages. given are the values of the
// user's own -gcflags, and modules are the paths of modules whose packages are mutable.
// more is what decides, beside the plan's identity, which hooks a main package needs.
//
// The error is that this build can not have marks; then all keys have to follow the identity.
func Set(p *plan.Plan, packages []*Package, given, modules []string, more string) error {
	m := &marker{plan: p, all: map[string]*Package{}, afar: map[string]map[string]bool{}, relays: map[string]bool{}}
	var err error
	if m.given, err = parseGCFlags(given, p.Build.Dir); err != nil {
		return err
	}
	for _, q := range packages {
		m.all[q.ImportPath] = q
	}
	for i := range p.Rules {
		r := p.Rules[i]
		r.Pos = ""
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		m.rules = append(m.rules, fmt.Sprintf("%v %s", p.Declares(p.Rules[i].Pos), data))
	}
	m.findRelays()
	marks := m.marks()
	p.Marks = &plan.Marks{Rules: map[plan.Mark][]int{}}
	p.Build.Marks = nil
	places := placesOf(p.Build.Dir, m.all)
	for _, f := range m.flags(marks, modules) {
		p.Marks.Rules[f.mark] = f.rules
		p.Marks.Patterns = append(p.Marks.Patterns, f.pattern)
		p.Build.Marks = append(p.Build.Marks, "-gcflags="+places.spell(f.pattern)+"="+f.flags+plan.MarkFlag+string(f.mark))
	}
	p.Marks.Hooks = m.digestHooks(marks)
	// The last value is in the build info, which is part of every main package's key, that
	// of test programs too, and so of the hooks that these are linked with.
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s", p.Identity, more))
	p.Build.Marks = append(p.Build.Marks, "-gcflags="+plan.MainMark+"="+plan.MarkFlag+hex.EncodeToString(sum[:16]))
	if given := m.given; len(given) > 0 {
		p.Build.GCFlags = given[len(given)-1].raw
	}
	p.Linked.Needs = m.needs()
	if n := size(p.Build.Marks); n > plan.MaxMarks {
		return fmt.Errorf("the marks of %d packages take %d bytes of command line", len(marks), n)
	}
	return nil
}

func size(args []string) (n int) {
	for _, a := range args {
		n += len(a) + 1
	}
	return n
}

// A marked is one package, or a pattern, that gets a mark.
type marked struct {
	pattern string // what -gcflags names it by
	flags   string // what the user has for it, with a space behind
	rules   []int  // what may match there, indexes of the plan's
	mark    plan.Mark
}

// marks returns the packages that need a mark of their own, sorted.
func (m *marker) marks() []*marked {
	var out []*marked
	for _, path := range slices.Sorted(maps.Keys(m.all)) {
		q := m.all[path]
		rules := m.candidates(q)
		hook := slices.Contains(m.plan.Hooks, path) && !q.Std
		if len(rules) == 0 && !hook && !m.handsOn(q) {
			continue
		}
		out = append(out, &marked{pattern: path, flags: m.given.of(q), rules: rules, mark: m.digest(q, rules, hook)})
	}
	return out
}

// handsOn reports whether the package's archive has to say what it imports, since nothing
// else does: what a build knew of mutable packages may be no longer so.
func (m *marker) handsOn(q *Package) bool {
	return q.Mutable || m.relays[q.ImportPath] || q.Tested || q.Name == "main"
}

// digest returns the mark of the package: the digest of all that decides what weaving makes
// of it, but for its sources and the compiler, which the go command's key has.
func (m *marker) digest(q *Package, rules []int, hook bool) plan.Mark {
	h := sha256.New()
	_, closed := slices.BinarySearch(m.plan.Closure, q.ImportPath) // pattern rules leave it alone
	fmt.Fprintf(h, "%s hook %v closed %v linked %v\n", m.plan.Tool, hook, closed, m.plan.Links(q.ImportPath))
	for _, i := range rules {
		fmt.Fprintln(h, m.rules[i])
	}
	if q.Directed { // one that no rule asks for is a finding
		for i := range m.plan.Rules {
			r := &m.plan.Rules[i]
			names := r.Directives()
			fmt.Fprintf(h, "%s %q %v\n", r.Aspect, names, r.Strict && len(r.Wanted()) > 0)
			for _, name := range names {
				keys, asked, open := r.DirectiveKeys(name)
				fmt.Fprintf(h, "%q %v %v %v %v %v\n", keys, asked, open, r.Words, r.Limits, r.CaptureWords)
			}
		}
	}
	return plan.NewMark(m.handsOn(q), q.Directed, hex.EncodeToString(h.Sum(nil)[:12]))
}

// candidates returns the rules that may match in the package, or in what its tests add.
func (m *marker) candidates(q *Package) []int {
	std, in := q.Std, !q.Std && m.plan.InMain(q.Dir)
	units := []*match.Unit{match.Listed(m.plan, q.ImportPath, q.ImportPath, std, in, q.Imports)}
	if q.Name == "main" {
		units = append(units, match.Listed(m.plan, q.ImportPath, "main", std, in, q.Imports))
	}
	if q.Mutable || q.Tested {
		units = append(units, match.Listed(m.plan, q.ImportPath+"_test", q.ImportPath+"_test", std, in, q.Imports))
	}
	may := map[*rule.Rule]bool{}
	near := false // or is there nothing but rules for values that can not come so far?
	for _, u := range units {
		rules, spared := u.Candidates()
		for _, r := range slices.Concat(rules, spared) {
			if q.Mutable && !q.Directed && match.Undirected(r) {
				continue
			}
			may[r] = true
			near = near || q.Mutable || !match.FromAfar(r) || m.imports(q.ImportPath, r.Target.Pkg)
		}
	}
	var out []int
	for i := range m.plan.Rules {
		if near && may[&m.plan.Rules[i]] {
			out = append(out, i)
		}
	}
	return out
}

// imports reports whether the package imports the other, directly or not, or is it.
func (m *marker) imports(from, to string) bool {
	if m.afar[to] == nil {
		m.afar[to] = m.importersOf(func(q *Package) bool { return q.ImportPath == to })
	}
	return m.afar[to][from]
}

// findRelays finds the packages of the module cache that import mutable ones.
func (m *marker) findRelays() {
	for path := range m.importersOf(func(q *Package) bool { return q.Mutable }) {
		if !m.all[path].Mutable {
			m.relays[path] = true
		}
	}
}

// importersOf returns the packages for which is holds, and all that import one.
func (m *marker) importersOf(is func(*Package) bool) map[string]bool {
	known := map[string]bool{}
	var visit func(path string) bool
	visit = func(path string) bool {
		found, seen := known[path]
		q := m.all[path]
		if seen || q == nil {
			return found
		}
		known[path] = false // a cycle is an error that the go command tells
		found = is(q)
		for _, d := range q.Deps {
			found = visit(d) || found
		}
		known[path] = found
		return found
	}
	for path := range m.all {
		visit(path)
	}
	maps.DeleteFunc(known, func(_ string, found bool) bool { return !found })
	return known
}

// digestHooks returns a digest of the marks of what programs are linked with: what is kept
// of archives of theirs is kept under it.
func (m *marker) digestHooks(marks []*marked) string {
	h := sha256.New()
	for _, f := range marks {
		if m.plan.Links(f.pattern) {
			fmt.Fprintf(h, "%s %s\n", f.pattern, f.mark)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// flags returns the marks with as few flags as they can have. All packages of a mutable
// module have to have one, also those that are not known: each has its most common mark,
// and packages with another are named behind it, since the last match counts.
func (m *marker) flags(marks []*marked, modules []string) []*marked {
	var out []*marked
	covered := map[string]plan.Mark{} // import path → mark by pattern
	if len(m.given) == 0 {
		modules = slices.Sorted(slices.Values(modules)) // a module within another comes behind it
		for _, module := range modules {
			pattern := module + "/..."
			n := map[plan.Mark]int{}
			var common *marked
			for _, f := range marks {
				if match.Pattern(pattern, f.pattern) && f.mark.HandsOn() {
					if n[f.mark]++; common == nil || n[f.mark] > n[common.mark] {
						common = f
					}
				}
			}
			if common == nil {
				continue
			}
			out = append(out, &marked{pattern: pattern, rules: common.rules, mark: common.mark})
			for path := range m.all {
				if match.Pattern(pattern, path) {
					covered[path] = common.mark
				}
			}
		}
	}
	for _, f := range marks {
		if covered[f.pattern] != f.mark {
			out = append(out, f)
		}
	}
	return out
}
