package main_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// causes is a differences.txt: why tests have another result when they are woven.
type causes struct {
	file  string
	names []string          // of the reasons, in order
	means map[string]string // reason → what it says
	of    map[string]string // "package test", or "package" → reason
}

// reasons reads the differences.txt of a folder of testdata: a reason is a line
// "NAME: sentence", a test "NAME PACKAGE TEST", and a package that ends before its tests do
// "NAME PACKAGE".
func reasons(t *testing.T, folder string) *causes {
	t.Helper()
	file := filepath.Join("testdata", folder, "differences.txt")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := &causes{file: file, means: map[string]string{}, of: map[string]string{}}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if name, ok := strings.CutSuffix(name, ":"); ok {
			out.names, out.means[name] = append(out.names, name), rest
			continue
		}
		if out.means[name] == "" {
			t.Fatalf("differences.txt: %q is none of the reasons above it", name)
		}
		out.of[rest] = name
	}
	return out
}

// explain gives the differences their reasons. One without fails the test; a reason for a
// test of the packages that does not differ is logged.
func (w *causes) explain(t *testing.T, found []difference, packages []string) {
	t.Helper()
	for i, d := range found {
		found[i].why = w.of[d.key()]
		if found[i].why == "" {
			t.Errorf("%s: plain %s, woven %s; find out why, and add it to %s:\n%s", d.key(), d.Plain, d.Woven, w.file, d.Output)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(w.of)) {
		p, _, _ := strings.Cut(key, " ")
		if slices.Contains(packages, p) && !slices.ContainsFunc(found, func(d difference) bool { return d.key() == key }) {
			t.Logf("%s does not differ; is its line in %s still needed?", key, w.file)
		}
	}
}
