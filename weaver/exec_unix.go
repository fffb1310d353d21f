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
	path := t.path
	// go1.25 calls a tool that it has no binary of as "go tool covdata", without a path.
	if found, err := exec.LookPath(path); err == nil {
		path = found
	}
	err := syscall.Exec(path, append([]string{t.path}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "weaver: %s: %v\n", t.path, err)
	return 1
}
