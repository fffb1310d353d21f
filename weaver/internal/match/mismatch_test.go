package match

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A hook that does not fit what its rule names is an error in an aspect of the main modules
// and in one that is under test, and a finding with both signatures in any other.
func TestMismatch(t *testing.T) {
	main := t.TempDir()
	file := filepath.Join(t.TempDir(), "src.go")
	if err := os.WriteFile(file, []byte("package p\n\nfunc A(name string) {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := &toolcmd.Compile{Package: "example.com/p", Files: []string{file}}
	p, err := source.Read(cmd)
	if err != nil || p.Parse() != nil || p.Check(runtime.GOARCH, true) != nil {
		t.Fatal(err)
	}
	here, elsewhere := filepath.Join(main, "aspect.go:3"), filepath.Join(t.TempDir(), "aspect.go:3")
	for _, test := range []struct {
		what, pos string
		own       bool
		finding   bool
	}{
		{"of a main module", here, false, false},
		{"under test", elsewhere, true, false},
		{"of another module", elsewhere, false, true},
		{"of a vendored module", filepath.Join(main, "vendor", "m", "aspect.go:3"), false, true},
	} {
		r := &rule.Rule{
			Point: rule.Body, Advice: rule.Before, Aspect: "a", Pos: test.pos, Scope: []string{rule.Everywhere},
			Target: &rule.Func{Pkg: p.Path, Name: "A"}, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: &rule.Signature{Params: []rule.Type{"int"}},
		}
		u := &Unit{Compile: cmd, ImportPath: p.Path, Plan: &plan.Plan{MainModules: []string{main}, Own: test.own}}
		sites, found, err := Sites(u, []*rule.Rule{r}, p)
		var mismatch *MismatchError
		if is := errors.As(err, &mismatch); is == test.finding || len(found) == 1 != test.finding || len(sites) != 0 {
			t.Errorf("%s: %v, %v, %v", test.what, sites, found, err)
			continue
		}
		if !test.finding {
			continue
		}
		for _, want := range []string{"src.go:3: a: ", "p.A is func(string)", "h.H is func(int)", "parameter 1 is int"} {
			if !strings.Contains(found[0].String(), want) {
				t.Errorf("%s: %s has no %q", test.what, found[0], want)
			}
		}
	}
}
