package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Without the wrapper in front, GOFLAGS and build systems want the value of -toolexec
// to be one word. So there is a folder for each plan, with a link to the registration
// binary in it: called through that, the binary knows its plan by where it is.

// linkName is the name of the link in the plan's folder.
const linkName = "weaver"

// Link returns the path of the link to the registration binary for the plan in that
// file, after it has made it.
func Link(binary, planFile string) (string, error) {
	dir := strings.TrimSuffix(planFile, filepath.Ext(planFile))
	name := filepath.Join(dir, linkName+filepath.Ext(binary))
	if strings.ContainsAny(name, " \t\n'\"") {
		return "", fmt.Errorf("weaver's cache folder %q has a space or quote in its name, which a word of GOFLAGS can not have; set WEAVER_CACHE to another", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if to, err := os.Readlink(name); err == nil && to == binary {
		return name, nil
	}
	// Builds may be running that call it, and others make it at the same time.
	tmp, err := os.MkdirTemp(dir, ".new-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	link := filepath.Join(tmp, linkName)
	if os.Symlink(binary, link) != nil {
		// Not everybody may make links on Windows.
		if err := os.Link(binary, link); err != nil {
			return "", err
		}
	}
	return name, os.Rename(link, name)
}

// Linked returns the file of the plan that the path of a link stands for, or "" if it
// is no such path.
func Linked(path string) string {
	dir, name := filepath.Split(path)
	if strings.TrimSuffix(name, ".exe") != linkName {
		return ""
	}
	planFile := filepath.Clean(dir) + ".json"
	if _, err := os.Stat(planFile); err != nil {
		return ""
	}
	return planFile
}

// WithoutToolexec returns the value of GOFLAGS without -toolexec: that weaver's own
// stands there changes nothing in what is built.
func WithoutToolexec(goflags string) string {
	words := slices.DeleteFunc(strings.Fields(goflags), func(f string) bool {
		return strings.HasPrefix(strings.TrimLeft(f, "-"), "toolexec=")
	})
	return strings.Join(words, " ")
}
