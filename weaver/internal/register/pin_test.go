package register

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/goweaver/weaver/internal/catalog"
)

// If one file can not be written the others are as they were.
func TestApplyUndone(t *testing.T) {
	dir := t.TempDir()
	mod, added := filepath.Join(dir, "go.mod"), filepath.Join(dir, FileName)
	writeAll(t, mod, "old")
	p := &Pin{files: []pinnedFile{
		{name: mod, old: []byte("old"), content: []byte("new")},
		{name: added, content: []byte("new"), isNew: true},
		{name: filepath.Join(dir, "none", "go.sum"), content: []byte("new"), isNew: true},
	}}
	if err := p.Apply(); err == nil {
		t.Fatal("a file in no folder was written")
	}
	check(t, mod, "old")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("%v, %v is left, want go.mod alone", files, err)
	}
}

// A vendor folder that can not be made takes the files back too.
func TestApplyVendorFails(t *testing.T) {
	dir := t.TempDir()
	mod := filepath.Join(dir, "go.mod")
	writeAll(t, mod, "module example.com/m\n")
	g := offline(dir)
	p := &Pin{File: FileName, host: g, vendor: []string{"mod", "vendor", "-nonesuch"}, files: []pinnedFile{
		{name: mod, old: []byte("module example.com/m\n"), content: []byte("module example.com/n\n")},
	}}
	if err := p.Apply(); err == nil || !strings.HasPrefix(err.Error(), "go mod vendor -nonesuch, for the vendor folder to have what orchestrion.tool.go imports: ") {
		t.Errorf("got %v", err)
	}
	check(t, mod, "module example.com/m\n")
}

// What somebody else has written meanwhile is not overwritten.
func TestWriteChangedMeanwhile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "go.mod")
	writeAll(t, file, "theirs")
	for _, f := range []pinnedFile{
		{name: file, old: []byte("old"), content: []byte("new")},
		{name: file, content: []byte("new"), isNew: true},
	} {
		if err := f.write(); err == nil || !strings.Contains(err.Error(), "was changed while pin ran") {
			t.Errorf("got %v", err)
		}
		check(t, file, "theirs")
	}
}

// The file that a link leads to is replaced, with its mode.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "below", "file"), filepath.Join(dir, "link")
	if err := os.Mkdir(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	writeAll(t, file, "old")
	if runtime.GOOS == "windows" { // which has neither for everybody
		link = file
	} else if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	} else if err := os.Symlink(filepath.Join("below", "file"), link); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	check(t, file, "new")
	info, err := os.Lstat(link)
	if err != nil || (runtime.GOOS != "windows" && info.Mode().Type() != fs.ModeSymlink) {
		t.Errorf("%v, %v: the link is gone", info, err)
	}
	if info, err = os.Stat(link); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "below", ".*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// The requirement moves to the direct ones and the comments stay.
func TestDirect(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"to the block of direct ones": {`module m

// ours
require (
	example.com/a v1.0.0 // a comment
)

require (
	example.com/b v1.0.0 // indirect
	github.com/goweaver/weaver v1.0.0 // indirect
)
`, `module m

// ours
require example.com/a v1.0.0 // a comment

require github.com/goweaver/weaver v1.0.0

require example.com/b v1.0.0 // indirect
`},
		"an integration that the file imports": {`module m

require (
	github.com/goweaver/weaver/builtin/echo v1.0.0 // indirect
	github.com/goweaver/weaver/builtin/gin v1.0.0 // indirect
)
`, `module m

require github.com/goweaver/weaver/builtin/gin v1.0.0

require github.com/goweaver/weaver/builtin/echo v1.0.0 // indirect
`},
		"with a reason": {`module m

require github.com/goweaver/weaver v1.0.0 // indirect; for tracing
`, `module m

require github.com/goweaver/weaver v1.0.0 // for tracing
`},
	} {
		f, err := modfile.Parse("go.mod", []byte(tt.in), nil)
		if err != nil {
			t.Fatal(err)
		}
		p := &pinning{PinOptions: PinOptions{Go: &Go{}}, env: map[string]string{"GOMOD": "go.mod"}}
		p.markDirect(f, []string{catalog.Module + "/builtin/gin", "example.com/b"})
		if (len(p.Changes) > 0) != (tt.in != tt.want) {
			t.Errorf("%s: changes %v", name, p.Changes)
		}
		f.SortBlocks()
		f.Cleanup()
		got, err := f.Format()
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v, got\n%s\nwant\n%s", name, err, got, tt.want)
		}
	}
}

func TestVendoredPackages(t *testing.T) {
	for list, want := range map[string]bool{
		"# example.com/a v1.0.0\n## explicit; go 1.25\nexample.com/a/b\r\n": false,
		"## workspace\n# example.com/a v1.0.0\nexample.com/a/b\n":           true,
	} {
		have, ofWork := vendoredPackages(list)
		if len(have) != 1 || !have["example.com/a/b"] || ofWork != want {
			t.Errorf("%q: %v, of a workspace: %v", list, have, ofWork)
		}
	}
}

// A library is what the module is built with, not what its go.mod leads to.
func TestPackages(t *testing.T) {
	p := &pinning{PinOptions: PinOptions{Go: offline("."), BuiltIns: []catalog.BuiltIn{{Name: "mod", Library: "golang.org/x/mod/modfile"}}}, root: "."}
	got, err := p.packages()
	if err != nil || !got["golang.org/x/mod/modfile"] || got["golang.org/x/mod/sumdb"] {
		t.Errorf("got %d packages, %v", len(got), err)
	}
	p.BuiltIns = []catalog.BuiltIn{{Name: "std"}}
	if got, err := p.packages(); err != nil || got != nil {
		t.Errorf("asked though no built-in is for a library: %v", err)
	}
}

func writeAll(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, file, want string) {
	t.Helper()
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s has %q, %v; want %q", file, got, err, want)
	}
}
