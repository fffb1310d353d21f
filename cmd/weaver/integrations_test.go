// The integrations, each with the library that it is for: the scripts of
// testdata/integrations. Each builds small programs with "go tool weaver go build" and
// looks at the spans that their processes export.
//
// All are the module example.com/services of testdata/services, which has every library
// and lists every aspect: one registration is one identity, and the standard library, the
// SDK and the libraries are compiled once for all of them.
package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/modfile"

	"github.com/goweaver/weaver/internal/catalog"
)

func TestIntegrations(t *testing.T) {
	if testing.Short() {
		t.Skip("the scripts build whole programs, which takes minutes")
	}
	l := newLab(t)
	t.Run("none", l.noLibraries)
	for _, versions := range []string{"newest", "oldest"} {
		t.Run(versions, func(t *testing.T) {
			if versions == "oldest" && os.Getenv("WEAVER_E2E_LONG") == "" {
				t.Skip("without WEAVER_E2E_LONG: it compiles everything once more")
			}
			services := l.services(t, versions == "newest")
			p := l.params("integrations", func(e *testscript.Env) error {
				if err := l.setup(e); err != nil {
					return err
				}
				return os.CopyFS(e.WorkDir, os.DirFS(services))
			})
			p.Condition = func(name string) (bool, error) {
				if name == "oldest" {
					return versions == "oldest", nil
				}
				return condition(name)
			}
			testscript.Run(t, p)
		})
	}
}

// noLibraries says that a module which has weaver, and none of the libraries, has nothing
// of them in its go.mod and go.sum, and none of the modules for them.
func (l *lab) noLibraries(t *testing.T) {
	for _, b := range catalog.BuiltIns() {
		if b.Library == "" {
			continue
		}
		for word := range strings.FieldsSeq(l.goMod + l.goSum) {
			if word == b.Path || word == b.Library || strings.HasPrefix(b.Library, word+"/") {
				t.Errorf("%s: %s is there", b.Name, word)
			}
		}
	}
}

// services returns a folder with the root of module example.com/services: go.mod, go.sum,
// and the registration file. The libraries are of the versions that go.mod says, or
// where they are not to be the newest, of the oldest that the integrations work with: what
// their own go.mod files ask for. All of it is compiled once, woven.
func (l *lab) services(t *testing.T, newest bool) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "services"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(filepath.Join(dir, "go.mod.txt"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.Parse(file, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	var keep []*modfile.Require
	for _, r := range f.Require {
		switch {
		case strings.HasPrefix(r.Mod.Path, modulePath):
			r.Mod.Version = l.version
		case !newest && r.Syntax.Suffix == nil:
			continue
		}
		keep = append(keep, r)
	}
	f.SetRequire(keep)
	f.Cleanup()
	if data, err = f.Format(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	// What comes with the newest versions only: middleware of the field's own.
	if !newest {
		if err := os.Remove(filepath.Join(dir, "all", "own.go")); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"mod", "tidy"}, {"tool", "weaver", "go", "build", "-o", os.DevNull, "./all"}} {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), append(l.env, "GOWORK=off", "GOFLAGS=")...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return dir
}
