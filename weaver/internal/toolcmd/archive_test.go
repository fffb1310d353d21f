package toolcmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// packed returns archives as the compiler and the packer make them. The packer looks
// for an object file in the first bytes of each member and needs 8 of them.
func packed(t testing.TB) [][]byte {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "p.go"), "package p\n\nfunc F() {}\n")
	write(t, filepath.Join(dir, "odd.txt"), "of an odd length")
	write(t, filepath.Join(dir, "even"), "an even length")
	var out [][]byte
	for _, line := range []string{
		"compile -p p -pack -o a.a p.go",
		"pack c b.a odd.txt",
		"pack c c.a odd.txt even p.go",
	} {
		args := strings.Fields(line)
		cmd := exec.Command("go", append([]string{"tool"}, args...)...)
		cmd.Dir = dir
		if msg, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go tool %s: %v\n%s", line, err, msg)
		}
		name := string(rune('a'+len(out))) + ".a"
		out = append(out, []byte(read(t, filepath.Join(dir, name))))
	}
	return out
}

// The packer lists and extracts what AppendMember added, and what was there before.
func TestAppendMemberAsThePacker(t *testing.T) {
	const deps = `{"calls":{}}` + "\n"
	for i, archive := range packed(t) {
		dir := t.TempDir()
		file := filepath.Join(dir, "x.a")
		write(t, file, string(archive))
		before := pack(t, dir, "t", "x.a")
		if err := AppendMember(file, "link.deps", []byte(deps)); err != nil {
			t.Fatal(err)
		}
		if got := pack(t, dir, "t", "x.a"); got != before+"link.deps\n" {
			t.Errorf("archive %d has the members\n%swant those\n%sand link.deps", i, got, before)
		}
		pack(t, dir, "x", "x.a")
		if got := read(t, filepath.Join(dir, "link.deps")); got != deps {
			t.Errorf("archive %d: the packer extracts %q", i, got)
		}
		if !bytes.HasPrefix([]byte(read(t, file)), archive) {
			t.Errorf("archive %d was changed before the new member", i)
		}
	}
}

func pack(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"tool", "pack"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go tool pack %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func TestReadMemberErrors(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct{ data, want string }{
		"no archive":    {"go object linux amd64\n", "is not an archive"},
		"empty":         {"", "is not an archive"},
		"cut header":    {"!<arch>\nx               0 ", "cut short"},
		"bad size":      {"!<arch>\n" + header("x", "many"), "unreadable size"},
		"negative size": {"!<arch>\n" + header("x", "-4"), "unreadable size"},
		"cut before":    {"!<arch>\n" + header("x", "10") + "abc", "cut short"},
		"cut data":      {"!<arch>\n" + header("want", "10") + "abc", "cut short"},
	} {
		file := filepath.Join(dir, "x.a")
		write(t, file, tt.data)
		if _, err := ReadMember(file, "want"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, tt.want)
		}
	}
	if _, err := ReadMember(filepath.Join(dir, "none.a"), "want"); !os.IsNotExist(err) {
		t.Errorf("an archive that is not there gives %v", err)
	}
}

func header(name, size string) string {
	pad := func(s string, n int) string { return s + strings.Repeat(" ", n-len(s)) }
	return pad(name, 16) + pad("0", 12) + pad("0", 6) + pad("0", 6) + pad("644", 8) + pad(size, 10) + "`\n"
}

// FuzzMember appends two members to a packed archive and reads all back.
func FuzzMember(f *testing.F) {
	archives := packed(f)
	f.Add([]byte("{}\n"), []byte(""), uint8(0))
	f.Add([]byte("odd"), []byte("`\n!<arch>\n"), uint8(1))
	f.Add([]byte{0}, bytes.Repeat([]byte("x"), 4097), uint8(2))
	f.Fuzz(func(t *testing.T, one, two []byte, which uint8) {
		file := filepath.Join(t.TempDir(), "x.a")
		write(t, file, string(archives[int(which)%len(archives)]))
		for name, data := range map[string][]byte{"one.x": one, "two.x": two} {
			if err := AppendMember(file, name, data); err != nil {
				t.Fatal(err)
			}
		}
		for name, want := range map[string][]byte{"one.x": one, "two.x": two, "three.x": nil} {
			got, err := ReadMember(file, name)
			if err != nil || !bytes.Equal(got, want) || name != "three.x" && got == nil {
				t.Errorf("%s is %q, %v; want %q", name, got, err, want)
			}
		}
	})
}

// What an archive tells importers does not have its build ID in it.
func TestExportData(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.a")
	write(t, file, "!<arch>\n")
	if _, err := ExportData(file); err == nil {
		t.Error("an empty archive has export data")
	}
	if err := AppendMember(file, "__.PKGDEF", []byte("go object linux\nbuild id \"a/b\"\n\n$$B\nuF\n$$\n")); err != nil {
		t.Fatal(err)
	}
	if got, err := ExportData(file); err != nil || got != "uF\n$$\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// FuzzParseCompile parses any command line: what With returns without a change is
// what was parsed, and with a change it parses to just that.
func FuzzParseCompile(f *testing.F) {
	f.Add("-o x/_pkg_.a -p p -importcfg cfg -pack a.go b.go", "new.go")
	f.Add("-p=p --importcfg=cfg -lang go1.25 -std a.go", "-x.go")
	f.Add("-p -importcfg cfg x.go - -- -= a.go", "")
	f.Fuzz(func(t *testing.T, line, file string) {
		if strings.Contains(line, "@") {
			t.Skip("a response file")
		}
		args := strings.Split(line, " ")
		c, err := ParseCompile("compile", args)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(c.With(c.Files, "", nil), " "); got != line {
			t.Errorf("With gives %q of %q", got, line)
		}
		if !strings.HasSuffix(file, ".go") || strings.HasPrefix(file, "-") || strings.ContainsAny(file, " @") {
			return
		}
		d, err := ParseCompile("compile", c.With([]string{file}, "weaver.cfg", nil))
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Files) != 1 || d.Files[0] != file {
			t.Errorf("With gives files %q of %q", d.Files, line)
		}
	})
}
