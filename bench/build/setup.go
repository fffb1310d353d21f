//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A bench is what the measurements of one run share. All state lies below dir:
//
//	mod, bin        module cache and programs, of all tools
//	proxy           the checkout of weaver as a module proxy has it
//	counting        a GOROOT whose programs count their calls
//	APP/TOOL/src    the app's copy, with timed/ and counted/ caches beside it
type bench struct {
	options
	ctx           context.Context
	machine       machine
	weaverVersion string // that the proxy has
	goroot        string
	counting      string // GOROOT
	proxies       string // GOPROXY of the set-up
	sumdb         string
	out           *results
	tools         []installed
}

// An installed is a tool that can be measured.
type installed struct {
	tool
	path, version string // of its program
}

// newBench sets up what does not depend on an app. A tool that can not be had is noted in the
// results and left out.
func newBench(ctx context.Context, o options) (*bench, error) {
	b := &bench{options: o, ctx: ctx}
	if err := os.RemoveAll(filepath.Join(b.dir, "tmp")); err != nil {
		return nil, err
	}
	for _, dir := range []string{"bin", "tmp", "proxy"} {
		if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o777); err != nil {
			return nil, err
		}
	}
	if err := b.ambient(); err != nil {
		return nil, err
	}
	var err error
	if b.machine, err = thisMachine(b.goroot); err != nil {
		return nil, err
	}
	if b.out, err = openResults(b.options.results); err != nil {
		return nil, err
	}
	if b.counting, err = b.countingRoot(); err != nil {
		return nil, err
	}
	describe, err := b.setup(b.checkout, "git", "describe", "--always", "--dirty", "--exclude=*")
	if err != nil {
		return nil, err
	}
	if b.weaverVersion, err = serveCheckout(filepath.Join(b.dir, "proxy"), b.checkout); err != nil {
		return nil, err
	}
	for _, name := range b.options.tools {
		t, _ := findTool(name)
		program, version, err := t.install(b)
		if err != nil {
			if err := b.out.failed(record{Tool: name, Step: "install", Error: firstLine(err.Error())}); err != nil {
				return nil, err
			}
			continue
		}
		b.tools = append(b.tools, installed{t, program, version})
	}
	return b, b.out.add(record{Kind: kindRun, Machine: &b.machine, Checkout: strings.TrimSpace(describe)})
}

// ambient looks up what the go command of this command says, which the set-up takes modules
// from.
func (b *bench) ambient() error {
	out, err := exec.CommandContext(b.ctx, "go", "env", "-json", "GOROOT", "GOMODCACHE", "GOPROXY", "GOSUMDB").Output()
	if err != nil {
		return err
	}
	var env struct{ GOROOT, GOMODCACHE, GOPROXY, GOSUMDB string }
	if err := json.Unmarshal(out, &env); err != nil {
		return err
	}
	b.goroot, b.sumdb = env.GOROOT, env.GOSUMDB
	b.proxies = strings.Join([]string{
		"file://" + filepath.ToSlash(filepath.Join(b.dir, "proxy")),
		"file://" + filepath.ToSlash(filepath.Join(env.GOMODCACHE, "cache", "download")),
		env.GOPROXY,
	}, ",")
	return nil
}

// environment returns that of a command: of its go command, its caches, and whether there is a
// network. Nothing of what the user has set for go or for a tool gets in.
func (b *bench) environment(goroot, cache, home string, network bool) []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		for _, prefix := range []string{"GO", "CGO_", "WEAVER_", "ORCHESTRION_", "OTEL", "DD_", "XDG_"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		return name == "HOME" || name == "PATH" || name == "TMPDIR" || name == "PWD"
	})
	path := strings.Join([]string{filepath.Join(goroot, "bin"), filepath.Join(b.dir, "bin"), os.Getenv("PATH")}, string(filepath.ListSeparator))
	env = append(env, "HOME="+home, "PATH="+path, "TMPDIR="+filepath.Join(b.dir, "tmp"),
		"GOCACHE="+cache, "GOMODCACHE="+filepath.Join(b.dir, "mod"), "GOPATH="+filepath.Join(b.dir, "gopath"), "GOBIN="+filepath.Join(b.dir, "bin"),
		"GOENV=off", "GOWORK=off", "GOTOOLCHAIN=local", "GOFLAGS=-buildvcs=false")
	if network {
		return append(env, "GOPROXY="+b.proxies, "GOSUMDB="+b.sumdb, "GONOSUMDB="+weaverModule)
	}
	return append(env, "GOPROXY=off", "GOSUMDB=off")
}

// setup runs a command of the set-up and returns what it prints, or an error with what it
// says.
func (b *bench) setup(dir string, words ...string) (string, error) {
	log.Printf("%s: %s", filepath.Base(filepath.Dir(dir)), strings.Join(words, " "))
	root, home := b.goroot, filepath.Join(b.dir, "setup", "home")
	if err := quiet(home); err != nil {
		return "", err
	}
	if words[0] == "go" {
		words = slices.Concat([]string{filepath.Join(root, "bin", "go")}, words[1:])
	}
	cmd := exec.CommandContext(b.ctx, words[0], words[1:]...)
	cmd.Dir, cmd.Env = dir, b.environment(root, filepath.Join(b.dir, "setup", "cache"), home, true)
	if words[0] == "git" {
		cmd.Env = os.Environ()
	}
	var out, says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &says
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(words, " "), err, says.Bytes())
	}
	return out.String(), nil
}

// quiet makes a home folder in which the go command keeps no counters of its own.
func quiet(home string) error {
	dir := filepath.Join(home, ".config", "go", "telemetry")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "mode"), []byte("off"), 0o666)
}
