package main_test

// Parts of Go files that the documents show, rules above all, compile.

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// isFragment reports whether the block is a part of a Go file: declarations, or fields of an
// aspect.
func (b *block) isFragment() bool {
	return b.lang == "go" && !regexp.MustCompile(`(?m)^package `).MatchString(b.text)
}

// source returns a file that has the fragment in it. What it names is of package instrument,
// of a built-in aspect, or of the standard library.
func (b *block) source(root string) string {
	std := map[string]string{"slices": "slices", "slog": "log/slog", "time": "time"}
	imports := map[string]bool{}
	code := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(b.text, `""`)
	for _, m := range regexp.MustCompile(`\b([a-z]+)\.[A-Z]`).FindAllStringSubmatch(code, -1) {
		if path := std[m[1]]; path != "" {
			imports[path] = true
		} else if _, err := os.Stat(filepath.Join(root, "builtin", m[1])); err == nil {
			imports["github.com/goweaver/weaver/builtin/"+m[1]] = true
		}
	}
	imports[languagePath] = true
	var s strings.Builder
	s.WriteString("package fragment\n")
	for _, path := range slices.Sorted(maps.Keys(imports)) {
		fmt.Fprintf(&s, "import %q\n", path)
	}
	if strings.HasPrefix(b.text, "Rules:") {
		fmt.Fprintf(&s, "var _ = instrument.Aspect{\n%s}\n", b.text)
	} else {
		s.WriteString(b.text)
	}
	return s.String()
}

// Each fragment is compiled in a package of its own, which only an overlay has.
func TestFragments(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replace := map[string]string{}
	args := []string{"build", "-overlay=" + filepath.Join(dir, "overlay.json")}
	for _, file := range documents(t, root) {
		blocks, err := documentBlocks(root, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			if !b.isFragment() {
				continue
			}
			// The compiler names the package.
			name := fmt.Sprintf("%s_%d", strings.NewReplacer("/", "_", ".md", "").Replace(file), len(replace))
			onDisk := filepath.Join(dir, name+".go")
			if err := os.WriteFile(onDisk, []byte(b.source(root)), 0o666); err != nil {
				t.Fatal(err)
			}
			replace[filepath.Join(root, "docs", name, "fragment.go")] = onDisk
			args = append(args, "./docs/"+name)
		}
	}
	if len(replace) == 0 {
		t.Fatal("the documents have no fragments of Go")
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o666); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", args...)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Errorf("%v: what the documents show does not compile:\n%s", err, out)
	}
}
