package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/robustio"
)

// ToolName is the name of the -toolexec program, without ".exe". Command lines have an
// end, on Windows after 32 KiB already. The go command writes the arguments to a file
// instead, and gives the tool "@file", but it judges by the name of the program that it
// calls whether that can read such a file. So the program that stands in for the compiler
// is called like it.
//
// Source: useResponseFile in cmd/go/internal/work/exec.go of go1.26.
const ToolName = "compile"

// Without the wrapper in front, GOFLAGS and build systems want the value of -toolexec
// to be one word. So there is a folder for each plan, with a link to the registration
// binary in it: called through that, the binary knows its plan by where it is.

// linkName is the name of the link in the plan's folder, see [ToolName].
const linkName = ToolName

// Link returns the path of the link to the registration binary for the plan in that
// file, after it has made it.
func Link(binary, planFile string) (string, error) {
	dir := strings.TrimSuffix(planFile, filepath.Ext(planFile))
	name := filepath.Join(dir, linkName+filepath.Ext(binary))
	if strings.ContainsAny(name, " \t\n'\"") {
		return "", fmt.Errorf("weaver's cache folder %q has a space or quote in its name, which a word of GOFLAGS can not have; set WEAVER_CACHE to another", dir)
	}
	if err := Private(dir); err != nil {
		return "", err
	}
	// The same file by another name, where there are no links.
	if is, err := os.Stat(name); err == nil {
		if to, err := os.Stat(binary); err == nil && os.SameFile(is, to) {
			return name, nil
		}
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
	return name, robustio.Rename(link, name)
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
