package match

import (
	"bytes"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// Listed returns the unit of a package as go list has it, before anything is compiled: its
// [Unit.Candidates] are those that the compile of the package will have, or more, since
// nobody can say yet what its imports export. pkg is the import path that the compiler will
// be given, which is "main" for a command.
func Listed(p *plan.Plan, importPath, pkg string, std, inMain bool, imports []string) *Unit {
	cfg := &toolcmd.ImportConfig{Files: make(map[string]string, len(imports))}
	for _, i := range imports {
		cfg.Files[i] = ""
	}
	u := &Unit{
		Compile: &toolcmd.Compile{Package: pkg, Std: std}, Plan: p,
		ImportPath: importPath, Imports: cfg, inMain: &inMain, reached: map[string]bool{},
	}
	for i := range p.Rules {
		if t := p.Rules[i].Target; t != nil && p.Rules[i].Point == rule.Literal {
			u.reached[t.Pkg] = true
		}
	}
	return u
}

// FromAfar reports whether the rule can match in a package that does not import the one
// that the rule's target is of: where a value's type, or a struct's, comes by way of others.
func FromAfar(r *rule.Rule) bool {
	return r.ByUse() && (r.Target.Recv != "" || r.Point == rule.Literal)
}

// Open reports whether the rule is about packages that it does not name, and that are not
// those of the main modules.
func Open(r *rule.Rule) bool {
	if !r.Pattern() {
		return false
	}
	for _, s := range r.Scope {
		if s != rule.MainModules {
			return true
		}
	}
	return false
}

// Marked returns what tells whether the compile of a package has to do with weaver: all have,
// but for those that have no mark where others have.
func Marked(p *plan.Plan) func(importPath string) bool {
	if p.Marks == nil {
		return func(string) bool { return true }
	}
	exact, patterns := map[string]bool{}, []string(nil)
	for _, pattern := range p.Marks.Patterns {
		if exact[pattern] = true; strings.Contains(pattern, "...") {
			patterns = append(patterns, pattern)
		}
	}
	return func(importPath string) bool {
		// What go test makes of a package has the package's mark.
		base := strings.TrimSuffix(strings.TrimSuffix(importPath, ".test"), "_test")
		return exact[importPath] || exact[base] || slices.ContainsFunc(patterns, func(p string) bool { return Pattern(p, importPath) || Pattern(p, base) })
	}
}

// Undirected reports whether the rule can not match in a package, described by nothing but
// what is in it, for want of a directive: nothing of weaver's own is in its sources.
func Undirected(r *rule.Rule) bool {
	return r.Target == nil && slices.ContainsFunc(r.Required(), isOwn)
}

// Directed reports whether the source may have one of weaver's own directives in it.
func Directed(src []byte) bool { return bytes.Contains(src, []byte(directivePrefix)) }

// MarkOf returns the mark that the compile of a package has, "" if it has none. forTest is
// what it is a test of, or compiled anew for the tests of, if it is. Of several that the
// package fits the last one counts.
func MarkOf(p *plan.Plan, importPath, forTest string) (mark plan.Mark) {
	if p.Marks == nil {
		return ""
	}
	if importPath == forTest+"_test" { // it has the flags of what it tests
		importPath = forTest
	}
	for i, pattern := range p.Marks.Patterns {
		if Pattern(pattern, importPath) {
			flags := p.Build.Marks[i] // which end in the mark
			mark = plan.Mark(flags[strings.LastIndex(flags, plan.MarkFlag)+len(plan.MarkFlag):])
		}
	}
	return mark
}
