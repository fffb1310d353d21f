package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A module is the copy of testdata/woven that is built.
type module struct{ dir string }

// newModule makes one in dir that requires the weaver which this module does.
func newModule(ctx context.Context, dir string) (module, error) {
	m := module{dir}
	if err := os.CopyFS(dir, os.DirFS("hooks/testdata/woven")); err != nil {
		return m, err
	}
	weaver, err := module{"."}.run(ctx, nil, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/goweaver/weaver")
	if err != nil {
		return m, err
	}
	weaver = strings.TrimSpace(weaver)
	mod := fmt.Sprintf(`module example.com/advices

go 1.25.0

tool github.com/goweaver/weaver/cmd/weaver

require github.com/goweaver/weaver v0.0.0

replace github.com/goweaver/weaver => %s
`, weaver)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666); err != nil {
		return m, err
	}
	sum, err := os.ReadFile(filepath.Join(weaver, "go.sum"))
	if err != nil {
		return m, err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666); err != nil {
		return m, err
	}
	_, err = m.run(ctx, nil, "go", "mod", "tidy")
	return m, err
}

// A variant is a way to build the module.
type variant struct {
	name    string
	command []string
	env     []string // of the tests, which know by it what they are to find
}

func variants() []variant {
	return []variant{
		{name: "plain", command: []string{"go"}},
		{name: "woven", command: []string{"go", "tool", "weaver", "--strict", "go"}, env: []string{"BENCH_WOVEN=1"}},
	}
}

// goCommand runs the go command as the variant has it.
func (m module) goCommand(ctx context.Context, v variant, args ...string) (string, error) {
	return m.run(ctx, nil, append(v.command[:len(v.command):len(v.command)], args...)...)
}

// compile builds the benchmarks of the variant into a program. That all packages are built
// first has --strict find rules that matched nothing, which a part of them can not tell.
func (m module) compile(ctx context.Context, v variant) (program string, err error) {
	if _, err := m.goCommand(ctx, v, "build", "./..."); err != nil {
		return "", err
	}
	program = filepath.Join(m.dir, v.name+".test")
	if _, err := m.goCommand(ctx, v, "test", "-c", "-o", program, "./target"); err != nil {
		return "", err
	}
	_, err = m.run(ctx, v.env, program)
	return program, err
}

// run runs a command in the module's folder and returns what it prints, the errors too.
func (m module) run(ctx context.Context, env []string, command ...string) (string, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = m.dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "PWD="+m.dir), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out.Bytes())
	}
	return out.String(), nil
}
