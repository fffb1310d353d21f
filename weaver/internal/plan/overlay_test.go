package plan

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFlag(t *testing.T) {
	for _, tt := range []struct {
		goflags string
		flags   []string
		want    string
	}{
		{"", nil, ""},
		{"-mod=mod -pgo=a", nil, "a"},
		{"--pgo=a", []string{"-tags=x", "-pgo=b"}, "b"},
		{"-pgo=a", []string{"-pgo=b", "-pgo=c"}, "c"},
		{"-pgox=a --pgo", nil, "true"},
	} {
		b := &Build{GoFlags: tt.goflags, Flags: tt.flags}
		if got := b.Flag("pgo"); got != tt.want {
			t.Errorf("GOFLAGS=%q %q: -pgo=%s, want %s", tt.goflags, tt.flags, got, tt.want)
		}
	}
}

// The digest of an overlay follows the files that are read, whatever their names, and those
// of other folders only if it is asked for all.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"overlay.json": `{"Replace": {"p/a.go": "new/a.go", "p/gone.go": "", "p/q/b.go": "new/b.go", "p/absent.go": "new/absent.go"}}`,
		"new/a.go":     "package p", "new/b.go": "package q",
		"broken.json": `{"Replace": `,
	} {
		writeText(t, filepath.Join(dir, name), text)
	}
	b := &Build{Dir: dir, Flags: []string{"-overlay=overlay.json"}}
	o, err := b.Overlay()
	if err != nil || len(o) != 4 {
		t.Fatal(o, err)
	}
	p := filepath.Join(dir, "p")
	if got := o.Files(p); !slices.Equal(got, []string{filepath.Join(dir, "new", "a.go"), filepath.Join(dir, "new", "absent.go")}) {
		t.Errorf("in the place of files of p are read %q", got)
	}
	digest := func(of string) string {
		var out bytes.Buffer
		if err := o.Digest(&out, of); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	inP, all := digest(p), digest("")
	writeText(t, filepath.Join(dir, "new", "b.go"), "package q // edited")
	if digest(p) != inP || digest("") == all {
		t.Error("an edit of another folder's file changes the digest, or changes none")
	}
	writeText(t, filepath.Join(dir, "new", "a.go"), "package p // edited")
	if digest(p) == inP {
		t.Error("an edit does not change the digest")
	}

	b.Flags = nil
	if o, err := b.Overlay(); err != nil || len(o) != 0 {
		t.Errorf("without an overlay there is %v, %v", o, err)
	}
	for _, name := range []string{"broken.json", "none.json"} {
		b.GoFlags = "-overlay=" + filepath.Join(dir, name)
		if _, err := b.Overlay(); err == nil {
			t.Errorf("%s is an overlay", name)
		}
	}
}

func writeText(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
