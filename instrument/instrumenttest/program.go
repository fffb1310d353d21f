package instrumenttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// noProgram reports whether programs are left alone: a build compiles the standard
// library anew for each set of aspects, once, which is too long for -short.
func noProgram() bool { return testing.Short() }

// program builds the case woven, by the go command, and runs it.
func (x *trial) program() {
	x.Helper()
	if noProgram() {
		x.Logf("%s: the program is not built under -short", x.c.file)
		return
	}
	exe := filepath.Join(x.TempDir(), "program")
	if runtime.GOOS == "windows" {
		exe += ".exe"
	}
	var messages bytes.Buffer
	if err := x.loom.Build(&messages, exe, "."); err != nil {
		x.Fatalf("%s: the program is not built: %v\n%s", x.c.file, err, x.c.located(messages.String()))
	}
	ctx := x.Context()
	if end, ok := x.Deadline(); ok { // so that it is the case that fails, and says which
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-time.Until(end)/10))
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, exe, split(x.c.run["args"])...)
	cmd.Dir = x.loom.Dir
	cmd.Env = append(os.Environ(), split(x.c.run["env"])...)
	cmd.Stdin = strings.NewReader(x.c.run["stdin"])
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		x.Fatalf("%s: the program does not run to its end: %v\n%s%s", x.c.file, errors.Join(err, ctx.Err()), stdout.Bytes(), stderr.Bytes())
	}
	x.got["stdout"], x.got["stderr"] = x.shown(stdout.String()), x.shown(stderr.String())
	x.got["exit"] = fmt.Sprintf("%d\n", cmd.ProcessState.ExitCode())
	if code := cmd.ProcessState.ExitCode(); code != 0 && x.c.wants["exit"] == nil {
		x.Errorf("%s: the program ends with exit code %d, and there is no want/exit:\n%s%s", x.c.file, code, stdout.Bytes(), stderr.Bytes())
	}
}

// split returns the lines of a file.
func split(text string) []string {
	if text = strings.TrimSuffix(text, "\n"); text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
