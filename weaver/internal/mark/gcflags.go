package mark

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/match"
)

// Of several -gcflags that match a package the last one alone counts. So a mark has what
// the user gave for the package in front of it.

// gcflags are the values of -gcflags, in order.
type gcflags []gcflag

type gcflag struct {
	raw   string
	flags string
	match func(*Package) bool
}

// parseGCFlags reads the values, of a go command that runs in dir. The error is that one has
// a pattern which only the go command can match.
func parseGCFlags(values []string, dir string) (gcflags, error) {
	var out gcflags
	for _, v := range values {
		f := gcflag{raw: v, flags: strings.TrimSpace(v), match: func(q *Package) bool { return q.Named }}
		if f.flags != "" && f.flags[0] != '-' {
			pattern, flags, ok := strings.Cut(f.flags, "=")
			if !ok {
				return nil, fmt.Errorf("-gcflags=%s has a pattern and no flags", v)
			}
			f.flags = flags
			if f.match = matcherOf(strings.TrimSpace(pattern), dir); f.match == nil {
				return nil, fmt.Errorf("-gcflags=%s is for packages that only the go command knows", v)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// matcherOf returns what decides which packages fit the pattern, nil where that is not known.
//
// Source: MatchPackage in cmd/go/internal/load/search.go of go1.26.
func matcherOf(pattern, dir string) func(*Package) bool {
	switch {
	case pattern == "all":
		return func(*Package) bool { return true }
	case pattern == "std":
		return func(q *Package) bool { return q.Std }
	case slices.Contains([]string{"cmd", "tool", "work"}, pattern), filepath.IsAbs(pattern):
		return nil
	case pattern == ".", pattern == "..", strings.HasPrefix(pattern, "./"), strings.HasPrefix(pattern, "../"):
		pattern = filepath.ToSlash(filepath.Clean(filepath.Join(dir, filepath.FromSlash(pattern))))
		if !strings.Contains(pattern, "...") {
			return func(q *Package) bool { return filepath.ToSlash(q.Dir) == pattern }
		}
		return func(q *Package) bool { return !q.Std && match.Pattern(pattern, filepath.ToSlash(q.Dir)) }
	}
	return func(q *Package) bool { return match.Pattern(pattern, q.ImportPath) }
}

// of returns the user's flags for the package, with a space behind if there are any.
func (g gcflags) of(q *Package) string {
	out := ""
	for _, f := range g {
		if f.match(q) {
			out = strings.TrimSpace(f.flags)
		}
	}
	if out != "" {
		out += " "
	}
	return out
}
