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
	modCache string
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
	return nil
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

// onDisk returns the file that a registration binary, compiled with -trimpath, knows
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

func (m *modules) candidates(trimmed string) []string {
	var out []string
	rel := func(dir, modPath string) {
		if rest, ok := strings.CutPrefix(trimmed, modPath+"/"); ok {
			out = append(out, filepath.Join(dir, filepath.FromSlash(rest)))
		}
	}
	if modPath, rest, ok := strings.Cut(trimmed, "@"); ok {
		version, rest, _ := strings.Cut(rest, "/")
		p, err1 := module.EscapePath(modPath)
		v, err2 := module.EscapeVersion(version)
		if err1 == nil && err2 == nil {
			out = append(out, filepath.Join(m.modCache, filepath.FromSlash(p+"@"+v), filepath.FromSlash(rest)))
		}
		trimmed = modPath + "/" + rest
	}
	for _, mod := range m.mains {
		rel(mod.Dir, mod.Path)
		for _, r := range mod.file.Replace {
			if modfile.IsDirectoryPath(r.New.Path) {
				dir := r.New.Path
				if !filepath.IsAbs(dir) {
					dir = filepath.Join(mod.Dir, dir)
				}
				rel(dir, r.Old.Path)
			}
		}
		out = append(out, filepath.Join(mod.Dir, "vendor", filepath.FromSlash(trimmed)))
	}
	return out
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
