package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// own is the path of weaver's module. Its packages are never woven: the tool must
// not depend on what it makes, nor a hook of a built-in call itself.
const own = "github.com/goweaver/weaver"

// A Unit is a package about to be compiled, as far as it is known before its files
// are read.
type Unit struct {
	Compile    *toolcmd.Compile
	Plan       *plan.Plan
	ImportPath string // as go list has it, without the variant in brackets
	Imports    *toolcmd.ImportConfig

	inMain  *bool           // once it is known
	reached map[string]bool // once it is known, by path
	ignored []*rule.Rule    // those that sources opt out of, once [Sites] ran

	// Trace is told why rules do not match. That of a unit in a build is nil.
	Trace *Trace
}

// Ignored returns the rules that match in the package and are not woven at some place
// because the source opts out of them. It is known once [Sites] ran.
func (u *Unit) Ignored() []*rule.Rule { return u.ignored }

// Candidates returns the rules of the plan that could match in the unit, by its
// import path and import config alone. Those in spared could too, but leave the unit
// alone because a hook might reach it; see [Spared].
func (u *Unit) Candidates() (rules, spared []*rule.Rule) {
	never := NeverWoven(u.ImportPath)
	for i := range u.Plan.Rules {
		r := &u.Plan.Rules[i]
		switch {
		case never && !ofCrash(r):
		case u.excludes(r) != "":
		case !r.Pattern() || !u.inClosure():
			rules = append(rules, r)
		case u.spares(r):
			spared = append(spared, r)
		}
	}
	return rules, spared
}

// Excludes returns why the rule can not match in the unit, as far as its import path
// and import config tell, or "" if it is one of the [Unit.Candidates].
func (u *Unit) Excludes(r *rule.Rule) string {
	if why := never(u.ImportPath); why != "" && !ofCrash(r) {
		return why
	}
	switch why := u.excludes(r); {
	case why == outOfScope:
		return u.beyond(r)
	case why != "" || !r.Pattern() || !u.inClosure() || u.spares(r):
		return string(why)
	}
	return InClosure
}

// InClosure is what [Unit.Excludes] returns where the rule leaves the package alone since a
// hook could reach it.
const InClosure = "a hook imports the package, and the rule does not name it"

// An exclusion is why a rule can not match in a package, or "".
type exclusion string

const (
	hooksOwn    exclusion = "the package is that of the hook"
	elsewhere   exclusion = "the target is in another package"
	notImported exclusion = "the package does not import the target's"
	outOfScope  exclusion = "the package is out of the rule's scope"
	unrelated   exclusion = "neither the package nor what it imports has to do with the target's"
)

// NeverWoven reports whether the package is of weaver's own, or belongs to the runtime
// or to the FIPS 140 module.
func NeverWoven(importPath string) bool { return never(importPath) != "" }

// spares reports whether the user should hear that the rule leaves the unit alone.
func (u *Unit) spares(r *rule.Rule) bool {
	return !slices.Contains(r.Scope, rule.Everywhere) && !slices.Contains(u.Plan.Hooks, u.ImportPath)
}

func (u *Unit) excludes(r *rule.Rule) exclusion {
	if slices.Contains(r.Packages(), u.ImportPath) {
		return hooksOwn
	}
	if t := r.Target; t != nil && t.Pkg != u.Compile.Package {
		if !r.ByUse() {
			return elsewhere
		}
		// A value with methods can come from anywhere; a function takes an import.
		if _, imported := u.Imports.Files[t.Pkg]; !imported && t.Recv == "" && r.Point != rule.Literal {
			return notImported
		}
	}
	if !slices.ContainsFunc(r.Scope, func(s string) bool { return u.inScope(s) || s == rule.MainModules && u.testsMain(r) }) {
		return outOfScope
	}
	if r.Point == rule.Literal && r.Target.Pkg != u.Compile.Package && !u.reaches(r.Target.Pkg) {
		return unrelated
	}
	return ""
}

// Reached is why a rule that matches leaves a package alone which a hook could reach.
const (
	Reached = "a hook imports this package and could call itself for ever"
	unreach = "move what the hook needs to a package of its own, or narrow the scope"
)

// Spared splits off the sites of rules that leave the package alone because a hook
// might reach it, and would then call itself for ever. That a package the user asked
// for is not woven is said, once for each rule.
func Spared(u *Unit, sites []Site, spared []*rule.Rule) ([]Site, []Finding) {
	var found []Finding
	for _, r := range spared {
		n := 0
		sites = slices.DeleteFunc(sites, func(s Site) bool {
			if s.Rule != r {
				return false
			}
			n++
			if u.Trace != nil {
				u.Trace.spared(s)
			}
			return true
		})
		if n > 0 {
			found = append(found, Finding{Pos: u.ImportPath, Aspect: r.Aspect, Rule: r.ID, Text: fmt.Sprintf(
				"the rule matches here (sites: %d) but is not woven, since %s; %s", n, Reached, unreach)})
		}
	}
	return sites, found
}

// inClosure reports whether a hook could reach the unit's code.
func (u *Unit) inClosure() bool {
	_, found := slices.BinarySearch(u.Plan.Closure, u.ImportPath)
	return found && u.Compile.Package != "main"
}

func (u *Unit) inScope(pattern string) bool {
	switch pattern {
	case rule.Everywhere:
		return true
	case rule.MainModules:
		return u.InMain()
	}
	return Pattern(pattern, u.ImportPath)
}

// InMain reports whether the package is of a main module.
func (u *Unit) InMain() bool {
	if u.inMain == nil {
		in := !u.Compile.Std && u.Plan.InMain(u.Compile.Dir())
		u.inMain = &in
	}
	return *u.inMain
}

// Pattern reports whether the import path fits a package pattern, in which ...
// stands for any string and a trailing /... for nothing too.
func Pattern(pattern, importPath string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok && Pattern(prefix, importPath) {
		return true
	}
	parts := strings.Split(pattern, "...")
	rest, ok := strings.CutPrefix(importPath, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return rest == ""
}

// isRuntime reports whether the package belongs to the runtime: code in it may run
// where no Go function may be called.
//
// Source: go list -deps runtime of go1.25 and go1.26.
func isRuntime(importPath string) bool {
	switch importPath {
	case "runtime", "unsafe", "internal/abi", "internal/asan", "internal/bytealg", "internal/byteorder",
		"internal/chacha8rand", "internal/coverage/rtcov", "internal/cpu", "internal/goarch",
		"internal/godebugs", "internal/goexperiment", "internal/goos", "internal/msan",
		"internal/profilerecord", "internal/race", "internal/stringslite", "internal/strconv",
		"internal/trace/tracev2", "internal/unsafeheader", "sync/atomic", "math/bits":
		return true
	}
	return strings.HasPrefix(importPath, "internal/runtime/") || strings.HasPrefix(importPath, "runtime/internal/")
}

// Mentioned returns those of the rules whose target's name occurs in the package's
// bytes, with the directives that the rule needs, and the others; a pattern rule that
// names neither is always among the first.
func Mentioned(rules []*rule.Rule, p *source.Package) (mentioned, absent []*rule.Rule) {
	for _, r := range rules {
		words := []string(nil)
		if r.Target != nil && r.Point != rule.Literal { // a struct is made without its name, too
			words = append(words, r.Target.Name)
			if r.Point == rule.Body && r.Target.Recv != "" {
				words = append(words, r.Target.Recv)
			}
		}
		if r.Pattern() {
			for _, name := range r.Required() {
				words = append(words, written(name))
			}
		}
		if p.Contains(words...) {
			mentioned = append(mentioned, r)
		} else {
			absent = append(absent, r)
		}
	}
	return mentioned, absent
}

// Absent returns a finding for each of the rules that names a body of this package,
// none of which is there. Commands are left out, since "main" is the path of all of
// them, and so are external tests, which have a package's path and not its functions.
func Absent(u *Unit, rules []*rule.Rule) []Finding {
	var out []Finding
	for _, r := range rules {
		if r.ByUse() || r.Target == nil || r.Target.Pkg == "main" || strings.HasSuffix(u.Compile.Package, "_test") {
			continue
		}
		out = append(out, Finding{
			Pos: u.ImportPath, Aspect: r.Aspect, Rule: r.ID,
			Text: NoTarget(*r.Target),
		})
	}
	return out
}

// NoTarget says that a function is not in its package.
func NoTarget(f rule.Func) string {
	return fmt.Sprintf("the package has no %s on this platform; correct the name, or drop the rule", f.Short())
}
