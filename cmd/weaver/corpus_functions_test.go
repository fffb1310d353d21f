package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What was woven: every function that a package declares is held against the record
// that weaver keeps in the package's archive.

// A reason is one of those that a function may be left unwoven for.
type reason struct {
	name, means string
	says        string // how the finding goes on behind the function's name; "" if there is none
}

// unwovenReasons returns all reasons there are.
func unwovenReasons() []reason {
	return []reason{
		{"runtime", "the package belongs to the runtime, whose code runs where no Go function may be called", ""},
		{"FIPS 140", "the package belongs to the FIPS 140 module, which is certified as it is", ""},
		{"cgo", "the function is one that the cgo tool makes, of those that pass calls on to C", ""},
		{"blank", "the function is named _, so that nothing can call it", ""},
		{"no body", "the function has no body in Go: it is assembly, or another function found by the linker", "has no body in Go"},
		{"directive", "the function carries //go:nosplit or a directive like it, so that no call may be added", "carries //go:"},
		{"intrinsic", "the compiler puts instructions in the place of the function's calls", "is an intrinsic"},
		{"fork", "the function runs between fork and exec", "runs between fork and exec"},
		{"pinned", "the function runs while the goroutine is pinned to a processor, or with the world stopped", "runs while the goroutine is pinned"},
		{"timer", "the function runs on the system stack when a timer fires", "runs on the system stack when a timer fires"},
	}
}

// An unwoven is the functions that one reason stands for.
type unwoven struct {
	functions int
	names     []string
}

// A census is what became of all functions.
type census struct {
	groups  map[string]*counts  // std, modules, others
	unwoven map[string]*unwoven // by the reason's name
	unnamed []string            // functions or packages without a reason
	broken  []string            // packages that do not compile
}

// counts are those of a group of packages.
type counts struct{ packages, functions, woven int }

// A listedPackage is what go list says of a package.
type listedPackage struct {
	ImportPath, Dir, Export string
	CompiledGoFiles         []string
	Standard                bool
	Module                  *struct{ Path string }
	Error                   *struct{ Err string }
}

// functions builds the packages and all that they import, and counts.
func (c *corpus) functions(t *testing.T) *census {
	t.Helper()
	cs := &census{groups: map[string]*counts{}, unwoven: map[string]*unwoven{}}
	runtimes := strings.Fields(c.output(t, "go", "list", "-deps", "runtime"))
	cmd := c.goCommand("woven", append([]string{"list", "-e", "-deps", "-compiled", "-export",
		"-json=ImportPath,Dir,Export,CompiledGoFiles,Standard,Module,Error"}, c.packages...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Logf("go list: %v\n%s", err, stderr.Bytes())
	}
	var every string // ID of the rule on all functions
	var packages []listedPackage
	records := map[string]*siteRecord{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p listedPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p.ImportPath == "unsafe" || len(p.CompiledGoFiles) == 0 && p.Error == nil {
			continue // or it has tests only
		}
		if p.Export == "" || p.Error != nil {
			cs.broken = append(cs.broken, fmt.Sprintf("%s: %+v", p.ImportPath, p.Error))
			continue
		}
		packages = append(packages, p)
		rec, err := readRecord(p.Export)
		if err != nil {
			t.Fatal(err)
		}
		records[p.ImportPath] = rec
		for _, f := range rec.Found {
			if f.Aspect == "every" {
				every = f.Rule
			}
		}
	}
	for _, p := range packages {
		rec := records[p.ImportPath]
		whole := ""
		switch {
		case slices.Contains(runtimes, p.ImportPath), strings.HasPrefix(p.ImportPath, "internal/runtime/"),
			p.ImportPath == "sync/atomic", p.ImportPath == "internal/race":
			whole = "runtime"
		case p.ImportPath == "crypto/internal/fips140", strings.HasPrefix(p.ImportPath, "crypto/internal/fips140/"):
			whole = "FIPS 140"
		}
		cs.count(t, c.group(p), p, rec, every, whole)
	}
	return cs
}

// group returns the heading that a package is counted under.
func (c *corpus) group(p listedPackage) string {
	switch {
	case p.Standard:
		return "standard library"
	case p.Module != nil && slices.ContainsFunc(c.modules, func(m string) bool { return strings.HasPrefix(m, p.Module.Path+"@") }):
		return "the modules"
	}
	return "what these need"
}

// count adds the functions of one package. whole is the reason why it is not woven at
// all, or "".
func (cs *census) count(t *testing.T, group string, p listedPackage, rec *siteRecord, every, whole string) {
	t.Helper()
	in := cs.groups[group]
	if in == nil {
		in = &counts{}
		cs.groups[group] = in
	}
	declared, blank, cgos := declarations(t, p)
	in.packages++
	in.functions += declared
	in.woven += rec.Sites[every]
	left := declared - rec.Sites[every]
	if whole != "" {
		if rec.Sites[every] > 0 {
			cs.unnamed = append(cs.unnamed, fmt.Sprintf("%s: is woven, though it is of the kind %q", p.ImportPath, whole))
		}
		cs.add(whole, p.ImportPath, declared)
		return
	}
	cs.add("blank", p.ImportPath, blank)
	cs.add("cgo", p.ImportPath, cgos)
	left -= blank + cgos
	for _, f := range rec.Found {
		if f.Aspect != "every" {
			continue
		}
		left--
		name, says, _ := strings.Cut(f.Text, " ")
		i := slices.IndexFunc(unwovenReasons(), func(r reason) bool { return r.says != "" && strings.HasPrefix(says, r.says) })
		if i < 0 {
			cs.unnamed = append(cs.unnamed, f.Pos+": "+f.Text)
			continue
		}
		cs.add(unwovenReasons()[i].name, name, 1)
	}
	if left != 0 {
		cs.unnamed = append(cs.unnamed, fmt.Sprintf("%s: functions: %d, woven: %d, with a finding: %d", p.ImportPath, declared, rec.Sites[every], declared-blank-cgos-rec.Sites[every]-left))
	}
}

func (cs *census) add(reason, name string, n int) {
	if n == 0 {
		return
	}
	u := cs.unwoven[reason]
	if u == nil {
		u = &unwoven{}
		cs.unwoven[reason] = u
	}
	u.functions += n
	u.names = append(u.names, name)
}

// declarations returns how many functions the package's files declare, how many of these
// are blank, and how many cgo's own. The go command keeps what cgo makes under names that
// say nothing, so cgo's own file is known by a declaration that only it has.
func declarations(t *testing.T, p listedPackage) (all, blank, cgos int) {
	t.Helper()
	for _, name := range p.CompiledGoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		own := bytes.Contains(src, []byte("\nfunc _Cgo_ptr("))
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				all++
				switch {
				case own:
					cgos++
				case d.Name.Name == "_":
					blank++
				}
			}
		}
	}
	return all, blank, cgos
}
