package weaver

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// version prints weaver's version and the Go version that compiled it, and with -m what a
// bug report needs beside them.
func (c *command) version() int {
	more := len(c.args) > 0
	if i := slices.IndexFunc(c.args, func(arg string) bool { return arg != "-m" && arg != "--m" }); i >= 0 {
		return complain(fmt.Errorf("version does not take %q; its one argument is -m, see go tool weaver help version", c.args[i]), 2)
	}
	fmt.Printf("weaver %s %s %s/%s\n", cmp.Or(ownVersion(), "(devel)"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if more {
		return complainIf(c.printFacts())
	}
	return 0
}

// ownVersion returns the version of weaver's module that this program was built from,
// "" if that is not known.
func ownVersion() string {
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path == catalog.Module && m.Version != "" {
				version = m.Version
			}
		}
	}
	return version
}

// getVersion returns the version if go get can be asked for it, else "": what was built
// from a changed checkout is nowhere to be had.
func getVersion() string {
	version := ownVersion()
	if version == "(devel)" || strings.HasSuffix(version, "+dirty") {
		return ""
	}
	return version
}
