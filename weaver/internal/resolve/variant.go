package resolve

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A package under test is compiled anew with its test files, as p [p.test], and so
// is everything between it and the tests. If a hook imports p, the test program
// needs the hook compiled against that variant as well. The go command makes it
// when it is told of an external test of p that imports the hook, or of something else
// in the test program that does, and an overlay tells it of one without a file in the
// user's tree.

// Variant returns the archives of the hooks' closure for the test program of the
// package. They are remembered for this build alone, in its folder work, since they
// follow the sources of a package that is no part of the plan.
func (r *Resolver) Variant(underTest string, hooks []string, m Manner, work string) (Archives, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q", underTest, hooks))
	stem := filepath.Join(work, "weaver.variant."+hex.EncodeToString(sum[:8]))
	if a := remembered(stem + ".json"); a != nil {
		return a, nil
	}
	start := time.Now()
	overlay, patterns, err := r.writeOverlay(stem, underTest, hooks)
	if err != nil {
		return nil, err
	}
	args := []string{"-e", "-test", "-deps", "-export", "-json=ImportPath,Export,Imports,ForTest", "-toolexec=" + r.Toolexec, "-overlay=" + overlay}
	args = append(args, r.flags(m)...)
	out := Archives{}
	err = r.list(args, patterns, func(p *listed) (err error) {
		importPath := plain(p.ImportPath)
		if _, ok := out[importPath]; ok && p.ForTest == "" || p.Export == "" || importPath == underTest+"_test" || importPath == underTest+".test" {
			return nil
		}
		out[importPath], err = p.archive()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the hook packages do not build for the tests of %s: %w", underTest, err)
	}
	for _, h := range hooks {
		if out[h].File == "" {
			return nil, fmt.Errorf("the go command made no archive of the hook package %s for the tests of %s, which it imports", h, underTest)
		}
	}
	r.Log.Info("hooks resolved for a test", "package", underTest, "hooks", len(hooks), "packages", len(out), "took", time.Since(start))
	data, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	return out, plan.WriteFile(stem+".json", data)
}

// testdeps is a package that every test program imports.
const testdeps = "testing/internal/testdeps"

// writeOverlay writes what makes the hooks part of the package's test program, and the
// overlay by which the go command finds it. An overlay of the user's is kept in it. It
// returns the overlay's name and the packages to list.
//
// Of a package that is not the user's own, no test can be added: that of another module
// may not be allowed to import the hooks, and the go command refuses overlays of the
// module cache. So there it is what every test program imports that imports the hooks,
// through a package that is added to a main module.
func (r *Resolver) writeOverlay(stem, underTest string, hooks []string) (overlay string, patterns []string, err error) {
	found := map[string]*listed{}
	err = r.list([]string{"-find", "-json=ImportPath,Dir,Name,Module"}, []string{underTest, testdeps}, func(p *listed) error {
		found[p.ImportPath] = p
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	p, deps := found[underTest], found[testdeps]
	if p == nil || deps == nil {
		return "", nil, fmt.Errorf("go list does not know the package under test, %s, or %s", underTest, testdeps)
	}
	files, err := r.Plan.Build.Overlay()
	if err != nil {
		return "", nil, err
	}
	add := func(dir, file, name string, imports ...string) error {
		var b strings.Builder
		fmt.Fprintf(&b, "package %s\n\n", name)
		for _, i := range imports {
			fmt.Fprintf(&b, "import _ %q\n", i)
		}
		at := fmt.Sprintf("%s.%d.go", stem, len(patterns))
		files[filepath.Join(dir, file)] = at
		return plan.WriteFile(at, []byte(b.String()))
	}
	patterns = []string{underTest}
	if p.Module != nil && p.Module.Main {
		err = add(p.Dir, "weaver_hooks_test.go", p.Name+"_test", hooks...)
	} else {
		if strings.Contains(filepath.ToSlash(deps.Dir), "/golang.org/toolchain@") {
			return "", nil, fmt.Errorf("a hook imports %s, whose tests are not those of a main module, and the go command adds nothing to a toolchain in the module cache; run these tests with plain go test, or with a Go that is installed", underTest)
		}
		i := r.mainModule(hooks)
		through := path.Join(r.Plan.MainPaths[i], "weaver_hooks")
		if err = add(deps.Dir, "weaver_hooks.go", deps.Name, through); err == nil {
			patterns = append(patterns, through)
			err = add(filepath.Join(r.Plan.MainModules[i], "weaver_hooks"), "hooks.go", "weaver_hooks", hooks...)
		}
	}
	if err != nil {
		return "", nil, err
	}
	data, err := json.Marshal(map[string]plan.Overlay{"Replace": files})
	if err != nil {
		return "", nil, err
	}
	return stem + ".overlay", patterns, plan.WriteFile(stem+".overlay", data)
}

// mainModule returns the index of the main module that has one of the hooks, which may be
// internal to it, or else of any.
func (r *Resolver) mainModule(hooks []string) int {
	has := func(modPath string) bool {
		return slices.ContainsFunc(hooks, func(h string) bool { return h == modPath || strings.HasPrefix(h, modPath+"/") })
	}
	return max(slices.IndexFunc(r.Plan.MainPaths, has), 0)
}

// flags returns the flags by which go list compiles packages in that manner.
func (r *Resolver) flags(m Manner) []string {
	flags := []string{"-cover=false"} // go list would cover packages that are named, as hooks are
	if len(m.Covered) > 0 {
		flags = []string{"-cover=true", "-coverpkg=" + strings.Join(m.Covered, ",")}
	}
	if m.Mode != "" {
		flags = append(flags, "-covermode="+m.Mode)
	}
	if m.Profile != "" {
		flags = append(flags, "-pgo="+r.profileFile(m.Profile))
	}
	return flags
}

// For returns the archives that the main package of that import path, compiled in that
// manner, has to be linked with: of a test program whose package under test is among what
// the hooks import, those that are compiled against its variant.
func (r *Resolver) For(importPath string, hooks []string, m Manner, work string) (Archives, error) {
	all, err := r.Archives(m)
	if err != nil {
		return nil, err
	}
	underTest, isTest := strings.CutSuffix(importPath, ".test")
	if isTest && slices.Contains(all.Closure(hooks...), underTest) {
		return r.Variant(underTest, hooks, m, work)
	}
	return all, nil
}
