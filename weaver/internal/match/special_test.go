package match

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// What the Go distribution needs as it is stays so, and is a finding; a function or
// method of the same name elsewhere is woven.
func TestSpecial(t *testing.T) {
	for _, tt := range []struct {
		path, src string
		why       string // part of the finding
	}{
		{"math", "package math\n\nfunc FMA(x, y, z float64) float64 { return 0 }\n", "is an intrinsic"},
		{"math/big", "package big\n\nfunc mulWW() {}\n", "is an intrinsic"},
		{"syscall", "package syscall\n\nfunc forkAndExecInChild1() {}\n", "between fork and exec"},
		{"sync", "package sync\n\ntype Pool struct{}\n\nfunc (p *Pool) pin() {}\n", "is pinned"},
		{"sync", "package sync\n\nfunc poolCleanup() {}\n", "the world is stopped"},
		{"sync", "package sync\n\ntype Mutex struct{}\n\nfunc (m *Mutex) Unlock() {}\n", "is pinned"},
		{"internal/sync", "package sync\n\ntype Mutex struct{}\n\nfunc (m *Mutex) unlockSlow() {}\n", "is pinned"},
		{"time", "package time\n\ntype Time struct{}\n\nfunc (t Time) Add() {}\n", "the system stack"},
		{"math", "package math\n\ntype T int\n\nfunc (T) FMA() {}\n", ""},
		{"example.com/math", "package math\n\nfunc FMA() {}\n", ""},
		{"sync", "package sync\n\ntype Map struct{}\n\nfunc (m *Map) pin() {}\n", ""},
	} {
		p, cmd := onDisk(t, tt.path, tt.src)
		r := &rule.Rule{Point: rule.Body, Advice: rule.Around, Where: []rule.Pred{{Kind: "name", Text: "*"}}, Hook: rule.Func{Pkg: "h", Name: "H"}, HookSig: &rule.Signature{Results: []rule.Type{"func()"}, LastResult: &rule.Signature{}}}
		sites, found, err := Sites(&Unit{Compile: cmd, ImportPath: tt.path}, []*rule.Rule{r}, p)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case tt.why == "" && (len(sites) != 1 || len(found) != 0):
			t.Errorf("%q in %s: %d sites, %v; want it woven", tt.src, tt.path, len(sites), found)
		case tt.why != "" && (len(sites) != 0 || len(found) != 1 || !strings.Contains(found[0].Text, tt.why)):
			t.Errorf("%q in %s: %d sites, %v; want a finding that says %q", tt.src, tt.path, len(sites), found, tt.why)
		}
	}
}

// The FIPS 140 module is certified with the code that it has.
func TestFIPSIsNeverWoven(t *testing.T) {
	for path, want := range map[string]bool{
		"crypto/internal/fips140": true, "crypto/internal/fips140/aes/gcm": true,
		"crypto/internal/fips140deps/byteorder": false, "crypto/internal/fips140test": false, "crypto/aes": false,
	} {
		if NeverWoven(path) != want {
			t.Errorf("%s: never woven: %v, want %v", path, !want, want)
		}
	}
}

// onDisk returns a package of one file that imports nothing, with its command line, as
// findings need it.
func onDisk(t *testing.T, path, src string) (*source.Package, *toolcmd.Compile) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "src.go")
	if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := &toolcmd.Compile{Package: path, Files: []string{file}}
	p, err := source.Read(cmd)
	if err == nil {
		err = p.Parse()
	}
	if err == nil {
		err = p.Check("amd64", true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p, cmd
}
