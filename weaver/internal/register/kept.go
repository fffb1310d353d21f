package register

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/stamp"
)

// To prepare a build takes several calls of the go command. What they lead to is kept, with
// stamps of all that they looked at, and the next call of the same kind finds it again. Of
// what aspects and hooks are made of the stamps are of the content, since nobody would
// notice later that it is another; those of the program's packages are by time and size, and
// whoever compiles a package notices.

// A kept registration is what [Prepare] returned once.
type kept struct {
	Binary   string            `json:"binary"`
	Sum      string            `json:"sum"` // of the binary
	PlanFile string            `json:"plan"`
	File     string            `json:"file"`
	Default  bool              `json:"default"`
	Unmarked string            `json:"unmarked,omitempty"`
	Root     string            `json:"root"`
	Work     string            `json:"work,omitempty"`
	Env      map[string]string `json:"env"` // what modules are read by
	// Described is the digest of what the registration binary says of its aspects. It is
	// asked every time, since what it says may follow anything that a program can see.
	Described string `json:"described"`

	Contents []plan.Stamp   `json:"contents"`
	Sources  *stamp.Sources `json:"sources,omitempty"`
}

// keptFile returns the file that what is kept for such a call has.
func (o *Options) keptFile() (string, error) {
	h := sha256.New()
	l := o.Line
	fmt.Fprintf(h, "%q %q %v %q %q %q %q %q\n", o.Go.Program, o.Go.Dir, o.Marks, l.kind(), l.Archive, l.Given, l.Patterns, l.GCFlags)
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	// go tool runs what it has just built from a temporary folder, and later from its cache.
	id, err := buildID(self)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "%x\n", id)
	if info, err := os.Stat(o.Go.Program); err == nil {
		fmt.Fprintf(h, "%d %d\n", info.Size(), info.ModTime().UnixNano())
	}
	env := slices.DeleteFunc(slices.Clone(o.Go.Env), func(kv string) bool { return !decides(kv) })
	slices.Sort(env)
	fmt.Fprintf(h, "%q %x\n", env, sha256.Sum256(o.Default))
	return filepath.Join(o.Cache, "kept", hex.EncodeToString(h.Sum(nil)[:16])+".json"), nil
}

// decides reports whether a variable of the environment may change what the go command finds
// or makes. What aspects make of the environment they are asked anew.
func decides(kv string) bool {
	name, _, _ := strings.Cut(strings.ToUpper(kv), "=")
	for _, prefix := range []string{"GO", "CGO_", "PKG_CONFIG", "WEAVER_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains([]string{
		"CC", "CXX", "FC", "AR", "PATH", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
	}, name)
}

// kind is what the verb means for the packages of the build.
func (c *CommandLine) kind() string {
	if c.Verb == "test" {
		return "test"
	}
	return c.unmarked()
}

// keptOrNew returns what is kept of an earlier call of this kind, or prepares the build and
// keeps that.
func (o *Options) keptOrNew() (*Registration, error) {
	file, err := o.keptFile()
	if err != nil {
		return nil, err
	}
	before := readKept(file)
	if reg := o.again(before); reg != nil {
		reg.Kept = true
		return reg, nil
	}
	p, err := prepare(*o)
	if err != nil {
		return nil, err
	}
	p.reg.Plan.Build.Kept = file
	if p.reg.PlanFile, err = p.reg.Plan.Write(filepath.Join(o.Cache, "plan")); err != nil {
		return nil, err
	}
	// What an overlay puts in the place of files has no stamps. That something can not be
	// kept costs the next build time, and nothing else.
	if p.reg.Plan.Build.Flag("overlay") != "" || p.keep(file, before) != nil {
		_ = os.Remove(file)
	}
	return p.reg, nil
}

// readKept returns what the file has, or nil.
func readKept(file string) *kept {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	k := new(kept)
	if json.Unmarshal(data, k) != nil || len(k.Contents) == 0 {
		return nil
	}
	return k
}

// again returns the registration that is kept, or nil if there is none, or something is not
// what it was.
func (o *Options) again(k *kept) *Registration {
	if k == nil {
		return nil
	}
	for i := range k.Contents {
		if k.Contents[i].Changed() {
			return nil
		}
	}
	if k.Sources != nil && k.Sources.Changed(match.Directed) {
		return nil
	}
	p, err := plan.Read(k.PlanFile)
	if err != nil {
		return nil
	}
	mods, err := readModules(k.Env)
	if err != nil {
		return nil
	}
	reg := &Registration{
		Binary: k.Binary, Plan: p, File: k.File, Default: k.Default, Unmarked: k.Unmarked, GOROOT: k.Env["GOROOT"],
		PlanFile: k.PlanFile, goCommand: o.Go, mods: mods, root: k.Root, work: k.Work,
	}
	// The binary is run, so nobody else may have put another one there.
	for dir, i := filepath.Dir(k.Binary), 0; i < 3; dir, i = filepath.Dir(dir), i+1 {
		if plan.Private(dir) != nil {
			return nil
		}
	}
	if binary, err := os.ReadFile(k.Binary); err != nil || digestOf(binary) != k.Sum {
		return nil
	}
	asked := &preparation{Options: *o, mods: mods, root: k.Root, reg: reg}
	if out, mistakes, err := asked.ask(patience); err != nil || mistakes != "" || digestOf(out) != k.Described {
		return nil
	}
	return reg
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// keep writes what the next call of this kind finds again. before is what an earlier one did,
// or nil.
func (p *preparation) keep(file string, before *kept) error {
	r := p.reg
	k := &kept{
		Binary: r.Binary, PlanFile: r.PlanFile, File: r.File, Default: r.Default, Unmarked: r.Unmarked,
		Root: r.root, Work: r.work, Env: map[string]string{}, Described: p.described,
	}
	for _, name := range []string{"GOROOT", "GOMOD", "GOWORK", "GOMODCACHE"} {
		k.Env[name] = p.env[name]
	}
	binary, err := os.ReadFile(r.Binary)
	if err != nil {
		return err
	}
	k.Sum = digestOf(binary)
	stamps, err := r.stamps(p.registered)
	if err != nil {
		return err
	}
	for _, f := range p.settings() {
		s := plan.Stamp{Path: f}
		if err := s.Take(); err != nil {
			return err
		}
		stamps = append(stamps, s)
	}
	k.Contents = stamps
	if r.Plan.Marks != nil {
		var were *stamp.Sources
		if before != nil {
			were = before.Sources
		}
		if k.Sources, err = stamp.Take(p.sourceDirs, p.sourceRoots(), match.Directed, were); err != nil {
			return err
		}
	}
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := plan.Private(filepath.Dir(file)); err != nil {
		return err
	}
	return plan.WriteFile(file, data)
}

// settings returns the files, there or not, that decide which module the working folder is
// of, and what the go command's own settings are.
func (p *preparation) settings() []string {
	out := []string{filepath.Join(p.env["GOROOT"], "VERSION"), filepath.Join(p.env["GOROOT"], "go.env")}
	if env := p.env["GOENV"]; env != "" && env != "off" {
		out = append(out, env)
	}
	for dir := p.Go.Dir; ; dir = filepath.Dir(dir) {
		out = append(out, filepath.Join(dir, "go.mod"), filepath.Join(dir, "go.work"))
		if dir == filepath.Dir(dir) {
			break
		}
	}
	out = append(out, p.goMods...)
	for _, m := range p.mods.mains {
		out = append(out, filepath.Join(m.Dir, "go.sum"))
	}
	if p.reg.work != "" {
		out = append(out, p.reg.work+".sum")
	}
	if f := p.reg.Plan.Build.Flag("modfile"); f != "" {
		out = append(out, p.reg.Plan.Build.Abs(f))
	}
	return out
}

// sourceRoots returns the folders below which new packages would be part of the build.
func (p *preparation) sourceRoots() []string {
	for _, pattern := range p.Line.Patterns {
		if strings.Contains(pattern, "...") || slices.Contains([]string{"all", "work"}, pattern) {
			return p.mods.dirs()
		}
	}
	return nil
}
