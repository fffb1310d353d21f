package mark

import (
	"path/filepath"
	"strings"
)

// The go command compiles a pattern of -gcflags anew for each package that it holds against
// it, which is milliseconds a pattern in a program of some size, in each build and each go
// list. That of one folder, as seen from the folder that it runs in, it compares as text. So
// packages are named by their folders.
//
// Source: MatchPackage in cmd/go/internal/load/search.go of go1.26.

// places are the patterns of packages by their folders, by import path.
type places map[string]string

// placesOf returns those for a go command that runs in dir.
func placesOf(dir string, packages map[string]*Package) places {
	taken := map[string]int{}
	for _, q := range packages {
		taken[q.Dir]++
	}
	out := places{}
	for path, q := range packages {
		rel, err := filepath.Rel(dir, q.Dir)
		if err != nil || !filepath.IsAbs(q.Dir) || filepath.Join(dir, rel) != q.Dir || taken[q.Dir] > 1 {
			continue // on another drive, or files of a folder that has another package too
		}
		if pattern := "./" + filepath.ToSlash(rel); plain(pattern) {
			out[path] = pattern
		}
	}
	return out
}

// plain reports whether the go command takes all of the pattern for a folder's name.
func plain(pattern string) bool {
	return !strings.Contains(pattern, "=") && !strings.Contains(pattern, "...") && strings.TrimSpace(pattern) == pattern
}

// spell returns the pattern that fits the package of that import path alone, or import
// paths if it is a pattern of these.
func (p places) spell(pattern string) string {
	if folder, ok := p[pattern]; ok {
		return folder
	}
	return pattern
}
