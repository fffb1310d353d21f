package resolve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// member is the name of the archive member that carries [LinkDeps].
const member = "link.deps"

// LinkDeps is what an archive needs at link.
//
// Which hooks a program needs has to reach its main package, whose import config
// names direct imports only. So Needs is cumulative: every package hands on what its
// imports need. That keeps the go command's cache true, too: when a package deep
// down starts to call a hook, the archives above it change, and main is compiled
// anew, though nothing that they export has changed.
type LinkDeps struct {
	// Needs are the hook packages that the archive or what it imports calls, sorted; where
	// packages have marks, as far as that hands on.
	Needs []string `json:"needs,omitempty"`
	// HandsOn is true where packages have marks, of an archive that says what it imports:
	// Roots are the packages that it imports, directly or by others that hand on, and which
	// do not say it, sorted. What these need is in the plan.
	HandsOn bool     `json:"handsOn,omitempty"`
	Roots   []string `json:"roots,omitempty"`
	// Calls are the hook packages that the archive's code calls, each with the
	// aspects that asked for it.
	Calls map[string][]string `json:"calls,omitempty"`
	// Imports are the hook packages that this main package imports for weaver, each
	// with the content ID of the archive that it was compiled against. Identity is that of
	// the plan: it covers what these import, of which the link's key knows nothing else.
	Imports  map[string]string `json:"imports,omitempty"`
	Identity string            `json:"identity,omitempty"`
	Manner
}

// A Manner is how a program is compiled, as far as it follows neither from the plan nor
// from the flags of the build, so that the hooks can be compiled likewise.
type Manner struct {
	// Profile is the digest of the profile that a main package and all it imports were
	// compiled with, if weaver had to find it.
	Profile string `json:"profile,omitempty"`
	// Covered are those packages among the archive and what it imports that hooks might
	// import, too, and that were compiled for coverage, sorted; Mode is in what mode. The
	// go command has rules of its own for go build, go test, and packages without tests.
	Covered []string `json:"covered,omitempty"`
	Mode    string   `json:"mode,omitempty"`
}

// Cover adds a package that is compiled for coverage. Of the runtime, under the race
// detector, nothing but the package's name is recorded, whatever the mode is.
//
// Source: SelectCoverPackages in cmd/go/internal/load/pkg.go of go1.26.
func (m *Manner) Cover(importPath, mode string) {
	if i, found := slices.BinarySearch(m.Covered, importPath); !found {
		m.Covered = slices.Insert(m.Covered, i, importPath)
	}
	if mode != "" && mode != "regonly" {
		m.Mode = mode
	}
}

// Write adds d to the archive.
func (d *LinkDeps) Write(archive string) error {
	if len(d.Needs)+len(d.Calls)+len(d.Imports)+len(d.Covered) == 0 && !d.HandsOn {
		return nil
	}
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return toolcmd.AppendMember(archive, member, append(data, '\n'))
}

func readLinkDeps(archive string) (*LinkDeps, error) {
	data, err := toolcmd.ReadMember(archive, member)
	if err != nil || data == nil {
		return &LinkDeps{}, err
	}
	d := new(LinkDeps)
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", archive, member, err)
	}
	return d, nil
}

// HandedOn returns what the archives in the import config hand on to those that import
// them.
func HandedOn(cfg *toolcmd.ImportConfig) (out LinkDeps, err error) {
	needs, roots := map[string]bool{}, map[string]bool{}
	for _, p := range slices.Sorted(maps.Keys(cfg.Files)) {
		d, err := readLinkDeps(cfg.Files[p])
		if err != nil {
			return LinkDeps{}, unreadable(p, err)
		}
		for _, n := range d.Needs {
			needs[n] = true
		}
		if !d.HandsOn {
			roots[p] = true
		}
		for _, r := range d.Roots {
			roots[r] = true
		}
		for _, p := range d.Covered {
			out.Cover(p, d.Mode)
		}
	}
	out.Needs, out.Roots = slices.Sorted(maps.Keys(needs)), slices.Sorted(maps.Keys(roots))
	return out, nil
}

// NeededBy returns the hook packages that a program needs which imports what handed this on,
// sorted. A package that the plan does not know is an error.
func (d *LinkDeps) NeededBy(p *plan.Plan) ([]string, error) {
	if p.Marks == nil {
		return d.Needs, nil
	}
	program, err := p.Program()
	if err != nil {
		return nil, err
	}
	set := map[string]bool{}
	for _, n := range d.Needs {
		set[n] = true
	}
	for _, r := range append([]string{"runtime"}, d.Roots...) {
		i, ok := program.Needs.Of[r]
		// The linker's flags can add a part of the runtime.
		if !ok && r != "runtime" && !strings.HasPrefix(r, "runtime/") {
			return nil, p.Stale("the program imports %s, which it did not when the build began", r)
		}
		if ok {
			for _, n := range program.Needs.Sets[i] {
				set[n] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set)), nil
}

// unreadable says what to do about an archive that the go command named.
func unreadable(importPath string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("package %s: %w; its archive was removed while the build ran, so build again", importPath, err)
	}
	return fmt.Errorf("package %s: %w; if its archive is damaged, go clean -cache has all made anew", importPath, err)
}

// Closed returns the hook packages and those that they need themselves, since what
// they bring into the program is woven too, sorted.
func (a Archives) Closed(pl *plan.Plan, hooks []string) ([]string, error) {
	set := map[string]bool{}
	for todo := slices.Clone(hooks); len(todo) > 0; todo = todo[1:] {
		hook := todo[0]
		if set[hook] {
			continue
		}
		set[hook] = true
		if a[hook].File == "" {
			return nil, fmt.Errorf("the hook package %s is called but is none of the plan's; build again with go build -a", hook)
		}
		d, err := readLinkDeps(a[hook].File)
		if err != nil {
			return nil, err
		}
		if !d.HandsOn {
			d.Roots = []string{hook}
		}
		needs, err := d.NeededBy(pl)
		if err != nil {
			return nil, err
		}
		todo = append(todo, needs...)
	}
	return slices.Sorted(maps.Keys(set)), nil
}

// Link extends the linker's import config by the closure of the hook packages that
// main imports and checks that every hook that is called is among them. The error
// names each package and aspect for which one is missing.
// work is the build's folder $WORK.
func (r *Resolver) Link(importPath, work string, l *toolcmd.Link, cfg *toolcmd.ImportConfig) error {
	mainDeps, err := readLinkDeps(l.Main)
	if err != nil {
		return err
	}
	calls, err := r.calledBy(cfg)
	if err != nil {
		return err
	}
	if roots := slices.Sorted(maps.Keys(mainDeps.Imports)); len(roots) > 0 {
		archives, err := r.archivesOf(mainDeps, l.Main, roots, importPath, work)
		if err != nil {
			return err
		}
		for _, p := range archives.Closure(roots...) {
			if _, linked := cfg.Files[p]; linked {
				continue
			}
			cfg.Add(p, archives[p].File)
			d, err := readLinkDeps(archives[p].File)
			if err != nil {
				return unreadable(p, err)
			}
			calls.add(p, d)
		}
	}
	var missing []string
	for hook, by := range calls {
		if _, ok := cfg.Files[hook]; !ok {
			missing = append(missing, fmt.Sprintf("%s of %s is called by %s but is not linked", hook, strings.Join(by.aspects, ", "), strings.Join(by.packages, ", ")))
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		return fmt.Errorf("%s; build again with go build -a, and report it if that does not help", strings.Join(missing, "\n"))
	}
	return nil
}

// archivesOf returns the archives of the hooks' closure, after it has made sure that
// those which main imports are the ones it was compiled against.
//
// If they are not, a build without the wrapper has left a main behind that was compiled
// with other flags than it was linked with, and was ended by an error that said so. The
// go command makes it anew when it is gone from the cache.
func (r *Resolver) archivesOf(d *LinkDeps, main string, roots []string, importPath, work string) (Archives, error) {
	if err := r.findProfile(importPath, d.Profile); err != nil {
		return nil, err
	}
	archives, err := r.For(importPath, roots, d.Manner, work)
	if err != nil {
		return nil, err
	}
	for p, was := range d.Imports {
		is, err := toolcmd.ContentID(archives[p].File)
		if err != nil {
			return nil, err
		}
		if is == was {
			continue
		}
		const what = "%s was compiled against another archive of the hook package %s; "
		if rel, err := filepath.Rel(work, main); err == nil && filepath.IsLocal(rel) || os.Remove(main) != nil {
			return nil, fmt.Errorf(what+"build again with go build -a, and report it: equal inputs should give equal archives", importPath, p)
		}
		return nil, fmt.Errorf(what+"it is gone from the cache now, so build again", importPath, p)
	}
	return archives, nil
}

// callers are the aspects and packages that call a hook package.
type callers struct{ aspects, packages []string }

type called map[string]*callers

func (r *Resolver) calledBy(cfg *toolcmd.ImportConfig) (called, error) {
	c := called{}
	program, err := r.Plan.Program()
	if err != nil {
		return nil, err
	}
	for _, p := range slices.Sorted(maps.Keys(cfg.Files)) {
		d, err := readLinkDeps(cfg.Files[p])
		if err != nil {
			return nil, unreadable(p, err)
		}
		if !d.HandsOn && r.Plan.Marks != nil && r.unforeseen(p, program.Needs) {
			return nil, r.Plan.Stale("the program has package %s in it, which it had not when the build began", p)
		}
		c.add(p, d)
	}
	return c, nil
}

// unforeseen reports whether the package has no mark only because nobody knew that it would
// be in the build.
func (r *Resolver) unforeseen(importPath string, needs *plan.Needs) bool {
	if _, known := needs.Of[importPath]; known || match.NeverWoven(importPath) {
		return false
	}
	return slices.ContainsFunc(r.Plan.Rules, func(q rule.Rule) bool {
		return match.Open(&q) || q.Target != nil && q.Target.Pkg == importPath
	})
}

func (c called) add(importPath string, d *LinkDeps) {
	for hook, aspects := range d.Calls {
		if c[hook] == nil {
			c[hook] = &callers{}
		}
		c[hook].packages = append(c[hook].packages, importPath)
		for _, a := range aspects {
			if !slices.Contains(c[hook].aspects, a) {
				c[hook].aspects = append(c[hook].aspects, a)
			}
		}
	}
}
