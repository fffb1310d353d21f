package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A place is where a build runs: a copy of the checkout, and the folders that belong to a
// user of a machine.
type place struct {
	checkout string
	env      []string
}

// copyCheckout copies the checkout that the module is part of, without its history.
func copyCheckout(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		switch {
		case d.Name() == ".git" && d.IsDir():
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		case !d.Type().IsRegular() || d.Name() == ".git":
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	})
}

// user makes the folders of a user of a machine, and returns the environment that says so.
// The modules are those that this machine has, in the new home folder, so that nothing is
// downloaded.
func user(ctx context.Context, dir, toolchain string) ([]string, error) {
	modules, err := output(ctx, "go", "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	home := filepath.Join(dir, "home")
	if err := os.MkdirAll(filepath.Join(home, "go", "pkg"), 0o777); err != nil {
		return nil, err
	}
	if err := os.Symlink(modules, filepath.Join(home, "go", "pkg", "mod")); err != nil {
		return nil, err
	}
	return append(os.Environ(),
		"HOME="+home, "PATH="+filepath.Join(toolchain, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GOROOT=", "GOPATH="+filepath.Join(home, "go"), "GOMODCACHE="+filepath.Join(home, "go", "pkg", "mod"),
		"GOCACHE="+filepath.Join(dir, "cache"), "WEAVER_CACHE="+filepath.Join(dir, "weaver"),
		"GOENV=off", "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local"), nil
}

// An app is what is built: the folder of a module in the checkout, and a package.
type app struct{ module, pkg string }

func apps() map[string]app {
	return map[string]app{
		"tiny":  {"tiny", "."},
		"hello": {"bench", "./hello"},
		"shop":  {"samples/shop", "."},
	}
}

// tiny is a program without dependencies, with an aspect of its own; it is no part of the
// checkout, but made in the copies.
func tiny() map[string]string {
	return map[string]string{
		"go.mod": "module example.com/tiny\n\ngo 1.25.0\n\ntool github.com/goweaver/weaver/cmd/weaver\n\n" +
			"require github.com/goweaver/weaver v0.0.0\n\nreplace github.com/goweaver/weaver => ../\n",
		"main.go":        "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/tiny/lib\"\n)\n\nfunc main() { fmt.Println(lib.Double(2)) }\n",
		"lib/lib.go":     "// Package lib doubles.\npackage lib\n\n// Double returns twice n.\nfunc Double(n int) int { return 2 * n }\n",
		"hooks/hooks.go": "// Package hooks has the hook.\npackage hooks\n\nimport \"github.com/goweaver/weaver/instrument/hook\"\n\n// Enter runs at entry.\nfunc Enter(f *hook.Func) { println(f.FullName()) }\n",
		"orchestrion.tool.go": "//go:build tools\n\npackage main\n\nimport (\n\t\"example.com/tiny/hooks\"\n\n\t\"github.com/goweaver/weaver/instrument\"\n\t\"github.com/goweaver/weaver/weaver\"\n)\n\n" +
			"func main() {\n\tweaver.Main(&instrument.Aspect{Name: \"enter\", Doc: \"say what is called\", Rules: []instrument.Rule{\n" +
			"\t\tinstrument.BodyWhere(instrument.Name(\"Double\")).Before(hooks.Enter),\n\t}})\n}\n",
	}
}

// makeTiny writes it into a copy of the checkout.
func makeTiny(ctx context.Context, checkout string) error {
	dir := filepath.Join(checkout, "tiny")
	files := tiny()
	sum, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		return err
	}
	files["go.sum"] = string(sum)
	for name, source := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
			return err
		}
	}
	_, err = output(ctx, "go", "-C", dir, "mod", "tidy")
	return err
}

// output returns what a command prints.
func output(ctx context.Context, words ...string) (string, error) {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stderr, cmd.Env = os.Stderr, append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(words, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
