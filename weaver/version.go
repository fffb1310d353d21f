package weaver

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// printVersion prints weaver's version and the Go version that compiled it.
func printVersion() int {
	version := ownVersion()
	if version == "" {
		version = "(devel)"
	}
	fmt.Printf("weaver %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
