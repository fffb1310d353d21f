package register

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/mark"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
)

// The packages of a build, before it is built: what there is to mark.

// A graph is what go list says of the packages that the command line names, and of all that
// they import.
type graph struct {
	packages []*pkg
	err      error
}

// add adds a package; those in implied are not what the user named.
func (g *graph) add(q *pkg, implied []string) {
	q.DepOnly = q.DepOnly || slices.Contains(implied, q.ImportPath)
	g.packages = append(g.packages, q)
}

// impliedBy returns the packages that programs are linked with under some flags, which go
// list does not tell of.
//
// Source: LinkerDeps, and EnsureImport in the coverage code, of cmd/go/internal/load of go1.26.
func impliedBy(verb string, flags []string) []string {
	set := map[string]bool{}
	if verb == "test" { // which has more flags for coverage than change archives
		flags = append(flags, "-cover")
	}
	for _, f := range flags {
		switch name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); {
		case value == "false":
		case name == "cover", name == "covermode", name == "coverpkg":
			set["runtime/coverage"], set["internal/coverage/cfile"] = true, true
		case name == "race", name == "msan", name == "asan":
			set["runtime/"+name] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// listGraph asks for the packages of the build, beside what else is asked for: the answer does
// not depend on aspects.
func (p *preparation) listGraph() <-chan graph {
	out := make(chan graph, 1)
	args := append([]string{"-deps", "-json=" + graphFields}, p.Line.Archive...)
	if p.Line.Verb == "test" {
		args = append(args, "-test")
	}
	patterns := p.Line.Patterns
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	go func() {
		var g graph
		added := impliedBy(p.Line.Verb, append(strings.Fields(p.env["GOFLAGS"]), p.Line.Given...))
		if len(added) > 0 && strings.HasSuffix(patterns[0], ".go") { // files stand alone on a command line
			g.err = list(p.Go, slices.Concat(args, []string{"--"}, added), func(q *pkg) { g.add(q, added) })
			added = nil
		}
		if g.err == nil {
			g.err = list(p.Go, slices.Concat(args, []string{"--"}, patterns, added), func(q *pkg) { g.add(q, added) })
		}
		out <- g
	}()
	return out
}

// setMarks gives the plan its marks. hooks are the hooks' closure and that of the tool,
// which programs are linked with. Where a build can not have marks the plan stays without.
func (p *preparation) setMarks(out *plan.Plan, hooks []*pkg) error {
	given, err := p.Line.gcflags(p.env["GOFLAGS"])
	if err != nil {
		p.reg.Unmarked = err.Error()
		return nil //nolint:nilerr // keys follow the identity
	}
	g := <-p.graph
	if g.err != nil {
		p.reg.Unmarked = g.err.Error()
		return nil // the user's own go command will say what is wrong
	}
	for _, q := range hooks {
		// What C brings in is of the standard library, and imported by nothing.
		if _, linked := slices.BinarySearch(p.reg.linked, q.ImportPath); linked || q.Standard {
			q.DepOnly = true
			g.packages = append(g.packages, q)
		}
	}
	modules := map[string]bool{}
	for _, path := range p.mods.paths() {
		modules[path] = true
	}
	packages := p.listed(g.packages, modules)
	more, err := p.moduleFiles(out)
	if err != nil {
		return err
	}
	if err := mark.Set(out, packages, given, slices.Collect(maps.Keys(modules)), more); err != nil {
		p.reg.Unmarked = err.Error()
		out.Marks, out.Linked.Needs, out.Build.Marks = nil, nil, nil
	}
	return nil
}

// listed returns the packages as marks are made of them, and adds to modules those whose
// packages are mutable.
func (p *preparation) listed(all []*pkg, modules map[string]bool) []*mark.Package {
	var out []*mark.Package
	seen := map[string]bool{}
	// A package can be there as variants alone, one for each profile that it is compiled with.
	// Those for tests come last, since they import more than what they are variants of.
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *pkg) int { return cmp.Compare(a.ForTest, b.ForTest) })
	for _, q := range all {
		q.ImportPath, _, _ = strings.Cut(q.ImportPath, " ")
		external := q.ForTest != "" && strings.HasSuffix(q.ImportPath, "_test")
		if external || q.isTestMain() || seen[q.ImportPath] || q.ImportPath == "unsafe" {
			continue
		}
		seen[q.ImportPath] = true
		l := p.asListed(q)
		if l.Mutable && q.Module != nil {
			modules[q.Module.Path] = true
		}
		if m := q.source(); m != nil && !q.isPinned() && m.GoMod != "" && !slices.Contains(p.goMods, m.GoMod) {
			p.goMods = append(p.goMods, m.GoMod)
		}
		if q.isLocal() || q.Name == "main" && !q.Standard && !q.isPinned() {
			p.sourceDirs = append(p.sourceDirs, q.Dir)
		}
		out = append(out, l)
	}
	return out
}

const graphFields = "ImportPath,Name,Dir,Standard,DepOnly,ForTest,Imports,TestImports,XTestImports,ImportMap,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Module"

// asListed returns the package as marks are made of it.
func (p *preparation) asListed(q *pkg) *mark.Package {
	named := !q.DepOnly
	out := &mark.Package{
		ImportPath: q.ImportPath, Name: q.Name, Dir: q.Dir, Std: q.Standard, Named: named,
		Mutable: !q.Standard && !q.isPinned() && !q.isVendored(),
		Tested:  named && p.Line.Verb == "test",
	}
	resolved := func(paths []string) []string {
		var to []string
		for _, i := range paths {
			if m, ok := q.ImportMap[i]; ok {
				i = m
			}
			i, _, _ = strings.Cut(i, " ") // a variant
			to = append(to, i)
		}
		return to
	}
	out.Deps = append(resolved(q.Imports), implied(q)...)
	out.Imports = slices.Concat(out.Deps, resolved(q.TestImports), resolved(q.XTestImports))
	out.Directed = out.Mutable && q.directed()
	return out
}

// implied returns what a package is compiled against and does not import itself.
//
// Source: LinkerDeps and (*Package).load in cmd/go/internal/load/pkg.go of go1.26.
func implied(q *pkg) []string {
	out := []string{"runtime", "unsafe"}
	if q.usesC() {
		out = append(out, "runtime/cgo", "syscall")
	}
	return out
}

// directed reports whether a source of the package has a directive of weaver's in it.
func (p *pkg) directed() bool {
	for _, files := range [][]string{p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles} {
		for _, f := range files {
			if !filepath.IsAbs(f) {
				f = filepath.Join(p.Dir, f)
			}
			if src, err := os.ReadFile(f); err == nil && match.Directed(src) {
				return true
			}
		}
	}
	return false
}

// isTestMain reports whether the package is the main package that go test makes.
func (p *pkg) isTestMain() bool {
	return p.Name == "main" && len(p.GoFiles) == 1 && filepath.Base(p.GoFiles[0]) == "_testmain.go"
}

func (p *pkg) isVendored() bool { return strings.Contains(filepath.ToSlash(p.Dir), "/vendor/") }

// moduleFiles returns a digest of what decides which packages those of the module cache
// import, and so which hooks they need.
func (p *preparation) moduleFiles(out *plan.Plan) (string, error) {
	h := sha256.New()
	var lines []string
	for _, m := range p.mods.mains {
		for _, r := range m.file.Require {
			lines = append(lines, r.Mod.String())
		}
		for _, r := range m.file.Replace {
			lines = append(lines, r.Old.String()+" => "+r.New.String())
		}
		for _, e := range m.file.Exclude {
			lines = append(lines, "not "+e.Mod.String())
		}
	}
	slices.Sort(lines) // where they stand is the user's matter
	fmt.Fprintf(h, "%q\n", lines)
	var files []string
	if p.reg.work != "" {
		files = append(files, p.reg.work)
	}
	for _, dir := range p.mods.vendors {
		files = append(files, filepath.Join(dir, "modules.txt"))
	}
	if f := out.Build.Flag("modfile"); f != "" {
		files = append(files, out.Build.Abs(f))
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		fmt.Fprintf(h, "%x\n", sha256.Sum256(data))
	}
	overlay, err := out.Build.Overlay()
	if err != nil {
		return "", err
	}
	if err := overlay.Digest(h, ""); err != nil {
		return "", err
	}
	fmt.Fprintf(h, "%q %q\n", out.Build.Flag("tags"), out.Build.Target)
	return fmt.Sprintf("%x", h.Sum(nil)[:16]), nil
}
