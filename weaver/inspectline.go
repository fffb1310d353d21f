package weaver

import (
	"fmt"
	"go/version"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/register"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// What the go command calls the compiler with, as far as weaving looks at it, from what go
// list says of the package.

// sources are the files that the compiler is given, in its order.
type sources []sourceFile

type sourceFile struct {
	name  string // for the compiler
	users string // the user's file that it is, or was made of
	made  bool   // by the go command: by cgo, for coverage, or as the main of a test
}

// sources returns the files of the package. Those that the go command made have lost their
// names in its cache; they get them back in the stage folder, where a build has them.
func (in *inspection) sources(p *register.Package, stage string) (sources, error) {
	files := p.CompiledGoFiles
	if len(files) == 0 {
		files = p.GoFiles
	}
	var made []string
	for _, f := range files {
		if filepath.IsAbs(f) {
			made = append(made, f)
		}
	}
	names := madeNames(p, len(made))
	var out sources
	for _, f := range files {
		if !filepath.IsAbs(f) {
			f = filepath.Join(p.Dir, f)
			out = append(out, sourceFile{name: f, users: f})
			if to := in.overlay[f]; to != "" {
				out[len(out)-1].name = to
			}
			continue
		}
		name := names[0]
		names = names[1:]
		data, err := os.ReadFile(f)
		if err == nil {
			err = os.MkdirAll(stage, 0o777)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(stage, name), data, 0o666)
		}
		if err != nil {
			return nil, err
		}
		base := name
		for _, end := range []string{".go", ".cgo1", ".cover"} {
			base = strings.TrimSuffix(base, end)
		}
		out = append(out, sourceFile{name: filepath.Join(stage, name), users: filepath.Join(p.Dir, base+".go"), made: true})
	}
	return out, nil
}

// madeNames returns the names that the n files of a package have which the go command made
// of others, in its order.
//
// Source: runCover, runCgo and processCgoOutputs in cmd/go/internal/work/exec.go, and
// TestPackagesAndErrors in cmd/go/internal/load/test.go of go1.26.
func madeNames(p *register.Package, n int) []string {
	if p.IsTestMain() {
		return []string{"_testmain.go"}
	}
	var out []string
	cover := ""
	if cgo := len(p.CgoFiles); cgo == 0 && n > 0 || cgo > 0 && n > cgo+2 {
		cover = ".cover"
		out = append(out, "covervars.go")
		for _, f := range p.GoFiles {
			if !strings.HasSuffix(f, "_test.go") {
				out = append(out, strings.TrimSuffix(f, ".go")+cover+".go")
			}
		}
	}
	if len(p.CgoFiles) > 0 {
		out = append(out, "_cgo_gotypes.go")
		for _, f := range p.CgoFiles {
			out = append(out, strings.TrimSuffix(f, ".go")+cover+".cgo1.go")
		}
		out = append(out, "_cgo_import.go")
	}
	for len(out) < n { // what swig makes, and other versions of the go command
		out = append(out, fmt.Sprintf("made%d.go", len(out)))
	}
	return out
}

// compileLine returns what the go command would call the compiler with.
//
// Source: gc, pkgPath and trimpath in cmd/go/internal/work/gc.go of go1.26.
func (in *inspection) compileLine(p *register.Package, src sources, stage string) *toolcmd.Compile {
	c := &toolcmd.Compile{
		Tool: in.tool.path, Package: p.Path(), Output: filepath.Join(stage, "_pkg_.a"),
		Std: p.Standard, TrimPath: in.trimPath(p, src, stage),
	}
	if p.IsMain() {
		c.Package = "main"
	}
	lang := in.lang
	if p.Module != nil {
		lang = "go" + p.Module.GoVersion
		if lang == "go" {
			lang = "go1.16" // DefaultGoModVersion in cmd/go/internal/gover of go1.26
		}
	}
	c.Lang = version.Lang(lang)
	if pgo := in.tool.given("pgo"); p.IsMain() && (pgo == "" || pgo == "auto") {
		c.PGO = p.DefaultPGOFile
	}
	for _, f := range src {
		c.Files = append(c.Files, f.name)
	}
	c.Args = c.Files
	return c
}

func (in *inspection) trimPath(p *register.Package, src sources, stage string) string {
	dir, out := p.Dir, ""
	if in.tool.plan.Build.Flag("trimpath") == "true" {
		dir = recordedDir(p)
		out = p.Dir + "=>" + dir + ";"
	}
	for _, f := range src {
		if f.name != f.users && !f.made { // of an overlay
			out += f.name + "=>" + filepath.Join(dir, filepath.Base(f.users)) + ";"
		}
	}
	return out + stage + "=>"
}

// recordedDir returns what -trimpath has the compiler record of the package's folder.
func recordedDir(p *register.Package) string {
	path := strings.TrimSuffix(p.Path(), ".test")
	if p.ForTest != "" {
		path = strings.TrimSuffix(path, "_test")
	}
	if m := p.Module; m != nil && m.Version != "" {
		return m.Path + "@" + m.Version + strings.TrimPrefix(path, m.Path)
	}
	return path
}

// imports returns the import config that the go command would make for the package.
//
// Source: (*Builder).build in cmd/go/internal/work/exec.go of go1.26.
func (in *inspection) imports(p *register.Package) (*toolcmd.ImportConfig, error) {
	cfg := &toolcmd.ImportConfig{Files: map[string]string{}, Map: maps.Clone(p.ImportMap)}
	for path, to := range cfg.Map {
		if to, _, _ = strings.Cut(to, " "); to == path {
			delete(cfg.Map, path)
		} else {
			cfg.Map[path] = to
		}
	}
	needed := p.Imports
	if p.IsMain() {
		needed = append(needed[:len(needed):len(needed)], "runtime") // for the linker
	}
	for _, path := range needed {
		if path == "unsafe" || path == "C" {
			continue
		}
		q := in.byPath[path]
		if q == nil || q.Export == "" {
			return nil, fmt.Errorf("%s: its import %s was not compiled", p.ImportPath, path)
		}
		cfg.Files[q.Path()] = q.Export
	}
	return cfg, nil
}
