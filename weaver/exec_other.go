//go:build !unix

package weaver

import (
	"fmt"
	"os"
)

// exec runs the tool and returns its exit code: a process can not be replaced here.
func (t *tool) exec(args []string) int {
	code, err := t.run(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "weaver: %s: %v\n", t.path, err)
		return 1
	}
	return code
}
