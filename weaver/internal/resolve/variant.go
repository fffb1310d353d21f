package resolve

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A package under test is compiled anew with its test files, as p [p.test], and so
// is everything between it and the tests. If a hook imports p, the test program
// needs the hook compiled against that variant as well. The go command makes it
// when it is told of an external test of p that imports the hook, and an overlay
// tells it of one without a file in the user's tree.

// Variant returns the archives of the hooks' closure for the test program of the
// package. They are remembered for this build alone, in its folder work, since they
// follow the sources of a package that is no part of the plan.
func (r *Resolver) Variant(underTest string, hooks []string, profile, work string) (Archives, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q", underTest, hooks))
	stem := filepath.Join(work, "weaver.variant."+hex.EncodeToString(sum[:8]))
	if a := remembered(stem + ".json"); a != nil {
		return a, nil
	}
	start := time.Now()
	overlay, err := r.writeOverlay(stem, underTest, hooks)
	if err != nil {
		return nil, err
	}
	args := []string{"-e", "-test", "-deps", "-export", "-json=ImportPath,Export,Imports,ForTest", "-toolexec=" + r.Toolexec, "-overlay=" + overlay}
	args = append(args, r.cover(underTest)...)
	if profile != "" {
		args = append(args, "-pgo="+profile)
	}
	out := Archives{}
	err = r.list(args, []string{underTest}, func(p *listed) (err error) {
		path := plain(p.ImportPath)
		if _, ok := out[path]; ok && p.ForTest == "" || p.Export == "" || path == underTest+"_test" || path == underTest+".test" {
			return nil
		}
		out[path], err = p.archive()
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

// writeOverlay writes the file that imports the hooks, and the overlay by which the
// go command finds it beside the package. An overlay of the user's is kept in it.
func (r *Resolver) writeOverlay(stem, underTest string, hooks []string) (string, error) {
	var p *listed
	if err := r.list([]string{"-json=Dir,Name"}, []string{underTest}, func(l *listed) error { p = l; return nil }); err != nil {
		return "", err
	}
	if p == nil {
		return "", fmt.Errorf("go list does not know the package under test, %s", underTest)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "package %s_test\n\n", p.Name)
	for _, h := range hooks {
		fmt.Fprintf(&b, "import _ %q\n", h)
	}
	if err := plan.WriteFile(stem+".go", []byte(b.String())); err != nil {
		return "", err
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for _, f := range r.Plan.Build.Flags {
		if name, ok := strings.CutPrefix(f, "-overlay="); ok {
			data, err := os.ReadFile(name)
			if err != nil {
				return "", err
			}
			if err := json.Unmarshal(data, &overlay); err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	overlay.Replace[filepath.Join(p.Dir, "weaver_hooks_test.go")] = stem + ".go"
	data, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	return stem + ".overlay", plan.WriteFile(stem+".overlay", data)
}

// cover returns the flags by which go list covers what go test does in the build: the
// package under test, if one is given, and in their place the packages without tests
// that the command line names.
func (r *Resolver) cover(underTest ...string) []string {
	b := &r.Plan.Build
	flags := slices.Clone(b.Cover)
	if covered := append(underTest, b.InPlace...); len(flags) > 0 && !b.HasFlag("coverpkg") && len(covered) > 0 {
		flags = append(flags, "-coverpkg="+strings.Join(covered, ","))
	}
	return flags
}

// For returns the archives that the main package of that import path has to be
// linked with: of a test program whose package under test is among what the hooks
// import, those that are compiled against its variant; and of one that is linked with
// packages that are covered, those that are compiled against these.
func (r *Resolver) For(importPath string, hooks []string, profile, work string) (Archives, error) {
	all, err := r.Archives(profile)
	if err != nil {
		return nil, err
	}
	underTest, isTest := strings.CutSuffix(importPath, ".test")
	if !isTest {
		return all, nil
	}
	closure := all.Closure(hooks...)
	if slices.Contains(closure, underTest) {
		return r.Variant(underTest, hooks, profile, work)
	}
	if slices.ContainsFunc(r.Plan.Build.InPlace, func(p string) bool { return slices.Contains(closure, p) }) {
		return r.archives(profile, r.cover())
	}
	return all, nil
}
