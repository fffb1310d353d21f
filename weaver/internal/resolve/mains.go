package resolve

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// Needed returns the import paths of the hook packages that the main package has to
// import, sorted: those of the rules whose target is among its dependencies, or
// among what these hooks bring with them. work is the build's folder $WORK.
func (r *Resolver) Needed(importPath, work string, archives Archives) ([]string, error) {
	deps, err := r.deps(importPath, work)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{"main": true, importPath: true}
	for _, d := range deps {
		has[d] = true
	}
	needed := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for i := range r.Plan.Rules {
			rl := &r.Plan.Rules[i]
			if needed[rl.Hook.Pkg] || deps != nil && !concerns(rl, has) {
				continue
			}
			needed[rl.Hook.Pkg], grown = true, true
			for _, d := range archives.Closure(rl.Hook.Pkg) {
				has[d] = true
			}
		}
	}
	out := make([]string, 0, len(needed))
	for p := range needed {
		out = append(out, p)
	}
	slices.Sort(out)
	return out, nil
}

// concerns reports whether the rule could match in one of the packages.
func concerns(r *rule.Rule, has map[string]bool) bool {
	if r.Target != nil {
		return has[r.Target.Pkg]
	}
	for _, s := range r.Scope {
		if s == rule.MainModules || s == rule.Everywhere {
			return true
		}
		for p := range has {
			if match.Pattern(s, p) {
				return true
			}
		}
	}
	return false
}

// deps returns the dependencies of the main package, or nil if they are not known.
// The first main of a build lists those of all that its command line names: three
// hundred test mains may not cost three hundred listings.
func (r *Resolver) deps(importPath, work string) ([]string, error) {
	file := filepath.Join(work, "weaver.mains.json")
	unlock, err := lockedfile.MutexAt(file + ".lock").Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	var all map[string][]string
	if data, err := os.ReadFile(file); err == nil && json.Unmarshal(data, &all) == nil {
		return all[importPath], nil
	}
	all = map[string][]string{}
	b := r.Plan.Build
	args := []string{"-e", "-json=ImportPath,Deps"}
	if b.Test {
		args = append(args, "-test")
	}
	err = r.list(args, b.Patterns, func(p *listed) error {
		deps := make([]string, 0, len(p.Deps))
		for _, d := range p.Deps {
			deps = append(deps, plain(d))
		}
		all[p.ImportPath] = deps
		return nil
	})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return all[importPath], plan.WriteFile(file, data)
}
