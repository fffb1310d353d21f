package weaver

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// printVersion prints weaver's version and the Go version that compiled it.
func printVersion() int {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path == "github.com/goweaver/weaver" && m.Version != "" {
				version = m.Version
			}
		}
	}
	fmt.Printf("weaver %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return 0
}
