package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// counted returns the tools whose runs are counted.
func counted() []string { return []string{"compile", "link"} }

// toolchain makes a copy of the Go root in dir: links to what is there, but the counted
// tools are this command. The go command finds its root by where it is, so it is a copy.
func toolchain(goroot, dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	tools := filepath.Join("pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH)
	for _, folder := range []string{"bin", "pkg", filepath.Join("pkg", "tool"), tools} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			return err
		}
	}
	for _, folder := range []string{"", "pkg", tools} {
		entries, err := os.ReadDir(filepath.Join(goroot, folder))
		if err != nil {
			return err
		}
		for _, e := range entries {
			to := filepath.Join(dir, folder, e.Name())
			target := filepath.Join(goroot, folder, e.Name())
			if folder == tools && slices.Contains(counted(), e.Name()) {
				target = self
			}
			if info, err := os.Stat(to); err == nil && info.IsDir() {
				continue // one of those above
			}
			if err := os.Symlink(target, to); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "goroot"), []byte(goroot), 0o666); err != nil {
		return err
	}
	program, err := os.ReadFile(filepath.Join(goroot, "bin", "go"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "bin", "go"), program, 0o777)
}

// countAndRun runs the tool in whose place it is called, and notes it if that does more than
// say its version. It returns only if that fails.
func countAndRun(name string, args []string) error {
	path := args[0]
	if !filepath.IsAbs(path) {
		var err error
		if path, err = exec.LookPath(path); err != nil {
			return err
		}
	}
	copied := filepath.Dir(filepath.Dir(filepath.Dir(filepath.Dir(path))))
	goroot, err := os.ReadFile(filepath.Join(copied, "goroot"))
	if err != nil {
		return err
	}
	if len(args) < 2 || !strings.HasPrefix(args[1], "-V") {
		what := ""
		if i := slices.Index(args, "-p"); i >= 0 && i+1 < len(args) {
			what = args[i+1]
		}
		if err := note(filepath.Join(copied, "calls"), fmt.Sprintf("%s %s\n", name, what)); err != nil {
			return err
		}
	}
	real := filepath.Join(string(goroot), "pkg", "tool", filepath.Base(filepath.Dir(path)), name)
	return syscall.Exec(real, append([]string{real}, args[1:]...), os.Environ())
}

// note appends a line, which is short enough to be written as one.
func note(file, line string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// calls returns what was noted since it was last called: for each tool, the packages.
func calls(copied string) (map[string][]string, error) {
	file := filepath.Join(copied, "calls")
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		tool, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		all[tool] = append(all[tool], what)
	}
	return all, os.Remove(file)
}
