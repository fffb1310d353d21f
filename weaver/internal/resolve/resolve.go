// Package resolve gets hook packages into a program: it finds their archives,
// extends the import configs of main packages and of the linker by them, and checks
// that every hook that is called is there. It comes after weave and around the
// compile of main and the link.
package resolve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A Resolver asks the go command, on behalf of one toolexec process, with exactly
// the flags of the build that the process belongs to. One flag that changes an
// archive and was forgotten would be a "fingerprint mismatch" at link.
type Resolver struct {
	Plan     *plan.Plan
	Toolexec string   // the value of -toolexec that the outer build has
	Go       string   // path of the go command
	Env      []string // its environment; nil stands for that of this process
	Log      *slog.Logger
}

func (r *Resolver) environment() []string {
	if r.Env != nil {
		return slices.Clone(r.Env)
	}
	return os.Environ()
}

// Archives is the import closure of the hook packages.
type Archives map[string]Archive

// An Archive is one package of the closure.
type Archive struct {
	File    string   `json:"file"`
	Size    int64    `json:"size"` // of the file: one that was cut short is no longer it
	Imports []string `json:"imports,omitempty"`
}

// Closure returns the import paths of what the packages import, with themselves,
// sorted.
func (a Archives) Closure(paths ...string) []string {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(p string) {
		if _, ok := a[p]; !ok || seen[p] {
			return
		}
		seen[p] = true
		for _, i := range a[p].Imports {
			visit(i)
		}
	}
	for _, p := range paths {
		visit(p)
	}
	out := make([]string, 0, len(seen))
	for p := range seen {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// Archives returns the archives of the plan's hook packages, compiled in that manner.
// They are remembered in weaver's cache folder, and asked for again if one of them is no
// longer in the go command's cache.
func (r *Resolver) Archives(m Manner) (Archives, error) {
	b := r.Plan.Build
	key := sha256.New()
	fmt.Fprintf(key, "%s\n%s\n%s\n%q\n%+v\n%q\n", r.Plan.Identity, b.Dir, b.Env, b.Flags, m, r.goVariables())
	if r.Plan.Marks != nil {
		fmt.Fprintf(key, "marks %s\n", r.Plan.Marks.Hooks)
	}
	if err := digestNamed(key, &b); err != nil {
		return nil, err
	}
	file := filepath.Join(b.Cache, "resolve", hex.EncodeToString(key.Sum(nil)[:16])+".json")
	if err := plan.Private(filepath.Dir(file)); err != nil {
		return nil, err
	}
	if a := remembered(file); a != nil {
		return a, nil
	}
	// Several mains of one build ask at once: one go list serves them all.
	unlock, err := plan.Lock(file + ".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	if a := remembered(file); a != nil {
		return a, nil
	}
	start := time.Now()
	a, err := r.listArchives(m)
	if err != nil {
		return nil, err
	}
	r.Log.Info("hooks resolved", "hooks", len(r.Plan.Hooks), "packages", len(a), "took", time.Since(start))
	data, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return a, plan.WriteFile(file, data)
}

// goVariables returns the variables that the go command hands to its tools. Where the
// wrapper does not stand before the build, they may have changed since the plan was made.
func (r *Resolver) goVariables() []string {
	var out []string
	for _, kv := range r.environment() {
		name, value, _ := strings.Cut(kv, "=")
		switch name {
		case "GOFLAGS":
			kv = "GOFLAGS=" + plan.WithoutToolexec(value)
		case "GOCACHE", "GOTELEMETRY", "GOTELEMETRYDIR", "GOPROXY", "GOSUMDB", "GOAUTH", "GOENV", "GOTMPDIR":
			continue // what is kept where, which no archive follows
		}
		if strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "CGO_") || name == "CC" || name == "CXX" {
			out = append(out, kv)
		}
	}
	slices.Sort(out)
	return out
}

func remembered(file string) Archives {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var a Archives
	if json.Unmarshal(data, &a) != nil {
		return nil // cut short, perhaps by a full disk: ask again
	}
	for _, p := range a {
		if info, err := os.Stat(p.File); err != nil || info.Size() != p.Size {
			return nil
		}
	}
	return a
}

func (r *Resolver) listArchives(m Manner) (Archives, error) {
	args := append([]string{"-export", "-deps", "-json=ImportPath,Export,Imports,Error"}, r.flags(m)...)
	args = append(args, "-toolexec="+r.Toolexec)
	out := Archives{}
	err := r.list(args, r.Plan.Hooks, func(p *listed) (err error) {
		if p.ImportPath == "unsafe" {
			return nil
		}
		if p.Export == "" {
			return fmt.Errorf("the go command made no archive of %s, which a hook needs", p.ImportPath)
		}
		out[p.ImportPath], err = p.archive()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the hook packages do not build%s: %w", r.toCorrect(err.Error()), err)
	}
	return out, nil
}

// toCorrect says which hook packages the go command's message is about, and of which
// aspects they are.
func (r *Resolver) toCorrect(message string) string {
	var out []string
	for _, h := range r.Plan.Hooks {
		// A package that does not load has its files named, and not itself.
		file := path.Base(h) + "/"
		if !strings.Contains(message, "# "+h+"\n") && !strings.Contains(message, "package "+h+"\n") && !strings.Contains(filepath.ToSlash(message), file) {
			continue
		}
		var of []string
		for i := range r.Plan.Rules {
			if a := r.Plan.Rules[i].Aspect; slices.Contains(r.Plan.Rules[i].Packages(), h) && !slices.Contains(of, a) {
				of = append(of, a)
			}
		}
		if len(of) > 0 {
			h += " of " + strings.Join(of, ", ")
		}
		out = append(out, h)
	}
	if len(out) == 0 {
		return ""
	}
	return "; correct " + strings.Join(out, ", and ")
}

// listed is what go list prints of a package, as far as it was asked for.
type listed struct {
	ImportPath string
	Name       string
	Dir        string
	ForTest    string
	Export     string
	Imports    []string
	Module     *struct{ Main bool }
}

// archive returns the archive of p, with what it imports.
func (p *listed) archive() (Archive, error) {
	info, err := os.Stat(p.Export)
	if err != nil {
		return Archive{}, err
	}
	return Archive{File: p.Export, Size: info.Size(), Imports: p.imports()}, nil
}

// imports returns the packages that p imports, variants under their plain path. What
// imports "C" is compiled with imports that cgo adds.
//
// Source: (*Package).load in cmd/go/internal/load/pkg.go of go1.26.
func (p *listed) imports() []string {
	out := make([]string, 0, len(p.Imports))
	for _, i := range p.Imports {
		added := []string{plain(i)}
		if i == "C" {
			added = []string{"runtime/cgo", "syscall"}
		}
		for _, i := range added {
			if i != p.ImportPath && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// plain returns an import path without the variant in brackets.
func plain(importPath string) string {
	p, _, _ := strings.Cut(importPath, " ")
	return p
}

// list runs go list with the build's flags and calls each with every package.
func (r *Resolver) list(args, patterns []string, each func(*listed) error) error {
	args = slices.Concat([]string{"list"}, r.Plan.Build.Flags, r.Plan.Build.Marks, args)
	cmd := exec.Command(r.Go, append(append(args, "--"), patterns...)...)
	cmd.Dir = r.Plan.Build.Dir
	cmd.Env = slices.DeleteFunc(r.environment(), func(kv string) bool {
		return strings.HasPrefix(kv, "TOOLEXEC_IMPORTPATH=") || strings.HasPrefix(kv, "PWD=")
	})
	// Behind a symbolic link the folder has two names, and archives have the one in them
	// that the outer go command took from there.
	cmd.Env = append(cmd.Env, "PWD="+cmd.Dir)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	for dec := json.NewDecoder(&stdout); ; {
		p := new(listed)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the output of go list: %w", err)
		}
		if err := each(p); err != nil {
			return err
		}
	}
}

// BesideMain returns the path of the file of that name in the folder of the main package
// of that import path, or of the package that it tests.
func (r *Resolver) BesideMain(importPath, name string) (string, error) {
	path := strings.TrimSuffix(importPath, ".test")
	if path == "command-line-arguments" { // files, of which go list knows nothing
		return filepath.Join(r.Plan.Build.Files, name), nil
	}
	dir := ""
	err := r.list([]string{"-find", "-json=Dir"}, []string{path}, func(p *listed) error { dir = p.Dir; return nil })
	if err != nil {
		return "", fmt.Errorf("the folder of %s is not to be found: %w", path, err)
	}
	return filepath.Join(dir, name), nil
}

// GoCommand returns the go command that runs the tool at that path.
func GoCommand(tool string) string {
	name := filepath.Join(toolcmd.Root(tool), "bin", "go"+filepath.Ext(tool))
	if _, err := os.Stat(name); err == nil {
		return name
	}
	return "go"
}
