//go:build unix

package weaver

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// exec runs the tool in the place of this process. It returns only if it can not.
func (t *tool) exec(args []string) int {
	t.closeLog()
	// go1.25 calls a tool that it has no binary of as "go tool covdata", without a path.
	// What is found in the current folder is not meant.
	path, err := exec.LookPath(t.path)
	if err == nil {
		err = syscall.Exec(path, append([]string{t.path}, args...), os.Environ())
	}
	fmt.Fprintf(os.Stderr, "weaver: %s: %v\n", t.path, err)
	return 1
}
