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
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A Resolver asks the go command, on behalf of one toolexec process, with exactly
// the flags of the build that the process belongs to. One flag that changes an
// archive and was forgotten would be a "fingerprint mismatch" at link.
type Resolver struct {
	Plan     *plan.Plan
	Toolexec string // the value of -toolexec that the outer build has
	Go       string // path of the go command
	Log      *slog.Logger
}

// Archives is the import closure of the hook packages.
type Archives map[string]Archive

// An Archive is one package of the closure.
type Archive struct {
	File    string   `json:"file"`
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
	fmt.Fprintf(key, "%s\n%s\n%s\n%q\n%+v\n%q\n", r.Plan.Identity, b.Dir, b.Env, b.Flags, m, goVariables())
	if err := digestNamed(key, &b); err != nil {
		return nil, err
	}
	file := filepath.Join(b.Cache, "resolve", hex.EncodeToString(key.Sum(nil)[:16])+".json")
	if a := remembered(file); a != nil {
		return a, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	// Several mains of one build ask at once: one go list serves them all.
	unlock, err := lockedfile.MutexAt(file + ".lock").Lock()
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
func goVariables() []string {
	var out []string
	for _, kv := range os.Environ() {
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
		if _, err := os.Stat(p.File); err != nil {
			return nil
		}
	}
	return a
}

func (r *Resolver) listArchives(m Manner) (Archives, error) {
	args := append([]string{"-export", "-deps", "-json=ImportPath,Export,Imports,Error"}, r.flags(m)...)
	args = append(args, "-toolexec="+r.Toolexec)
	out := Archives{}
	err := r.list(args, r.Plan.Hooks, func(p *listed) error {
		if p.ImportPath == "unsafe" {
			return nil
		}
		if p.Export == "" {
			return fmt.Errorf("the go command made no archive of %s, which a hook needs", p.ImportPath)
		}
		out[p.ImportPath] = Archive{File: p.Export, Imports: p.imports()}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the hook packages do not build: %w", err)
	}
	return out, nil
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

// imports returns the packages that p imports, variants under their plain path. What
// imports "C" is linked with the package that cgo's code needs.
func (p *listed) imports() []string {
	out := make([]string, 0, len(p.Imports))
	for _, i := range p.Imports {
		if i == "C" {
			i = "runtime/cgo"
		}
		if i = plain(i); i != p.ImportPath {
			out = append(out, i)
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
	args = append([]string{"list"}, append(slices.Clone(r.Plan.Build.Flags), args...)...)
	cmd := exec.Command(r.Go, append(append(args, "--"), patterns...)...)
	cmd.Dir = r.Plan.Build.Dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "TOOLEXEC_IMPORTPATH=") || strings.HasPrefix(kv, "PWD=")
	})
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

// GoCommand returns the go command that runs the tool at that path.
func GoCommand(tool string) string {
	name := filepath.Join(toolcmd.Root(tool), "bin", "go"+filepath.Ext(tool))
	if _, err := os.Stat(name); err == nil {
		return name
	}
	return "go"
}
