package register

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// imports returns what a registration file of that content imports.
func (p *pinning) imports(content []byte) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), p.File, content, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, spec := range f.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			out = append(out, path)
		}
	}
	return out, nil
}

// vendorFolder works out whether the vendor folder lacks what the registration file
// imports: a build from it would not find that.
func (p *pinning) vendorFolder(imported []string) error {
	dir, command := filepath.Join(p.root, "vendor"), []string{"mod", "vendor"}
	inWork := p.env["GOWORK"] != "" && p.env["GOWORK"] != "off"
	if inWork {
		dir, command = filepath.Join(filepath.Dir(p.env["GOWORK"]), "vendor"), []string{"work", "vendor"}
	}
	list, err := os.ReadFile(filepath.Join(dir, "modules.txt"))
	if errors.Is(err, fs.ErrNotExist) || p.ignoresVendor() {
		return nil
	}
	if err != nil {
		return err
	}
	have, ofWork := vendoredPackages(string(list))
	if ofWork != inWork { // made in the other mode, and ignored in this one
		return nil
	}
	need := append([]string{catalog.Tool}, imported...)
	var missing []string
	for _, path := range need {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && !have[path] && !p.inMain(path) {
			missing = append(missing, path)
		}
	}
	switch {
	case len(missing) > 0:
		p.change(p.shown(dir), running(), "go %s, for %s", strings.Join(command, " "), strings.Join(missing, ", "))
	case p.toolNew:
		p.change(p.shown(dir), running(), "go %s, since go.mod has changed", strings.Join(command, " "))
	default:
		return nil
	}
	p.vendor = command
	return nil
}

// ignoresVendor reports whether GOFLAGS has the go command not use vendor folders.
func (p *pinning) ignoresVendor() bool {
	for _, f := range strings.Fields(p.env["GOFLAGS"]) {
		if name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); name == "mod" {
			return value != "vendor"
		}
	}
	return false
}

// inMain reports whether the package is one of a main module.
func (p *pinning) inMain(path string) bool {
	for _, m := range p.mods.paths() {
		if path == m || strings.HasPrefix(path, m+"/") {
			return true
		}
	}
	return false
}

// vendoredPackages returns the packages that modules.txt lists, and whether it was made
// for a workspace. Its lines start with "#" but for those of packages.
func vendoredPackages(list string) (have map[string]bool, ofWork bool) {
	have = map[string]bool{}
	for i, line := range strings.Split(list, "\n") {
		line = strings.TrimSpace(line)
		if i == 0 && strings.HasPrefix(line, "## ") {
			ofWork = strings.Contains(line, "workspace")
		}
		if line != "" && line[0] != '#' {
			have[line] = true
		}
	}
	return have, ofWork
}
