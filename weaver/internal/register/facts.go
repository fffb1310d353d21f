package register

import (
	"path/filepath"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// What a bug report needs to know of a registration.

// Modules returns the modules that the registration file is compiled from, the main ones
// too. It is nil for a registration that an earlier build left.
func (r *Registration) Modules() []plan.Module {
	if r.tool == nil {
		return nil
	}
	var all []string
	for _, q := range r.tool.registered {
		all = append(all, q.ImportPath)
	}
	return modulesOf(r.tool.registered, closureOf(r.tool.registered, all))
}

// ModuleOf returns the path of the module that a Go file which is compiled into the
// registration binary is of, "" if it is of none that is known.
func (r *Registration) ModuleOf(file string) string {
	dir := filepath.Dir(file)
	if r.tool != nil {
		for _, q := range r.tool.registered {
			if q.Module != nil && q.Dir == dir {
				return q.Module.Path
			}
		}
	}
	for _, m := range r.mods.mains { // the registration file is a package of its own
		if file == r.File && m.Dir == r.root {
			return m.Path
		}
	}
	return ""
}
