package register

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A module is one of the main modules.
type mainModule struct {
	Path string
	Dir  string
	file *modfile.File
}

// modules is what the build knows of modules from go.mod and go.work alone.
type modules struct {
	mains    []mainModule // sorted by path
	only     string       // the folder of the one that counts as a main module; "" for all
	replaced []replacement
	vendors  []string // the vendor folders that there may be
	modCache string
}

// A replacement is a replace line of go.work or of a main module's go.mod.
type replacement struct {
	*modfile.Replace
	from string // the folder that the line is in
}

// dir returns the folder that the line names, or "" if it names a version.
func (r *replacement) dir() string {
	dir := r.New.Path
	switch {
	case !modfile.IsDirectoryPath(dir):
		return ""
	case !filepath.IsAbs(dir):
		return filepath.Join(r.from, dir)
	}
	return dir
}

// readModules reads the go.mod of the working folder's module, and in a workspace
// those of all its modules.
func readModules(env map[string]string) (*modules, error) {
	m := &modules{modCache: env["GOMODCACHE"]}
	if work := env["GOWORK"]; work != "" && work != "off" {
		return m, m.readWork(work)
	}
	return m, m.add(filepath.Dir(env["GOMOD"]), env["GOMOD"])
}

func (m *modules) readWork(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	w, err := modfile.ParseWork(file, data, nil)
	if err != nil {
		return err
	}
	m.resolve(filepath.Dir(file), w.Replace)
	for _, u := range w.Use {
		dir := filepath.FromSlash(u.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(file), dir)
		}
		if err := m.add(dir, filepath.Join(dir, "go.mod")); err != nil {
			return err
		}
	}
	slices.SortFunc(m.mains, func(x, y mainModule) int { return strings.Compare(x.Path, y.Path) })
	return nil
}

func (m *modules) add(dir, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f, err := modfile.Parse(file, data, nil)
	if err != nil {
		return err
	}
	if f.Module == nil {
		return fmt.Errorf("%s: no module line; add one", file)
	}
	m.mains = append(m.mains, mainModule{Path: f.Module.Mod.Path, Dir: dir, file: f})
	m.resolve(dir, f.Replace)
	return nil
}

// resolve takes down what a go.mod or go.work in the folder says of where modules are.
func (m *modules) resolve(dir string, lines []*modfile.Replace) {
	m.vendors = append(m.vendors, filepath.Join(dir, "vendor"))
	for _, r := range lines {
		m.replaced = append(m.replaced, replacement{r, dir})
	}
}

func (m *modules) paths() []string {
	var out []string
	for _, mod := range m.mains {
		if m.only == "" || m.only == mod.Dir {
			out = append(out, mod.Path)
		}
	}
	return out
}

func (m *modules) dirs() []string {
	var out []string
	for _, mod := range m.mains {
		if m.only == "" || m.only == mod.Dir {
			out = append(out, mod.Dir)
		}
	}
	return out
}

// nested returns the folders within main modules that are not theirs, but of a module of
// their own which replaces another: what is there is none of the main modules' packages,
// though it may have been one, of the same path and in the same place.
func (m *modules) nested() []string {
	var out []string
	for _, r := range m.replaced {
		for _, mod := range m.mains {
			if rel, err := filepath.Rel(mod.Dir, r.dir()); err == nil && filepath.IsLocal(rel) {
				out = append(out, mod.Path+"/"+filepath.ToSlash(rel))
			}
		}
	}
	slices.Sort(out)
	return out
}

// onDisk returns the file that what was compiled with -trimpath knows
// as trimmed: "path@version/rest" in the module cache, "path/rest" in a main module
// or a replaced one. What can not be found stays as it is.
func (m *modules) onDisk(trimmed, registrationFile string) string {
	if rest, ok := strings.CutPrefix(trimmed, "command-line-arguments/"); ok && rest == filepath.Base(registrationFile) || trimmed == "./"+filepath.Base(registrationFile) || trimmed == filepath.Base(registrationFile) {
		return registrationFile
	}
	for _, c := range m.candidates(trimmed) {
		if _, err := os.Stat(c); err == nil {
			return c
		}
	}
	return trimmed
}

// Module returns the path of the module that the registration file is of, or would be.
func (r *Registration) Module() string {
	for _, mod := range r.mods.mains {
		if mod.Dir == r.root {
			return mod.Path
		}
	}
	return strings.Join(r.mods.paths(), ", ")
}

// Short returns the name of a file on disk from its module on, which is the same wherever that
// lies. A file of no module that is known keeps its name.
func (r *Registration) Short(file string) string { return r.mods.short(file) }

func (m *modules) short(file string) string {
	if rel, err := filepath.Rel(m.modCache, file); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	best := mainModule{}
	for _, mod := range m.mains {
		if rel, err := filepath.Rel(mod.Dir, file); err == nil && filepath.IsLocal(rel) && len(mod.Dir) > len(best.Dir) {
			best = mod
		}
	}
	if best.Dir == "" {
		return file
	}
	return best.Path + filepath.ToSlash(file[len(best.Dir):])
}

func (m *modules) candidates(trimmed string) []string {
	var out []string
	modPath, rest, versioned := strings.Cut(trimmed, "@")
	version := ""
	if versioned {
		version, rest, _ = strings.Cut(rest, "/")
		trimmed = modPath + "/" + rest
	}
	rel := func(dir, modPath string) {
		if rest, ok := strings.CutPrefix(trimmed, modPath+"/"); ok {
			out = append(out, filepath.Join(dir, filepath.FromSlash(rest)))
		}
	}
	for _, r := range m.replaced {
		switch dir := r.dir(); {
		case dir != "":
			rel(dir, r.Old.Path)
		case versioned && r.Old.Path == modPath && (r.Old.Version == "" || r.Old.Version == version):
			out = append(out, m.inCache(r.New, rest)...)
		}
	}
	if versioned {
		out = append(out, m.inCache(module.Version{Path: modPath, Version: version}, rest)...)
	}
	for _, mod := range m.mains {
		rel(mod.Dir, mod.Path)
	}
	for _, vendor := range m.vendors {
		out = append(out, filepath.Join(vendor, filepath.FromSlash(trimmed)))
	}
	return out
}

// inCache returns the file of a module version in the module cache, if it can have one.
func (m *modules) inCache(v module.Version, rest string) []string {
	p, err1 := module.EscapePath(v.Path)
	version, err2 := module.EscapeVersion(v.Version)
	if err1 != nil || err2 != nil {
		return nil
	}
	return []string{filepath.Join(m.modCache, filepath.FromSlash(p+"@"+version), filepath.FromSlash(rest))}
}

// languageLines returns the lines of a go.mod that change how its packages are
// compiled, for a digest.
func languageLines(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	// ParseLax, which is for the go.mod files of dependencies, leaves godebug lines out.
	f, err := modfile.Parse(file, data, nil)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if f.Go != nil {
		fmt.Fprintf(&b, "go %s\n", f.Go.Version)
	}
	for _, g := range f.Godebug {
		fmt.Fprintf(&b, "godebug %s=%s\n", g.Key, g.Value)
	}
	return b.String(), nil
}
