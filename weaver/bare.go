package weaver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Without the wrapper in front, GOFLAGS and build systems want the value of -toolexec
// to be one word. So there is a folder for each plan, with a link to the registration
// binary in it: called through that, the binary knows its plan by where it is.

// bareName is the name of the link in the plan's folder.
const bareName = "weaver"

// bareToolexec returns the path of the link for the plan, after it has made it.
func bareToolexec(binary, planFile string) (string, error) {
	dir := strings.TrimSuffix(planFile, filepath.Ext(planFile))
	name := filepath.Join(dir, bareName+filepath.Ext(binary))
	if strings.ContainsAny(name, " \t\n'\"") {
		return "", fmt.Errorf("weaver's cache folder %q has a space or quote in its name, which a word of GOFLAGS can not have; set WEAVER_CACHE to another", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if to, err := os.Readlink(name); err == nil && to == binary {
		return name, nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := os.Symlink(binary, name); err != nil {
		// Not everybody may make links on Windows.
		return name, os.Link(binary, name)
	}
	return name, nil
}

// barePlan returns the plan of the link that this process was called through, or "".
func barePlan(arg0 string) string {
	dir, name := filepath.Split(arg0)
	if strings.TrimSuffix(name, ".exe") != bareName {
		return ""
	}
	planFile := filepath.Clean(dir) + ".json"
	if _, err := os.Stat(planFile); err != nil {
		return ""
	}
	return planFile
}
