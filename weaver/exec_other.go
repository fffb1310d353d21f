//go:build !unix

package weaver

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// exec runs the tool and returns its exit code: a process can not be replaced here.
func (t *tool) exec(args []string) int {
	t.closeLog()
	args, file, err := toolcmd.Respond(t.path, "", args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "weaver: %s: %v\n", t.path, err)
		return 1
	}
	if file != "" {
		defer os.Remove(file)
	}
	cmd := exec.Command(t.path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if code, failed := exitCode(err); failed {
		return code
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "weaver: %s: %v\n", t.path, err)
		return 1
	}
	return 0
}
