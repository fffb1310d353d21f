//go:build unix

package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The kinds of caches that a copy has, and of rounds that use them.
const (
	timed   = "timed"
	counted = "counted"
)

// A variant is an app as one tool builds it.
type variant struct {
	installed
	*copied
	broken map[string]bool // steps that failed when they were counted; all of them if "" is there
	warm   map[string]bool // the kinds of caches that have all that the copy is made of
}

// measureApp counts the app's steps once and then times them, round by round.
func (b *bench) measureApp(ctx context.Context, name string) error {
	a, err := findApp(b.checkout, name)
	if err != nil {
		return err
	}
	var all []*variant
	for _, t := range b.tools {
		c, err := b.copyFor(t.tool, t.version, a)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && t.plain() {
			return err
		}
		if err != nil {
			if err := b.out.failed(record{App: name, Tool: t.name, Version: t.version, Step: "set-up", Error: firstLine(err.Error())}); err != nil {
				return err
			}
			continue
		}
		all = append(all, &variant{t, c, map[string]bool{}, map[string]bool{}})
	}
	for round := range b.rounds + 1 {
		if err := b.round(ctx, all, round); err != nil {
			return err
		}
	}
	for _, v := range all {
		if err := b.weigh(v); err != nil {
			return err
		}
	}
	return nil
}

// weigh notes the size of the tool's program, once.
func (b *bench) weigh(v *variant) error {
	r := record{Kind: kindTool, Tool: v.name, Version: v.version, Step: "size"}
	if _, ok := b.out.find(r); ok || v.plain() || v.alone || v.broken[""] {
		return nil
	}
	program := v.path
	if v.tool.program != nil {
		out, err := b.setup(v.dir, v.tool.program...)
		if err != nil {
			return err
		}
		program = strings.TrimSpace(out)
	}
	info, err := os.Stat(program)
	if err != nil {
		return err
	}
	r.Size = info.Size()
	return b.out.add(r)
}

// round does each step once with each tool. Who begins moves on from step to step, so that no
// tool is always the first or always behind the same one. Round 0 is the counted one.
func (b *bench) round(ctx context.Context, all []*variant, number int) error {
	kind := timed
	if number == 0 {
		kind = counted
	}
	fresh := number <= b.cold // the counted round too
	emptied := map[*variant]bool{}
	for i, s := range steps() {
		if s.empty && !fresh {
			continue
		}
		for k := range all {
			v := all[(k+i+number)%len(all)]
			if !v.wanted(b, s, number) {
				continue
			}
			if fresh && !emptied[v] && !b.begun(v, number) {
				if err := v.empty(v.tool, kind); err != nil {
					return err
				}
				v.warm[kind] = false
			}
			emptied[v] = true
			if err := b.step(ctx, v, s, number, kind); err != nil {
				return err
			}
		}
	}
	if kind == timed {
		return nil
	}
	// Nothing is counted again, and caches are large.
	for _, v := range all {
		if err := os.RemoveAll(v.cache(kind)); err != nil {
			return err
		}
	}
	return nil
}

// wanted reports whether the step has to be measured: it was asked for, the tool has it, it did
// not fail when it was counted, and the results do not have it.
func (v *variant) wanted(b *bench, s step, round int) bool {
	if !slices.Contains(b.steps, s.name) || !s.has(v.tool, v.copied) {
		return false
	}
	old, ok := b.out.find(v.record(s, round))
	if round == 0 && ok && old.Error != "" {
		v.fail(s)
	}
	return (!ok || old.Error != "") && !v.broken[""] && !v.broken[s.name]
}

// begun reports whether the variant's round was interrupted, so that its caches are still those of
// the round.
func (b *bench) begun(v *variant, round int) bool {
	return slices.ContainsFunc(steps(), func(s step) bool {
		_, ok := b.out.find(v.record(s, round))
		return ok
	})
}

// fail notes that the step need not be tried again. What can not be built at all has no other
// step either.
func (v *variant) fail(s step) {
	v.broken[s.name] = true
	if s.name == "cold" {
		v.broken[""] = true
	}
}

func (v *variant) record(s step, round int) record {
	return record{Kind: kindStep, App: v.app.name, Tool: v.name, Version: v.version, Step: s.name, Round: round}
}

// step measures one. Before the first that is not about empty caches the app is built once, which
// fills them, or brings in what a run that was interrupted had edited.
func (b *bench) step(ctx context.Context, v *variant, s step, round int, kind string) error {
	if s.name != "cold" && !s.tool && !v.warm[kind] {
		if err := b.arrange(ctx, v, []string{"woven"}, kind); err != nil {
			return b.giveUp(ctx, v, s, round, err)
		}
	}
	if err := b.arrange(ctx, v, s.before, kind); err != nil {
		return b.giveUp(ctx, v, s, round, err)
	}
	if s.edit != "" {
		if err := v.change(s.edit); err != nil {
			return err
		}
	}
	u, err := b.build(ctx, v, s, kind)
	if err != nil {
		return b.giveUp(ctx, v, s, round, err)
	}
	r := v.record(s, round)
	r.use = u
	log.Printf("%s %s %s, round %d: %.2f s, CPU %.2f s", r.App, r.Tool, s.name, round, u.Wall, u.CPU)
	if err := b.out.add(r); err != nil {
		return err
	}
	if err := b.arrange(ctx, v, s.after, kind); err != nil {
		v.warm[kind] = false
	}
	return ctx.Err()
}

// arrange runs commands that are not measured.
func (b *bench) arrange(ctx context.Context, v *variant, names []string, kind string) error {
	for _, name := range names {
		if _, err := b.build(ctx, v, unmeasured(name), kind); err != nil {
			return err
		}
	}
	return nil
}

// giveUp notes that the step failed, which is a result: it is not tried again when it was
// counted. What failed when it was timed is, by the next run. Without plain go there is nothing
// to compare with.
func (b *bench) giveUp(ctx context.Context, v *variant, s step, round int, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if v.plain() {
		return fmt.Errorf("%s %s %s: %w", v.app.name, v.name, s.name, err)
	}
	if round == 0 {
		v.fail(s)
	}
	v.warm[counted], v.warm[timed] = false, false // of what was edited something may be left to build
	r := v.record(s, round)
	r.Error = firstLine(err.Error())
	return b.out.failed(r)
}

// build runs the step's command and checks what came of it.
func (b *bench) build(ctx context.Context, v *variant, s step, kind string) (u use, err error) {
	// What others left in the folder for temporary files is no business of this build.
	if err := os.RemoveAll(filepath.Join(b.dir, "tmp")); err != nil {
		return u, err
	}
	for _, dir := range []string{v.cache(kind), filepath.Join(b.dir, "tmp")} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return u, err
		}
	}
	if err := quiet(v.home(kind)); err != nil {
		return u, err
	}
	command := v.command(v.path)
	if s.plain {
		command = []string{"go"}
	}
	switch {
	case s.tool:
		command = v.compile(b)
	case s.test:
		command = slices.Concat(command, []string{"test"}, v.flags(), []string{v.leaf})
	default:
		command = slices.Concat(command, []string{"build"}, v.flags(), []string{"-o", v.program(), v.app.main})
	}
	r := running{dir: v.dir, words: command, log: filepath.Join(v.root, s.name+"."+kind+".log")}
	if kind == counted {
		r.env, r.sample = b.environment(b.counting, v.cache(kind), v.home(kind), true), true
		if err := os.WriteFile(callsIn(b.counting), nil, 0o666); err != nil {
			return u, err
		}
	} else {
		r.env = b.environment(b.goroot, v.cache(kind), v.home(kind), false)
	}
	if u, err = r.run(ctx); err != nil {
		return u, err
	}
	if kind == counted {
		if u.Calls, err = readCalls(callsIn(b.counting)); err != nil {
			return u, err
		}
	}
	if !s.test && !s.tool {
		if u.Size, err = v.check(v.copied, v.program(), s.plain); err != nil {
			return u, err
		}
	}
	if !s.test && !s.tool && !s.plain {
		v.warm[kind] = true
	}
	return u, nil
}

// firstLine returns the line of an error that says most: the first that is no progress of the
// go command's and no heading.
func firstLine(s string) string {
	var first string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" || line == "Error:" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "go: downloading") || strings.HasPrefix(line, "go: found") {
			continue
		}
		if first == "" {
			first = line
			continue
		}
		if strings.Contains(first, "exit status") { // only says that there is more
			first = line
		}
		break
	}
	return first
}
