package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A module is a generated one. Its packages stand in layers, each of which imports the one
// below, with the most packages at the bottom, as programs have it.
type module struct {
	dir     string
	size    size
	imports [][]int // of each package; those without any are leaves
	top     []int   // what main imports
}

// shares are those of the layers, in percent of the packages, from the bottom.
func shares() []int { return []int{40, 25, 15, 10, 6, 4} }

// layOut decides which package imports which. It is the same for all modules of a size.
func layOut(n int) (imports [][]int, top []int) {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	imports = make([][]int, n)
	below, start := []int(nil), 0
	for l, share := range shares() {
		end := min(n, start+max(1, n*share/100))
		if l == len(shares())-1 {
			end = n
		}
		var layer []int
		for i := start; i < end; i++ {
			layer = append(layer, i)
		}
		if len(layer) == 0 {
			break
		}
		// Each package below has an importer, so that main needs all of them,
		for k, i := range below {
			importer := layer[k%len(layer)]
			imports[importer] = append(imports[importer], i)
		}
		// and each package some more imports, from wherever below.
		for _, i := range layer {
			for range min(3, start) {
				imports[i] = append(imports[i], random.IntN(start))
			}
		}
		below, start = layer, end
	}
	return imports, below
}

// newModule writes a module of that size into dir, which requires the weaver at the path.
func newModule(ctx context.Context, dir, weaver string, s size) (*module, error) {
	m := &module{dir: dir, size: s}
	m.imports, m.top = layOut(s.Packages)
	files := map[string]string{
		"go.mod": fmt.Sprintf("module example.com/scale\n\ngo 1.25.0\n\ntool github.com/goweaver/weaver/cmd/weaver\n\n"+
			"require github.com/goweaver/weaver v0.0.0\n\nreplace github.com/goweaver/weaver => %s\n", weaver),
		"main.go":             mainSource(m.top),
		"hooks/hooks.go":      hooksSource,
		"orchestrion.tool.go": registration(s),
	}
	for i := range s.Packages {
		files[file(i, "code.go")] = packageSource(s, i, m.imports[i])
	}
	sum, err := os.ReadFile(filepath.Join(weaver, "go.sum"))
	if err != nil {
		return nil, err
	}
	files["go.sum"] = string(sum)
	for name, source := range files {
		if err := m.write(name, source); err != nil {
			return nil, err
		}
	}
	if err := m.editAll(0); err != nil {
		return nil, err
	}
	// The same for both variants, and no part of what is measured.
	_, err = command(ctx, dir, os.Environ(), "go", "mod", "tidy")
	return m, err
}

// editAll changes every package, so that none is in the build caches if n is new.
func (m *module) editAll(n int) error {
	for i := range m.size.Packages {
		if err := m.edit(i, n); err != nil {
			return err
		}
	}
	return nil
}

// edit changes what one package does.
func (m *module) edit(i, n int) error {
	return m.write(file(i, "edited.go"), fmt.Sprintf("package %s\n\n// edited is in the code of all functions.\nconst edited = %d\n", name(i), n))
}

func (m *module) write(name, source string) error {
	path := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(source), 0o666)
}

// calls returns how many calls of hooks the woven program makes: those of the rule that each
// size has, and one for each rule that is about one place.
func (m *module) calls() int {
	n := m.size.Packages * m.size.Matches
	for r := 1; r < m.size.Rules; r++ {
		if matchesOne(r) {
			n++
		}
	}
	return n
}

func name(i int) string           { return fmt.Sprintf("p%04d", i) }
func path(i int) string           { return "example.com/scale/pkg/" + name(i) }
func file(i int, f string) string { return strings.Join([]string{"pkg", name(i), f}, "/") }
