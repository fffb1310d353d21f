// Tests of the workspace that an aspect's cases are in.
package register

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// workspaceFrom makes a workspace for the module that the files make up.
func workspaceFrom(t *testing.T, from, goflags, goMod string, files map[string]string) (*Workspace, string, error) {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "cases")
	env := append(os.Environ(), "GOFLAGS="+goflags, "GOWORK=")
	w, err := NewWorkspace(dir, filepath.Join(root, from), "go", goMod, env)
	if err == nil {
		t.Cleanup(w.Close)
	}
	return w, root, err
}

// A program of the workspace imports what the module of the aspect may: its packages, its
// workspace's, and what these replace. It has that module's language version.
func TestWorkspace(t *testing.T) {
	const app = "package main\n\nimport _ \"example.com/x/sub\"\n\nfunc main() {}\n"
	module := map[string]string{
		"x/go.mod":          "module example.com/x\n\ngo 1.24.0\n\nrequire example.com/y v1.0.0\n\nreplace example.com/y => ../y\n",
		"x/sub/sub.go":      "package sub\n\nimport _ \"example.com/y\"\n",
		"y/go.mod":          "module example.com/y\n\ngo 1.23.0\n",
		"y/y.go":            "package y\n",
		"x/vendor/dir/none": "",
	}
	for _, tt := range []struct{ name, goflags, work, source, lang string }{
		{"module", "-mod=mod -race", "", app, "1.24.0"},
		{"workspace", "", "go 1.25.0\n\nuse (\n\t./x\n\t./z\n)\n\nreplace example.com/y => ./y\n", strings.Replace(app, "x/sub", "z", 1), "1.25.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"z/go.mod": "module example.com/z\n\ngo 1.25.0\n", "z/z.go": "package z\n\nimport _ \"example.com/y\"\n"}
			for name, text := range module {
				files[name] = text
			}
			if tt.work != "" {
				files["go.work"] = tt.work
			}
			w, _, err := workspaceFrom(t, "x/sub", tt.goflags, "", files)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(w.Dir, "main.go"), []byte(tt.source), 0o666); err != nil {
				t.Fatal(err)
			}
			all, err := w.Go.Packages(nil, []string{"."})
			if err != nil || len(all) == 0 {
				t.Fatal(all, err)
			}
			for _, p := range all {
				if p.Error != nil || p.Export == "" && p.ImportPath != "unsafe" {
					t.Errorf("%s: %+v", p.ImportPath, p.Error)
				}
			}
			if last := all[len(all)-1]; last.ImportPath != "example.com/case" || last.Module.GoVersion != tt.lang {
				t.Errorf("%s in go %s, want example.com/case in go %s", last.ImportPath, last.Module.GoVersion, tt.lang)
			}
		})
	}
}

// Where there can be no workspace, that is said; and what GOFLAGS can not have in one.
func TestNoWorkspace(t *testing.T) {
	mod := map[string]string{"go.mod": "module example.com/x\n\ngo 1.25.0\n"}
	for _, tt := range []struct {
		goflags, want string
		files         map[string]string
	}{
		{"", "not inside a module", map[string]string{"x.go": "package x\n"}},
		{"-modfile=other.mod", "-modfile=other.mod in GOFLAGS: aspects are tested in a workspace, which can not have it; ", mod},
		{"-overlay=o.json", "-overlay=o.json in GOFLAGS: ", mod},
	} {
		if _, _, err := workspaceFrom(t, ".", tt.goflags, "", tt.files); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.goflags, err, tt.want)
		}
	}
}

// A workspace begins empty, and is for one user at a time.
func TestWorkspaceAgain(t *testing.T) {
	root, dir := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module example.com/x\n\ngo 1.25.0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "GOFLAGS=", "GOWORK=")
	first, err := NewWorkspace(dir, root, "go", "", env)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(first.Dir, "left.go")
	if err := os.WriteFile(left, []byte("package left\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	closed := make(chan bool)
	done := make(chan error)
	go func() {
		second, err := NewWorkspace(dir, root, "go", "module example.com/other\n", env)
		select {
		case <-closed:
		default:
			t.Error("two have the folder")
		}
		if err == nil {
			second.Close()
		}
		done <- err
	}()
	close(closed)
	first.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("%s is there: %v", left, err)
	}
	if data, err := os.ReadFile(filepath.Join(first.Dir, "go.mod")); err != nil || string(data) != "module example.com/other\n" {
		t.Errorf("go.mod is %q, %v", data, err)
	}
}
