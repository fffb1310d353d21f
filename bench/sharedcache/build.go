package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// A setting is what is built and how.
type setting struct {
	App      string
	Case     string // checkout or machine
	Variant  string // plain or woven
	Trimpath string // no; yes, on the command line; GOFLAGS
}

// A result is a line of the raw results: what one command did.
type result struct {
	setting
	Build    string // first or second
	Part     string // weaver, which the go command builds before it runs it, or app
	Compiles int
	Links    int
	Packages []string `json:",omitempty"` // that the second build compiled
	Wall     float64  // s
	CPU      float64  // s, of all processes
	Program  string   `json:",omitempty"` // digest of the program
	Go       string
}

// measure makes both builds of a setting.
func measure(ctx context.Context, raw string, s setting) error {
	dir, err := os.MkdirTemp("", "sharedcache")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, ok := apps()[s.App]
	if !ok || !slices.Contains([]string{"checkout", "machine"}, s.Case) || !slices.Contains([]string{"plain", "woven"}, s.Variant) ||
		!slices.Contains([]string{"no", "yes", "GOFLAGS"}, s.Trimpath) {
		return fmt.Errorf("%+v: no such app, case, variant or -trimpath", s)
	}
	log.Printf("%+v", s)
	places, tools, err := lay(ctx, dir, s)
	if err != nil {
		return err
	}
	for i, build := range []string{"first", "second"} {
		p := places[i]
		module := filepath.Join(p.checkout, filepath.FromSlash(a.module))
		var all []result
		if s.Variant == "woven" {
			r, err := p.run(ctx, module, tools, "go", "tool", "weaver", "version")
			if err != nil {
				return err
			}
			r.Part = "weaver"
			all = append(all, r)
		}
		program := filepath.Join(p.checkout, "program")
		r, err := p.run(ctx, module, tools, s.command(program, a.pkg)...)
		if err != nil {
			return err
		}
		r.Part = "app"
		if r.Program, err = s.check(program); err != nil {
			return err
		}
		for _, r := range append(all, r) {
			r.setting, r.Build = s, build
			if r.Go, err = output(ctx, "go", "version"); err != nil {
				return err
			}
			if build == "first" {
				r.Packages = nil // all of them
			}
			line, err := json.Marshal(r)
			if err != nil {
				return err
			}
			if err := note(raw, string(line)+"\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// lay makes the two places of a setting, and the toolchain that both have.
func lay(ctx context.Context, dir string, s setting) (places [2]place, tools string, err error) {
	from, err := output(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/goweaver/weaver")
	if err != nil {
		return places, "", err
	}
	goroot, err := output(ctx, "go", "env", "GOROOT")
	if err != nil {
		return places, "", err
	}
	tools = filepath.Join(dir, "go")
	if err := toolchain(goroot, tools); err != nil {
		return places, "", err
	}
	for i, name := range []string{"first", "second"} {
		p := place{checkout: filepath.Join(dir, name, "src", "of", name)}
		if err := copyCheckout(from, p.checkout); err != nil {
			return places, "", err
		}
		if s.App == "tiny" {
			if err := makeTiny(ctx, p.checkout); err != nil {
				return places, "", err
			}
		}
		switch {
		case i == 1 && s.Case == "checkout":
			p.env = places[0].env
		default:
			if p.env, err = user(ctx, filepath.Join(dir, name), tools); err != nil {
				return places, "", err
			}
		}
		if s.Case == "machine" {
			self, err := os.Executable()
			if err != nil {
				return places, "", err
			}
			p.env = append(p.env, fmt.Sprintf("GOCACHEPROG=%s %s %s", self, serveWord, filepath.Join(dir, "shared")))
		}
		if s.Trimpath == "GOFLAGS" {
			p.env = append(p.env, "GOFLAGS=-trimpath")
		}
		places[i] = p
	}
	return places, tools, nil
}

// command returns the command line of a build.
func (s setting) command(program, pkg string) []string {
	words := []string{"go"}
	if s.Variant == "woven" {
		words = []string{"go", "tool", "weaver", "-q", "go"}
	}
	words = append(words, "build", "-o", program)
	if s.Trimpath == "yes" {
		words = append(words, "-trimpath")
	}
	return append(words, pkg)
}

// check returns the digest of a program, or an error if it is not what its setting says: a
// woven one has packages of weaver's.
func (s setting) check(program string) (string, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return "", err
	}
	woven := slices.ContainsFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/goweaver/weaver" })
	if want := s.Variant == "woven"; woven != want {
		return "", fmt.Errorf("%+v: the program is woven: %t", s, woven)
	}
	data, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(data)), nil
}

// run runs a command in the module, and counts what it starts.
func (p place) run(ctx context.Context, module, tools string, words ...string) (r result, err error) {
	if _, err := calls(tools); err != nil { // of what was before
		return r, err
	}
	// The path of the program is found by the environment that it runs with.
	cmd := exec.CommandContext(ctx, filepath.Join(tools, "bin", words[0]), words[1:]...)
	cmd.Dir, cmd.Env = module, append(p.env, "PWD="+module)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return r, fmt.Errorf("%s: %w\n%s", strings.Join(words, " "), err, out.Bytes())
	}
	r.Wall = time.Since(start).Seconds()
	r.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	all, err := calls(tools)
	r.Compiles, r.Links, r.Packages = len(all["compile"]), len(all["link"]), all["compile"]
	return r, err
}
