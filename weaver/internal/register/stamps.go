package register

import (
	"path/filepath"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// Stamp adds to the plan what a build without the wrapper has to find unchanged: the
// registration file, go.mod, go.work, the list of what is vendored, and the folders of all
// packages that the registration file or a hook imports, but for those of the module cache,
// which go.mod pins.
func (r *Registration) Stamp() error {
	registered, err := listClosure(r.host, r.hostFlags, []string{r.File})
	if err != nil {
		return err
	}
	r.Plan.Build.Stamps, err = r.stamps(registered)
	return err
}

// stamps returns the stamps of the registration, which is compiled from these packages.
func (r *Registration) stamps(registered []*pkg) ([]plan.Stamp, error) {
	files := []string{filepath.Join(r.root, FileName), filepath.Join(r.root, "vendor", "modules.txt")}
	if r.work != "" {
		files = append(files, r.work, filepath.Join(filepath.Dir(r.work), "vendor", "modules.txt"))
	}
	for _, dir := range r.mods.dirs() {
		files = append(files, filepath.Join(dir, "go.mod"))
	}
	overlay, err := r.Plan.Build.Overlay()
	if err != nil {
		return nil, err
	}
	var stamps []plan.Stamp
	for _, f := range files {
		stamps = append(stamps, plan.Stamp{Path: f})
	}
	seen := map[string]bool{}
	add := func(p *pkg) {
		if p.isLocal() && !seen[p.Dir] {
			seen[p.Dir] = true
			stamps = append(stamps, plan.Stamp{Path: p.Dir, Dir: true, Embedded: p.EmbedFiles})
			if m := p.source(); m != nil && m.GoMod != "" && !slices.Contains(files, m.GoMod) {
				files = append(files, m.GoMod) // its language version
				stamps = append(stamps, plan.Stamp{Path: m.GoMod})
			}
			for _, f := range overlay.Files(p.Dir) {
				stamps = append(stamps, plan.Stamp{Path: f})
			}
		}
	}
	for _, p := range registered {
		add(p)
	}
	for _, path := range r.linked {
		add(r.byPath[path])
	}
	for i := range stamps {
		if err := stamps[i].Take(); err != nil {
			return nil, err
		}
	}
	return stamps, nil
}

// isLocal reports whether the package's sources can be other ones while go.mod and go.sum
// are as they were.
func (p *pkg) isLocal() bool {
	return !p.Standard && p.Dir != "" && p.Name != "main" && !p.isPinned()
}

// isPinned reports whether the package is of the module cache, where the go command has
// held it against its sum.
func (p *pkg) isPinned() bool {
	m := p.source()
	return m != nil && !m.Main && m.Version != "" && m.Sum != "" && !p.isVendored()
}
