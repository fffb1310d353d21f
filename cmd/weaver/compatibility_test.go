package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/compatibility.md names scripts that there are, the long ones in bold and with their
// last results, and all of those that are about ways to build.
func TestCompatibility(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	matrix, results, _ := strings.Cut(string(data), "\n## The long scripts\n")
	named := map[string]bool{}
	script := regexp.MustCompile("(\\*\\*)?`(\\w+)`")
	for line := range strings.Lines(matrix) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || strings.HasPrefix(cells[1], "-") || cells[2] == " scripts " {
			continue
		}
		found := script.FindAllStringSubmatch(cells[2], -1)
		if len(found) == 0 && strings.TrimSpace(cells[2]) != "all" {
			t.Errorf("no script for %s", cells[1])
		}
		for _, m := range found {
			named[m[2]] = true
			src, err := os.ReadFile(filepath.Join("testdata", "script", m[2]+".txtar"))
			if err != nil {
				t.Errorf("%s: %v", cells[1], err)
				continue
			}
			if long := strings.Contains(string(src), "\n[!long] skip"); long != (m[1] != "") {
				t.Errorf("%s: long is %v, in bold %v", m[2], long, m[1] != "")
			}
			if m[1] != "" && !strings.Contains(results, "| `"+m[2]+"` |") {
				t.Errorf("%s has no result", m[2])
			}
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".txtar")
		category, _, _ := strings.Cut(name, "_")
		if slices.Contains([]string{"build", "cache", "fault", "security", "test"}, category) && !named[name] {
			t.Errorf("%s is in no row", name)
		}
	}
}
