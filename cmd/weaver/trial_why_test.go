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
	names []string          // of the reasons, in order
	means map[string]string // reason → what it says
	of    map[string]string // "package test", or "package" → reason
}

// reasons reads the differences.txt of a folder of testdata: a reason is a line
// "NAME: sentence", a test "NAME PACKAGE TEST", and a package that ends before its tests do
// "NAME PACKAGE".
func reasons(t *testing.T, folder string) *causes {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", folder, "differences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out := &causes{means: map[string]string{}, of: map[string]string{}}
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

// unused returns what is said to differ in the packages and does not.
func (w *causes) unused(found []difference, packages []string) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(w.of)) {
		p, _, _ := strings.Cut(key, " ")
		if slices.Contains(packages, p) && !slices.ContainsFunc(found, func(d difference) bool { return d.key() == key }) {
			out = append(out, key)
		}
	}
	return out
}
