package register

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Name       string
	Dir        string
	Standard   bool
	GoFiles    []string
	CgoFiles   []string
	EmbedFiles []string
	Imports    []string
	DepOnly    bool
	ForTest    string
	ImportMap  map[string]string
	Error      *struct{ Err string }
	Module     *mod

	TestGoFiles, XTestGoFiles, TestImports, XTestImports []string

	CFiles, CXXFiles, MFiles, HFiles, FFiles, SFiles, SwigFiles, SwigCXXFiles, SysoFiles []string
}

type mod struct {
	Path, Version, Sum, GoMod, GoVersion string
	Main                                 bool
	Replace                              *mod
}

// chosen returns the files that are compiled and linked, in the order of their fields.
func (p *pkg) chosen() [][]string {
	return [][]string{
		p.GoFiles, p.CgoFiles, p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles, p.SFiles, p.SwigFiles, p.SwigCXXFiles, p.SysoFiles,
	}
}

// usesC reports whether a C compiler takes part in the package's archive.
func (p *pkg) usesC() bool { return len(p.CgoFiles)+len(p.SwigFiles)+len(p.SwigCXXFiles) > 0 }

// source returns the module that the package's files are of: that which its own is
// replaced by, if it is. It is nil for the standard library.
func (p *pkg) source() *mod {
	m := p.Module
	for m != nil && m.Replace != nil {
		m = m.Replace
	}
	return m
}

const pkgFields = "ImportPath,Name,Dir,Standard,GoFiles,CgoFiles,EmbedFiles,Imports,ImportMap,Error,Module," +
	"CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles"

// listClosure returns the packages that the named ones import, with themselves, in
// the order of go list: what is imported comes first.
func listClosure(g *Go, flags, paths []string) ([]*pkg, error) {
	var all []*pkg
	args := append([]string{"-deps", "-json=" + pkgFields}, flags...)
	err := list(g, append(append(args, "--"), paths...), func(p *pkg) { all = append(all, p) })
	return all, err
}

// digestClosure returns a digest of all that the packages are compiled from. Of the
// standard library that is which files: the go command's own keys follow the toolchain.
//
// A package of the module cache is its module's version and sum, since the go
// command verified that. One that is local, replaced or vendored is its files,
// whatever their build constraints: which of them count depends on the build, and
// the digest must not. What an overlay puts there counts wherever it is.
func digestClosure(all []*pkg, overlay plan.Overlay) (string, error) {
	h := sha256.New()
	files := map[string]bool{} // go.mod files done
	// The order of go list follows from what else it was asked for, such as a hook of the
	// user's that imports log/slog.
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *pkg) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	for _, p := range all {
		// A tag can choose other files of a hook and leave no trace in any compile of the
		// program; that must not lead to archives which fit one choice and not the other.
		fmt.Fprintf(h, "%s %q\n", p.ImportPath, p.chosen())
		if p.Dir != "" {
			if err := overlay.Digest(h, p.Dir); err != nil {
				return "", err
			}
		}
		if p.Standard {
			continue
		}
		if p.Module != nil { // a vendor folder has these and no go.mod
			fmt.Fprintf(h, "%s go %s\n", p.Module.Version, p.Module.GoVersion)
		}
		m := p.source()
		if p.isPinned() {
			fmt.Fprintf(h, "%s@%s %s\n", m.Path, m.Version, m.Sum)
			continue
		}
		if p.Dir != "" {
			sources, err := plan.DigestSources(p.Dir, p.EmbedFiles)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "files %s\n", sources)
		}
		if m != nil && m.GoMod != "" && !files[m.GoMod] {
			files[m.GoMod] = true
			lines, err := languageLines(m.GoMod)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %q\n", p.Module.Path, lines)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// modulesOf returns the modules of the packages, as build info names them.
//
// Source: setBuildInfo in cmd/go/internal/load/pkg.go of go1.26.
func modulesOf(all []*pkg, closure []string) []plan.Module {
	at := map[string]int{}
	var out []plan.Module
	for _, p := range all {
		if _, in := slices.BinarySearch(closure, p.ImportPath); p.Module == nil || !in {
			continue
		}
		i, ok := at[p.Module.Path]
		if !ok {
			i = len(out)
			at[p.Module.Path] = i
			out = append(out, p.Module.info())
			if strings.Contains(filepath.ToSlash(p.Dir), "/vendor/") {
				out[i].Sum = "" // nothing was checked against it
			}
		}
		out[i].Packages = append(out[i].Packages, p.ImportPath)
	}
	return out
}

func (m *mod) info() plan.Module {
	out := plan.Module{Path: m.Path, Version: cmp.Or(m.Version, "(devel)")}
	if m.Replace != nil {
		r := m.Replace.info()
		out.Replace = &r
	} else if m.Version != "" {
		out.Sum = m.Sum
	}
	return out
}

// closureOf returns the import paths of what the named packages among all import,
// with themselves, sorted.
func closureOf(all []*pkg, roots []string) []string {
	byPath := map[string]*pkg{}
	for _, p := range all {
		byPath[p.ImportPath] = p
	}
	seen := map[string]bool{}
	var visit func(string)
	visit = func(path string) {
		p := byPath[path]
		if p == nil || seen[path] {
			return
		}
		seen[path] = true
		for _, i := range p.Imports {
			if to, ok := p.ImportMap[i]; ok {
				i = to
			}
			visit(i)
		}
	}
	for _, r := range roots {
		visit(r)
	}
	return slices.Sorted(maps.Keys(seen))
}

// ImportChain returns the import paths on a shortest way from one of the packages to that
// of the path, both included, or nil if none of them imports it.
func (g *Go) ImportChain(flags, from []string, to string) ([]string, error) {
	all, err := listClosure(g, flags, from)
	if err != nil {
		return nil, err
	}
	byPath := map[string]*pkg{}
	for _, p := range all {
		byPath[p.ImportPath] = p
	}
	importer := map[string]string{} // how each was reached
	next := slices.Clone(from)
	for _, f := range from {
		importer[f] = ""
	}
	for len(next) > 0 && next[0] != to {
		p := byPath[next[0]]
		next = next[1:]
		if p == nil {
			continue
		}
		for _, i := range p.Imports {
			if mapped, ok := p.ImportMap[i]; ok {
				i = mapped
			}
			if _, seen := importer[i]; !seen {
				importer[i] = p.ImportPath
				next = append(next, i)
			}
		}
	}
	if len(next) == 0 {
		return nil, nil
	}
	chain := []string{to}
	for by := importer[to]; by != ""; by = importer[by] {
		chain = append(chain, by)
	}
	slices.Reverse(chain)
	return chain, nil
}
