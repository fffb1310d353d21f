package weave_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// What the golden cases and the fuzz test share: packages on disk that are
// type-checked, woven and compiled with the real compiler against the archives of
// the standard library.

const goarch = "amd64" // the generated file of a case must not depend on the machine

// stdArchives returns the archives of the standard library packages that cases may
// import. The go command makes them, or has them in its cache.
var stdArchives = sync.OnceValues(func() (map[string]string, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export",
		"fmt", "os", "time", "log", "io", "strings", "sort", "context", "errors", "bytes", "net/http", "text/template", "html/template", "runtime/debug", "math/rand", "testing",
		"github.com/goweaver/weaver/instrument/hook")
	cmd.Env = append(os.Environ(), "GOARCH="+goarch, "GOOS=linux", "GOFLAGS=", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); err != nil {
			return nil, err
		}
		if p.Export != "" {
			all[p.ImportPath] = p.Export
		}
	}
	return all, nil
})

// compiler returns the path of the compiler.
var compiler = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "tool", "-n", "compile").Output()
	return strings.TrimSpace(string(out)), err
})

// A lab is a folder with the packages of one test.
type lab struct {
	t        testing.TB
	dir      string
	archives map[string]string // import path → archive
}

func newLab(t testing.TB) *lab {
	std, err := stdArchives()
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, dir: t.TempDir(), archives: map[string]string{}}
	for p, a := range std {
		l.archives[p] = a
	}
	return l
}

// read returns the package in the folder of that name, parsed and type-checked, and
// its command line. Only the packages that it imports are in its import config, as
// the go command has it.
func (l *lab) read(importPath, name, lang string) (*source.Package, *toolcmd.Compile, error) {
	files, err := filepath.Glob(filepath.Join(l.dir, name, "*.go"))
	if err != nil || len(files) == 0 {
		l.t.Fatalf("no Go files in %s: %v", name, err)
	}
	stage := filepath.Join(l.dir, "work", name)
	if err := os.MkdirAll(stage, 0o777); err != nil {
		l.t.Fatal(err)
	}
	cmd := &toolcmd.Compile{Package: importPath, Lang: lang, Files: files, Output: filepath.Join(stage, "_pkg_.a"), TrimPath: l.dir}
	p, err := source.Read(cmd)
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Parse(); err != nil {
		return nil, nil, err
	}
	p.Imports = &toolcmd.ImportConfig{Files: map[string]string{}, Map: map[string]string{}}
	for _, f := range p.Files {
		for _, i := range f.AST.Imports {
			path := strings.Trim(i.Path.Value, "\"`")
			if a := l.archives[path]; a != "" {
				p.Imports.Files[path] = a
			}
		}
	}
	return p, cmd, p.Check(goarch, true)
}

// weave weaves the rules into the package.
func (l *lab) weave(p *source.Package, cmd *toolcmd.Compile, rules []*rule.Rule) ([]match.Site, *weave.Result, []match.Finding, error) {
	unit := &match.Unit{Compile: cmd, ImportPath: cmd.Package, Imports: p.Imports, Plan: l.plan(rules)}
	var directed []match.Finding
	if unit.Directed(p) {
		directed = match.CheckDirectives(unit, p)
	}
	sites, found, err := match.Sites(unit, rules, p)
	found = append(directed, found...)
	if err != nil {
		return nil, nil, found, err
	}
	res, err := weave.Package(p, goarch, sites)
	return sites, res, append(found, res.Findings...), err
}

// rewoven writes the woven files of the package beside each other, as the tool does,
// and returns the command line that compiles them.
func (l *lab) rewoven(p *source.Package, cmd *toolcmd.Compile, res *weave.Result) *toolcmd.Compile {
	out := *cmd
	out.Files = nil
	for i, f := range p.Files {
		name := f.Name
		if data, ok := res.Files[f]; ok {
			name = filepath.Join(cmd.Stage(), fmt.Sprintf("woven%d.go", i))
			l.write(name, data)
		}
		out.Files = append(out.Files, name)
	}
	if res.Generated != nil {
		name := filepath.Join(cmd.Stage(), "generated.go")
		l.write(name, res.Generated)
		out.Files = slices.Insert(out.Files, 0, name)
	}
	for _, f := range res.Added {
		name := filepath.Join(cmd.Stage(), f.Name)
		l.write(name, []byte(f.Source))
		out.Files = append(out.Files, name)
	}
	return &out
}

// check type-checks the files of the command line.
func (l *lab) check(cmd *toolcmd.Compile, imports *toolcmd.ImportConfig) error {
	p, err := source.Read(cmd)
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Parse(); err != nil {
		return err
	}
	p.Imports = imports
	return p.Check(goarch, true)
}

// compile runs the compiler on the files.
func (l *lab) compile(cmd *toolcmd.Compile, imports *toolcmd.ImportConfig, flags ...string) error {
	tool, err := compiler()
	if err != nil {
		l.t.Fatal(err)
	}
	var cfg strings.Builder
	for path, file := range imports.Files {
		fmt.Fprintf(&cfg, "packagefile %s=%s\n", path, file)
	}
	importcfg := filepath.Join(cmd.Stage(), "importcfg")
	l.write(importcfg, []byte(cfg.String()))
	args := append([]string{"-p", cmd.Package, "-o", cmd.Output, "-importcfg", importcfg, "-pack", "-shared", "-nolocalimports", "-lang=" + cmd.Lang}, flags...)
	run := exec.Command(tool, append(args, cmd.Files...)...)
	run.Env = append(os.Environ(), "GOARCH="+goarch, "GOOS=linux")
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	l.archives[cmd.Package] = cmd.Output
	return nil
}

func (l *lab) write(name string, data []byte) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		l.t.Fatal(err)
	}
}

// hookSignature returns the signature of a hook as the plan has it.
func hookSignature(sig *types.Signature) *rule.Signature {
	out := match.Signature(types.NewFunc(0, nil, "hook", sig))
	last := func(t *types.Tuple) *rule.Signature {
		if t.Len() == 0 {
			return nil
		}
		f, ok := t.At(t.Len() - 1).Type().Underlying().(*types.Signature)
		if !ok {
			return nil
		}
		return hookSignature(f)
	}
	out.LastParam, out.LastResult = last(sig.Params()), last(sig.Results())
	return out
}
