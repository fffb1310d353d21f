// Tests of toolcmd against the command lines that go1.26 prints with -x, and
// against what the real compiler and packer make.
package toolcmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/lib/go/pkg/tool/linux_amd64/compile": "compile",
		"link.exe":     "link",
		"/usr/bin/gcc": "gcc",
	} {
		if got := Name(path); got != want {
			t.Errorf("Name(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestParseCompile(t *testing.T) {
	for name, tt := range map[string]struct {
		line string
		want Compile
	}{
		"a package of the standard library": {
			"-o $WORK/b042/_pkg_.a -trimpath $WORK/b042=> -p errors -lang=go1.26 -std -complete -buildid x/x -goversion go1.26.8 -c=2 -shared -nolocalimports -importcfg $WORK/b042/importcfg -pack /go/src/errors/errors.go /go/src/errors/join.go",
			Compile{Package: "errors", Output: "$WORK/b042/_pkg_.a", ImportCfg: "$WORK/b042/importcfg", Lang: "go1.26", TrimPath: "$WORK/b042=>", Std: true, BuildID: "x/x", Files: []string{"/go/src/errors/errors.go", "/go/src/errors/join.go"}},
		},
		"a command with race, a profile and the user's own flags behind": {
			"-o $WORK/b001/_pkg_.a -trimpath $WORK/b001=> -p main -lang=go1.25 -installsuffix race -buildid a/b -goversion go1.26.8 -pgoprofile=/m/default.pgo -race -D  -importcfg $WORK/b001/importcfg -embedcfg $WORK/b001/embedcfg -pack -symabis $WORK/b001/symabis -asmhdr $WORK/b001/go_asm.h -N -l ./main.go ./x.go",
			Compile{Package: "main", Output: "$WORK/b001/_pkg_.a", ImportCfg: "$WORK/b001/importcfg", Lang: "go1.25", TrimPath: "$WORK/b001=>", PGO: "/m/default.pgo", Race: true, BuildID: "a/b", Files: []string{"./main.go", "./x.go"}},
		},
		"double dashes, and a path with a dash": {
			"--o=out/_pkg_.a --p=example.com/a-b --importcfg=cfg -pack a.go",
			Compile{Package: "example.com/a-b", Output: "out/_pkg_.a", ImportCfg: "cfg", Files: []string{"a.go"}},
		},
		"a package whose path ends in .go": {
			"-o x/_pkg_.a -p gopkg.in/lib.go -pack lib.go",
			Compile{Package: "gopkg.in/lib.go", Output: "x/_pkg_.a", Files: []string{"lib.go"}},
		},
		"no files": {"-V=full", Compile{}},
	} {
		t.Run(name, func(t *testing.T) {
			args := strings.Split(tt.line, " ")
			got, err := ParseCompile("/tool/compile", args)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Args, args) || got.Tool != "/tool/compile" {
				t.Errorf("the arguments are %q", got.Args)
			}
			tt.want.Tool, tt.want.Args = got.Tool, got.Args
			if len(got.Files) == 0 {
				got.Files = nil
			}
			if !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", *got, tt.want)
			}
		})
	}
}

func TestParseCompileResponseFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "args")
	write(t, file, "-p\nexample.com/p\n-o\n"+`dir\\with\nlines/_pkg_.a`+"\na.go\nb.go\n")
	c, err := ParseCompile("compile", []string{"@" + file})
	if err != nil {
		t.Fatal(err)
	}
	if c.Package != "example.com/p" || c.Output != "dir\\with\nlines/_pkg_.a" || !slices.Equal(c.Files, []string{"a.go", "b.go"}) {
		t.Errorf("got %+v", c)
	}
	if _, err := ParseCompile("compile", []string{"@" + filepath.Join(dir, "none")}); err == nil || !strings.Contains(err.Error(), "response file") {
		t.Errorf("a missing response file gives %v", err)
	}
}

func TestWith(t *testing.T) {
	for _, tt := range []struct{ args, files, cfg, want string }{
		{"-p p -importcfg cfg -pack a.go b.go", "c.go", "", "-p p -importcfg cfg -pack c.go"},
		{"-p p -importcfg cfg -pack a.go", "c.go d.go", "new", "-p p -importcfg new -pack c.go d.go"},
		{"-p p -importcfg=cfg -pack a.go", "c.go", "new", "-p p -importcfg=new -pack c.go"},
		{"-p p -pack a.go", "c.go", "new", "-importcfg new -p p -pack c.go"},
	} {
		args := strings.Fields(tt.args)
		c, err := ParseCompile("compile", args)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(c.With(strings.Fields(tt.files), tt.cfg, nil), " "); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.args, got, tt.want)
		}
		if strings.Join(args, " ") != tt.args {
			t.Errorf("With changed the arguments that it was given to %q", args)
		}
	}
}

func TestParseLink(t *testing.T) {
	l, err := ParseLink("link", strings.Fields("-o $WORK/b001/exe/a.out -importcfg $WORK/b001/importcfg.link -X=runtime.godebugDefault=x=1 -buildmode=pie -buildid=x -extld=gcc $WORK/b001/_pkg_.a"))
	if err != nil {
		t.Fatal(err)
	}
	if l.Output != "$WORK/b001/exe/a.out" || l.ImportCfg != "$WORK/b001/importcfg.link" || l.BuildMode != "pie" || l.Main != "$WORK/b001/_pkg_.a" {
		t.Errorf("got %+v", l)
	}
	if got := l.With("new"); got[3] != "new" || l.Args[3] != "$WORK/b001/importcfg.link" {
		t.Errorf("With gives %q and leaves %q", got, l.Args)
	}
	if _, err := ParseLink("link", nil); err == nil {
		t.Error("a call without arguments is no error")
	}
}

// The compiler records file names after the rewrites of -trimpath; Trim says what it
// will record.
func TestTrimAsTheCompiler(t *testing.T) {
	dir := t.TempDir()
	for _, rewrites := range []string{
		"", "$DIR=>mod@v1", "$DIR=>", "$DIR", "$DIR/src=>x;$DIR=>y", "$DIR/s=>x;$DIR=>y", "/none=>x;$DIR/src/a.go=>file.go", "$DIR/=>x",
	} {
		rewrites = strings.ReplaceAll(rewrites, "$DIR", dir)
		file, out := filepath.Join(dir, "src", "a.go"), filepath.Join(dir, "a.o")
		write(t, file, "package p\n\nfunc F(a []int) int { return a[0] }\n")
		cmd := exec.Command("go", "tool", "compile", "-p", "p", "-o", out, "-trimpath", rewrites, file)
		if msg, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, msg)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		want := (&Compile{TrimPath: rewrites}).Trim(file)
		// The object file has each name behind what the linker trims further.
		if !bytes.Contains(data, []byte(want)) || want != file && bytes.Contains(data, []byte(file)) {
			t.Errorf("-trimpath=%q: Trim says %q, which is not what the compiler wrote", rewrites, want)
		}
	}
}

func TestStageAndDir(t *testing.T) {
	work := t.TempDir()
	gen := filepath.Join(work, "b001", "x.cgo1.go")
	write(t, gen, "// Code generated by cmd/cgo; DO NOT EDIT.\n\n//line /home/me/p/x.go:1:1\npackage p\n")
	covered := filepath.Join(work, "b001", "_testmain.cover.go")
	write(t, covered, "//line "+filepath.Join(work, "b001", "_testmain.go")+":1:1\npackage main\n")
	for want, files := range map[string][]string{
		"/home/me/p": {covered, gen},
		"/m/p":       {gen, "/m/p/y.go"},
		"":           {filepath.Join(work, "b001", "none.go"), covered},
	} {
		c := &Compile{Output: filepath.Join(work, "b001", "_pkg_.a"), Files: files}
		if c.Stage() != filepath.Join(work, "b001") || c.Dir() != want {
			t.Errorf("%q: stage %q, folder %q, want %q", files, c.Stage(), c.Dir(), want)
		}
	}
}

func TestImportConfig(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "importcfg")
	const was = "# import config\nimportmap golang.org/x/net=vendor/golang.org/x/net\npackagefile fmt=/c/a=b-d\npackageshlib z=w"
	write(t, file, was)
	c, err := ReadImportConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if c.Map["golang.org/x/net"] != "vendor/golang.org/x/net" || c.Files["fmt"] != "/c/a=b-d" || len(c.Files) != 1 {
		t.Errorf("got %v and %v", c.Files, c.Map)
	}
	if got, err := c.Write(dir); err != nil || got != file {
		t.Fatalf("Write of what is unchanged: %v, %v", got, err)
	}
	if _, err := os.Stat(file + ".original"); err == nil {
		t.Error("nothing was added, and there is an .original")
	}
	c.Add("fmt", "/other")
	c.Add("example.com/hooks", "/h-d")
	if got, err := c.Write(dir); err != nil || got != file {
		t.Fatalf("Write: %v, %v", got, err)
	}
	if got := read(t, file); got != was+"\npackagefile example.com/hooks=/h-d\n" {
		t.Errorf("the config is now\n%s", got)
	}
	if got := read(t, file+".original"); got != was {
		t.Errorf("the original is\n%s", got)
	}
}

// Build info that is changed keeps its marks, and what is not changed its bytes.
func TestBuildInfo(t *testing.T) {
	const (
		start = `0w\xaf\f\x92t\b\x02A\xe1\xc1\a\xe6\xd6\x18\xe6`
		end   = `\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2`
		head  = `path\texample.com/app\nmod\texample.com/app\t(devel)\t\n`
		dep   = `dep\texample.com/b\tv1.0.0\th1:x=\n`
		tail  = `build\t-compiler=gc\nbuild\t-ldflags=\"-X \\\"a=b c\\\"\"\n`
	)
	dir := t.TempDir()
	file := filepath.Join(dir, "importcfg.link")
	was := "packagefile fmt=/fmt\nmodinfo \"" + start + head + tail + end + "\"\npackagefile os=/os\n"
	write(t, file, was)
	c, err := ReadImportConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if c.Info == nil || c.Info.Main.Path != "example.com/app" {
		t.Fatalf("the build info is %v", c.Info)
	}
	c.SetInfo()
	if string(c.data) != was {
		t.Errorf("written as it was read it is\n%s\nwant\n%s", c.data, was)
	}
	c.Info.Deps = append(c.Info.Deps, &debug.Module{Path: "example.com/b", Version: "v1.0.0", Sum: "h1:x="})
	c.SetInfo()
	want := "packagefile fmt=/fmt\nmodinfo \"" + start + head + dep + tail + end + "\"\npackagefile os=/os\n"
	if string(c.data) != want {
		t.Errorf("with a module more it is\n%s\nwant\n%s", c.data, want)
	}
}

func TestBuildInfoUnreadable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "importcfg.link")
	write(t, file, "modinfo \"short\"\n")
	if _, err := ReadImportConfig(file); err == nil {
		t.Error("no error")
	}
}

// A file of an overlay lies elsewhere, and the package is where the file should be.
func TestDirOverlay(t *testing.T) {
	for name, c := range map[string]*Compile{
		"one of two":              {TrimPath: "/o/x.go=>/m/p/a.go;/w/b001=>", Files: []string{"/o/x.go", "/m/p/b.go"}},
		"all":                     {TrimPath: "/o/x.go=>/m/p/a.go;/w/b001=>", Files: []string{"/o/x.go"}},
		"all, trimmed":            {TrimPath: "/m/p=>example.com/p;/o/x.go=>example.com/p/a.go;/w/b001=>", Files: []string{"/o/x.go"}},
		"all, trimmed, with cgo":  {TrimPath: "/m/p=>example.com/p;/o/x.go=>example.com/p/a.go;/w/b001/y.c=>example.com/p/y.c;/w/b001=>", Files: []string{"/w/b001/_cgo_gotypes.go", "/o/x.go"}},
		"one of two, with a main": {TrimPath: "/o/x.go=>/m/p/a.go;/w/b001=>", Files: []string{"/w/b001/_testmain.go", "/o/x.go"}},
	} {
		c.Output = "/w/b001/_pkg_.a"
		if got := c.Dir(); got != "/m/p" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A package that is compiled with -trimpath has its own folder rewritten, any other
// only the folder that the go command works in.
func TestTrimmed(t *testing.T) {
	for rewrites, want := range map[string]bool{
		"/w/b001=>":                           false,
		"/m/p=>example.com/p;/w/b001=>":       true,
		"/m/p/x=>example.com/p;/w/b001=>":     false,
		"/m=>example.com;/m/p=>example.com/p": true,
	} {
		c := &Compile{Output: "/w/b001/_pkg_.a", TrimPath: rewrites, Files: []string{"/m/p/a.go"}}
		if got := c.Trimmed(); got != want {
			t.Errorf("%s: %v, want %v", rewrites, got, want)
		}
	}
}

func TestHas(t *testing.T) {
	c, err := ParseCompile("compile", []string{"-race", "--msan", "-coveragecfg=x", "-o", "y", "race.go"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"race": true, "msan": true, "coveragecfg": true, "o": true, "asan": false, "y": false, "": false} {
		if c.Has(name) != want {
			t.Errorf("%q: %v, want %v", name, !want, want)
		}
	}
}

func TestImportConfigWithoutFile(t *testing.T) {
	dir := t.TempDir()
	c, err := ReadImportConfig("")
	if err != nil {
		t.Fatal(err)
	}
	c.Add("p", "/a")
	got, err := c.Write(dir)
	if err != nil || read(t, got) != "packagefile p=/a\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ReadImportConfig(filepath.Join(dir, "none")); err == nil {
		t.Error("a config that is not there is no error")
	}
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Files that are made in the stage folder have names without it, also where it lies within
// the folder of the package.
func TestWithTrimsStage(t *testing.T) {
	args := []string{"-o", "/app/tmp/b001/_pkg_.a", "-trimpath", "/app=>example.com/app;/app/tmp/b001=>", "/app/main.go"}
	c, err := ParseCompile("compile", args)
	if err != nil {
		t.Fatal(err)
	}
	woven, err := ParseCompile("compile", c.With([]string{"/app/tmp/b001/orchestrion/src/weaver.go", "/app/tmp/b001/orchestrion/src/main.go"}, "", map[string]string{"/app/tmp/b001/orchestrion/src/main.go": "/app/main.go"}))
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"/app/tmp/b001/orchestrion/src/weaver.go": "orchestrion/src/weaver.go",
		"/app/main.go":                          "example.com/app/main.go",
		"/app/tmp/b001/orchestrion/src/main.go": "example.com/app/main.go",
	} {
		if got := woven.Trim(file); got != want {
			t.Errorf("%s is recorded as %s, want %s", file, got, want)
		}
	}
}
