package register

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// conditions returns what changes the archives of hook packages, and is neither in their
// sources nor in the go command's keys of all packages: where they lie, what C is
// compiled with, and the flags that are for some packages only.
func (p *preparation) conditions() []string {
	linked, usesC := []*pkg(nil), false
	for _, path := range p.reg.linked {
		if q := p.reg.byPath[path]; q != nil {
			linked = append(linked, q)
			usesC = usesC || q.usesC()
		}
	}
	var out []string
	if usesC {
		for _, k := range []string{"CC", "CXX", "FC", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS", "PKG_CONFIG"} {
			out = append(out, fmt.Sprintf("%s=%q", k, p.env[k]))
		}
	}
	trimmed := false
	for _, f := range append(strings.Fields(p.env["GOFLAGS"]), p.Line.Given...) {
		name, value, given := strings.Cut(strings.TrimLeft(f, "-"), "=")
		switch name {
		case "trimpath":
			trimmed = true
			if given {
				trimmed, _ = strconv.ParseBool(value)
			}
		case "gcflags", "asmflags", "gccgoflags":
			// Without a pattern they are for the packages of the command line.
			if pattern, _, ok := strings.Cut(value, "="); ok && value[0] != '-' && pattern != "all" {
				out = append(out, fmt.Sprintf("%s=%q", name, value))
			}
		}
	}
	for _, q := range linked {
		if !trimmed && !q.Standard {
			out = append(out, p.place(q))
		}
	}
	return out
}

// place returns where the package lies, which is in its archive unless -trimpath takes it
// out. What is in the project is named by its way from the first main module: if all of
// that moves, the program's own packages have other keys.
func (p *preparation) place(q *pkg) string {
	if q.isPinned() {
		return "modules in " + p.env["GOMODCACHE"]
	}
	base := p.root
	if len(p.mods.mains) > 0 {
		base = p.mods.mains[0].Dir
	}
	if rel, err := filepath.Rel(base, q.Dir); err == nil {
		return q.ImportPath + " in " + filepath.ToSlash(rel)
	}
	return q.ImportPath + " in " + q.Dir
}
