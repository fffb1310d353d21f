package toolcmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Dir returns the folder of the package's own sources. cgo and cover write files of
// theirs to the stage folder, which name their source in a line directive; and the files
// of an overlay are named as they lie on disk, with a rewrite to the name that they stand
// in for. It is empty where nothing tells.
//
// Source: (*Action).trimpath in cmd/go/internal/work/gc.go of go1.26.
func (c *Compile) Dir() string {
	overlaid := map[string]string{}
	folder := "" // of the package, which -trimpath rewrites too
	for rewrite := range strings.SplitSeq(c.TrimPath, ";") {
		from, to, _ := strings.Cut(rewrite, "=>")
		switch {
		case slices.Contains(c.Files, from):
			overlaid[from] = to
		case filepath.IsAbs(from) && from != c.Stage() && filepath.Dir(from) != c.Stage():
			folder = from
		}
	}
	for _, file := range c.Files {
		to, replaced := overlaid[file]
		switch dir := filepath.Dir(file); {
		case !replaced && dir != c.Stage():
			return dir
		case replaced && filepath.IsAbs(to):
			return filepath.Dir(to)
		}
	}
	if folder != "" {
		return folder
	}
	return c.lineDir()
}

// lineDir returns the folder that the line directives of the stage folder's files name.
func (c *Compile) lineDir() string {
	for _, file := range c.Files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			name, ok := strings.CutPrefix(line, "//line ")
			i := strings.Index(name, ".go:")
			if !ok || i < 0 || !filepath.IsAbs(name) {
				continue
			}
			if dir := filepath.Dir(name[:i]); dir != c.Stage() { // where the main of a test is made
				return dir
			}
		}
	}
	return ""
}
