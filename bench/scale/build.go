package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A result is a line of the raw results: one build.
type result struct {
	Size    size
	Step    string // cold, nothing or leaf; round after the last build of one
	Variant string // plain or woven
	Round   int
	Wall    float64 // s
	CPU     float64 // s, of all processes
	Go      string  // what go version says
}

// A variant is a way to build, with a build cache of its own.
type variant struct {
	name    string
	command []string
}

func variants() []variant {
	return []variant{
		{"plain", []string{"go"}},
		{"woven", []string{"go", "tool", "weaver", "-q", "go"}},
	}
}

// A bench is what all builds of a run share.
type bench struct {
	dir     string
	weaver  string // the checkout
	version string
	results *json.Encoder
	edits   int // so far; each is one that the build caches have not seen
}

// measure makes the builds that are not in the raw results.
func measure(ctx context.Context, o options, all []dimension) (err error) {
	done, err := read(o.raw)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	f, err := os.OpenFile(o.raw, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	b := &bench{dir: o.dir, results: json.NewEncoder(f)}
	if b.dir == "" {
		if b.dir, err = os.MkdirTemp("", "scale"); err != nil {
			return err
		}
	} else if err := os.Mkdir(b.dir, 0o777); err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(b.dir)) }()
	if b.weaver, err = output(ctx, ".", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/goweaver/weaver"); err != nil {
		return err
	}
	if b.version, err = output(ctx, ".", "go", "version"); err != nil {
		return err
	}
	for _, d := range all {
		for _, s := range d.sizes {
			next := rounds(done, s)
			if next >= o.rounds {
				continue
			}
			log.Printf("%d packages, %d functions each, %d rules, %d matches each", s.Packages, s.Functions, s.Rules, s.Matches)
			if err := b.size(ctx, s, next, o.rounds, o.again); err != nil {
				return err
			}
			// A size may be one of two dimensions.
			if done, err = read(o.raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// rounds returns how many rounds of a size are whole.
func rounds(all []result, s size) (n int) {
	for _, r := range all {
		if r.Size == s && r.Step == "round" {
			n = max(n, r.Round)
		}
	}
	return n
}

// size makes the rounds of one size, from the one after the first on.
func (b *bench) size(ctx context.Context, s size, first, rounds, again int) error {
	dir := filepath.Join(b.dir, "module")
	defer func() { _ = os.RemoveAll(dir) }()
	m, err := newModule(ctx, dir, b.weaver, s)
	if err != nil {
		return err
	}
	// The standard library, the hooks and the registration binary are in the caches then.
	for _, v := range variants() {
		if _, err := b.build(ctx, m, v); err != nil {
			return err
		}
	}
	for round := first + 1; round <= rounds; round++ {
		b.edits++
		if err := m.editAll(b.edits); err != nil {
			return err
		}
		if err := b.step(ctx, m, "cold", round); err != nil {
			return err
		}
		for i := range again {
			if err := b.step(ctx, m, "nothing", (round-1)*again+i+1); err != nil {
				return err
			}
			b.edits++
			// Package 0 is a leaf.
			if err := m.edit(0, b.edits); err != nil {
				return err
			}
			if err := b.step(ctx, m, "leaf", (round-1)*again+i+1); err != nil {
				return err
			}
		}
		if err := b.results.Encode(result{Size: s, Step: "round", Round: round, Go: b.version}); err != nil {
			return err
		}
	}
	return nil
}

// step builds the module as it is by each variant, which take turns to be the first.
func (b *bench) step(ctx context.Context, m *module, step string, round int) error {
	all := variants()
	if round%2 == 0 {
		slices.Reverse(all)
	}
	for _, v := range all {
		r, err := b.build(ctx, m, v)
		if err != nil {
			return err
		}
		r.Size, r.Step, r.Variant, r.Round, r.Go = m.size, step, v.name, round, b.version
		if err := b.results.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// build builds the module, and sees to it that the program is what it should be.
func (b *bench) build(ctx context.Context, m *module, v variant) (r result, err error) {
	program := filepath.Join(m.dir, v.name+".exe")
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOCACHE="+filepath.Join(b.dir, "cache-"+v.name), "WEAVER_CACHE="+filepath.Join(b.dir, "weaver"))
	start := time.Now()
	cmd, err := command(ctx, m.dir, env, append(v.command[:len(v.command):len(v.command)], "build", "-o", program, ".")...)
	if err != nil {
		return r, err
	}
	r.Wall = time.Since(start).Seconds()
	// That of a process has that of its children in it which it has waited for.
	r.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	want := fmt.Sprint(m.size.Packages, 0)
	if v.name == "woven" {
		want = fmt.Sprint(m.size.Packages, m.calls())
	}
	got, err := output(ctx, m.dir, program)
	if err == nil && got != want {
		err = fmt.Errorf("%s: packages and calls of hooks are %s, want %s", v.name, got, want)
	}
	return r, err
}

// command runs a command in the folder. Its output is part of the error, if there is one.
func command(ctx context.Context, dir string, env []string, words ...string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir, cmd.Env = dir, append(env, "PWD="+dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(words, " "), err, out.Bytes())
	}
	return cmd, nil
}

// output returns what a command prints.
func output(ctx context.Context, dir string, words ...string) (string, error) {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(words, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
