// Package plan is what one build of the go command is woven by: the file that the
// wrapper writes, through package register, and that every toolexec process reads.
//
// The file's name holds the hash of its content and stands in the arguments of
// -toolexec, which the go command neither hashes nor records. Nothing travels in
// the environment, which go run and go test hand to the user's program.
package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/robustio"

	"github.com/goweaver/weaver/internal/rule"
)

// A Plan is one build's rules and what the tools need to know of the build.
type Plan struct {
	// Identity is what the go command's cache keys follow, in hex. It covers all
	// that decides how a package is woven, and nothing that does not.
	Identity string `json:"identity"`

	Rules []rule.Rule `json:"rules"` // of all aspects, in order
	// Hooks are the import paths of the hook packages, and of others that programs are
	// linked with for a rule, sorted.
	Hooks []string `json:"hooks"`

	// Closure is the import closure of what woven code calls, sorted, the standard
	// library included. Pattern rules leave it alone.
	Closure []string `json:"closure"`

	// Beside is what else programs are linked with for a rule that imports a package,
	// sorted.
	Beside []string `json:"beside,omitempty"`

	// MainModules are the folders of the main modules.
	MainModules []string `json:"mainModules"`
	// MainPaths are the paths of the main modules, in the same order.
	MainPaths []string `json:"mainPaths"`
	// Own has every rule count as one of the main modules', wherever it is declared: those
	// of aspects under test do.
	Own bool `json:"own,omitempty"`

	// Tool is a digest of the tool itself, by which other versions of it have other keys.
	Tool string `json:"tool,omitempty"`
	// Marks is nil where all keys follow the identity: in builds without the wrapper, and
	// those that can not have marks.
	Marks *Marks `json:"marks,omitempty"`

	// Linked is what [Plan.Program] returns, where the plan was not read from a file.
	Linked *Program `json:"-"`
	rest   []byte   // of the file, with the program

	Build Build `json:"build"`
}

// A Build is how the outer go command was called, as far as the go commands that
// toolexec processes start have to be called in the same way.
type Build struct {
	Dir   string   `json:"dir"`   // the working folder
	Flags []string `json:"flags"` // the build flags that change an archive
	Env   string   `json:"env"`   // digest of the go command's environment
	Cache string   `json:"cache"` // weaver's cache folder

	// Given are the flags that change an archive as they were given, those in GoFlags,
	// the value of GOFLAGS, aside. Target are variables of the go command's environment
	// which the build must have too.
	Given   []string          `json:"given,omitempty"`
	GoFlags string            `json:"goflags,omitempty"`
	Target  map[string]string `json:"target"`

	// Files is the folder of the Go files that the command line names in the place of
	// packages, if it does.
	Files string `json:"files,omitempty"`

	// Marks are the flags that give packages their marks, the user's -gcflags in them, whose
	// last value is GCFlags.
	Marks   []string `json:"marks,omitempty"`
	GCFlags string   `json:"gcflags,omitempty"`

	// Kept is the file that has the next build find this plan again.
	Kept string `json:"kept,omitempty"`

	// Stamps are set for a build without the wrapper.
	Stamps []Stamp `json:"stamps,omitempty"`
}

// A Program is what is asked of a plan by the compile of a main package and by the link, and by
// no other: most compiles of a build are over before it would be decoded.
type Program struct {
	// Modules are those of the closure, for the build info of the programs that it is
	// linked into. Modules that the go command does not fetch have no sum.
	Modules []Module `json:"modules,omitempty"`
	Needs   *Needs   `json:"needs,omitempty"` // set where packages have marks
}

// Program returns what the plan has for programs.
func (p *Plan) Program() (*Program, error) {
	if p.Linked != nil {
		return p.Linked, nil
	}
	linked := new(Program)
	if len(p.rest) > 0 {
		if err := json.Unmarshal(p.rest, linked); err != nil {
			return nil, fmt.Errorf("the plan is damaged: %w; build again with go tool weaver", err)
		}
	}
	p.Linked = linked
	return linked, nil
}

// A Module is one that hooks bring into a program.
type Module struct {
	Path     string   `json:"path"`
	Version  string   `json:"version"`
	Sum      string   `json:"sum,omitempty"`
	Replace  *Module  `json:"replace,omitempty"`
	Packages []string `json:"packages,omitempty"` // those in the closure
}

// Write saves the plan below dir and returns the file's name. Equal plans have one
// file.
func (p *Plan) Write(dir string) (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	linked, err := p.Program()
	if err != nil {
		return "", err
	}
	program, err := json.Marshal(linked)
	if err != nil {
		return "", err
	}
	data = append(append(data, '\n'), program...)
	if err := Private(dir); err != nil {
		return "", err
	}
	file := filepath.Join(dir, nameOf(data))
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, data) {
		return file, nil
	}
	return file, WriteFile(file, data)
}

// nameOf returns the name of the file of a plan, which has the digest of its content.
func nameOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]) + ".json"
}

// Read returns the plan in that file.
func Read(file string) (*Plan, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("plan: %w; build again with go tool weaver", err)
	}
	p := new(Plan)
	head, rest, _ := bytes.Cut(data, []byte("\n"))
	p.rest = rest
	err = json.Unmarshal(head, p)
	// What is not decoded yet may be cut short as well.
	if err == nil && nameOf(data) != filepath.Base(file) {
		err = errors.New("it is not what its name says")
	}
	if err != nil {
		return nil, fmt.Errorf("plan %s is damaged: %w; build again with go tool weaver, or make the value of -toolexec anew: go tool weaver toolexec", file, err)
	}
	return p, nil
}

// WriteFile writes the file so that a reader sees all of it or none, makes its
// folder if need be, and keeps both private to the user.
func WriteFile(file string, data []byte) error { return replaceFile(file, data, 0o600) }

// WriteProgram is WriteFile for what is to be run.
func WriteProgram(file string, data []byte) error { return replaceFile(file, data, 0o700) }

func replaceFile(file string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), mode); err != nil {
		return err
	}
	// On Windows a file can not be replaced while somebody reads it.
	return robustio.Rename(f.Name(), file)
}

// InMain reports whether the folder of a package belongs to a main module: whether
// the nearest go.mod above it is one of theirs, and no vendor folder lies between.
func (p *Plan) InMain(dir string) bool {
	for _, root := range p.MainModules {
		rel, err := filepath.Rel(root, dir)
		if err != nil || !filepath.IsLocal(rel) || slices.Contains(strings.Split(rel, string(filepath.Separator)), "vendor") {
			continue
		}
		if !nested(root, rel) {
			return true
		}
	}
	return false
}

// Declares reports whether a rule that is declared at file:line is one of the main modules', a
// wish of the user's, and not that of an aspect from elsewhere.
func (p *Plan) Declares(pos string) bool {
	file, _, _ := strings.Cut(pos, ".go:")
	return p.Own || p.InMain(filepath.Dir(file))
}

// IsStrict reports whether the rule with that ID belongs to a strict aspect.
func (p *Plan) IsStrict(id string) bool {
	return slices.ContainsFunc(p.Rules, func(r rule.Rule) bool { return r.Strict && r.ID == id })
}

// Links reports whether the package is one that weaver links programs with.
func (p *Plan) Links(importPath string) bool {
	_, called := slices.BinarySearch(p.Closure, importPath)
	_, beside := slices.BinarySearch(p.Beside, importPath)
	return called || beside
}

// Holds reports whether the package of that import path belongs to a main module: whether
// its folder is there and does. What is named on the command line by its files has no
// path of its own, and is taken for the user's.
func (p *Plan) Holds(importPath string) bool {
	if importPath == "command-line-arguments" {
		return true
	}
	for i, root := range p.MainModules {
		rest, ok := strings.CutPrefix(importPath, p.MainPaths[i])
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		dir := filepath.Join(root, filepath.FromSlash(rest))
		if info, err := os.Stat(dir); err == nil && info.IsDir() && p.InMain(dir) {
			return true
		}
	}
	return false
}

// nested reports whether the folder rel below root is of a module of its own: whether
// there is a go.mod on the way there. The names are not compared, since on some systems
// one folder has many spellings, C:\Src and c:\src.
func nested(root, rel string) bool {
	for rel != "." {
		if _, err := os.Stat(filepath.Join(root, rel, "go.mod")); err == nil {
			return true
		}
		rel = filepath.Dir(rel)
	}
	return false
}

// Flag returns the value of the flag of that name, of GOFLAGS too; the last one counts. It
// is "" where the flag is not given.
func (b *Build) Flag(name string) string {
	out := ""
	for _, f := range append(strings.Fields(b.GoFlags), b.Flags...) {
		if isFlag(f, name) {
			var ok bool
			if _, out, ok = strings.Cut(f, "="); !ok {
				out = "true"
			}
		}
	}
	return out
}

func isFlag(f, name string) bool {
	n, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
	return n == name
}
