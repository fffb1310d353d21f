// Tests of records: as lines of a report that many processes write, and as members of
// archives that the real compiler made.
package report

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/match"
)

// Lines of writers that append at the same time stay whole, also long ones.
func TestAppendParallel(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	const writers, lines = 8, 40
	long := strings.Repeat("x", 10_000)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for l := range lines {
				rec := &Record{Found: []match.Finding{{Pos: fmt.Sprint(w, l), Text: long}}}
				if err := Append(file, fmt.Sprintf("a%d-%d", w, l), rec); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got, err := Read(file)
	if err != nil || len(got) != writers*lines {
		t.Fatalf("%d records, want %d; %v", len(got), writers*lines, err)
	}
	if f := got["a7-39"].Found; len(f) != 1 || f[0].Pos != "7 39" || f[0].Text != long {
		t.Errorf("got %.100v", f)
	}
}

func TestRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	text := `{"log":{"level":"INFO","msg":"x"}}
{"action":"a","record":{"sites":{"r":2}}}
{"action":"b","record":{"found":[{"pos":"p","aspect":"s","rule":"r","te`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Read(file)
	if want := map[string]*Record{"a": {Sites: map[string]int{"r": 2}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Read(file + ".none"); !os.IsNotExist(err) {
		t.Errorf("of a file that is not there: %v", err)
	}
	if err := Append(filepath.Join(file, "below"), "a", &Record{}); err == nil {
		t.Error("appending below a file is no error")
	}
}

func TestRecordAdd(t *testing.T) {
	one := match.Finding{Pos: "p", Rule: "r"}
	r := &Record{}
	if !r.Empty() {
		t.Error("a new record is not empty")
	}
	r.Add(&Record{Sites: map[string]int{"a": 1}, Found: []match.Finding{one}})
	r.Add(&Record{Sites: map[string]int{"a": 2, "b": 1}, Found: []match.Finding{one, {Pos: "q"}}})
	r.Count("b")
	r.Link(&Record{Sites: map[string]int{"a": 1}, Found: []match.Finding{one, {Pos: "l"}}})
	r.Add(&Record{Linked: map[string]int{"a": 1}})
	want := &Record{Sites: map[string]int{"a": 3, "b": 2}, Linked: map[string]int{"a": 2}, Found: []match.Finding{one, {Pos: "q"}, {Pos: "l"}}}
	if !reflect.DeepEqual(r, want) || r.Empty() {
		t.Errorf("got %+v, want %+v", r, want)
	}
}

// The order of packages is not that of the findings.
func TestTotal(t *testing.T) {
	sum := Total(map[string]*Record{
		"a": {Found: []match.Finding{{Pos: "z"}, {Pos: "m", Aspect: "b"}}},
		"b": nil,
		"c": {Found: []match.Finding{{Pos: "m", Aspect: "a"}}, Sites: map[string]int{"r": 1}},
	})
	want := []match.Finding{{Pos: "m", Aspect: "a"}, {Pos: "m", Aspect: "b"}, {Pos: "z"}}
	if !reflect.DeepEqual(sum.Found, want) || sum.Sites["r"] != 1 {
		t.Errorf("got %+v", sum)
	}
}

// archive returns an archive that the compiler made of a package.
func archive(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	src, out := filepath.Join(dir, "p.go"), filepath.Join(dir, "p.a")
	if err := os.WriteFile(src, []byte("package p\n\nfunc F() int { return 1 }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command("go", "tool", "compile", "-p", "p", "-pack", "-o", out, src).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	return out
}

func TestKeep(t *testing.T) {
	file := archive(t)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Kept(file); err != nil || !r.Empty() {
		t.Errorf("an archive without a record has %+v, %v", r, err)
	}
	if err := (&Record{}).Keep(file); err != nil {
		t.Error(err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("a record that says nothing changes the archive: %v", err)
	}
	r := &Record{Sites: map[string]int{"r": 3}, Found: []match.Finding{{Pos: "a.go:1", Aspect: "s", Rule: "r", Text: "wrong; \"correct\" it\n"}}}
	if err := r.Keep(file); err != nil {
		t.Fatal(err)
	}
	if got, err := Kept(file); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("kept %+v, %v", got, err)
	}
	if msg, err := exec.Command("go", "tool", "pack", "t", file).CombinedOutput(); err != nil || string(msg) != "__.PKGDEF\n_go_.o\nrecord.json\n" {
		t.Errorf("the packer reads of the archive: %v\n%s", err, msg)
	}
	if _, err := Kept(file + ".none"); err == nil {
		t.Error("an archive that is not there is no error")
	}
}
