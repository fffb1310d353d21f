//go:build unix

package weaver

import (
	"fmt"
	"os"
	"syscall"
)

// exec runs the tool in the place of this process. It returns only if it can not.
func (t *tool) exec(args []string) int {
	t.closeLog()
	err := syscall.Exec(t.path, append([]string{t.path}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "weaver: %s: %v\n", t.path, err)
	return 1
}
