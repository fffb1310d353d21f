package stamp

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func directed(src []byte) bool { return bytes.Contains(src, []byte("//weaver:")) }

// What decides which packages there are is noticed, and what does not is not.
func TestChanged(t *testing.T) {
	const leaf = "// Package leaf is one.\npackage leaf\n\nimport \"fmt\"\n\nfunc F() { fmt.Println(1) }\n"
	for _, tt := range []struct {
		name string
		do   func(dir string) error
		want bool
	}{
		{"nothing", func(string) error { return nil }, false},
		{"a body", write("leaf/leaf.go", leaf+"\nvar x = 1\n"), false},
		{"an import", write("leaf/leaf.go", string(bytes.Replace([]byte(leaf), []byte(`"fmt"`), []byte("\"fmt\"\nimport _ \"os\""), 1))), true},
		{"a build constraint", write("leaf/leaf.go", "//go:build linux\n\n"+leaf), true},
		{"a directive", write("leaf/leaf.go", leaf+"\n//weaver:span\nfunc G() {}\n"), true},
		{"a file that is no source", write("leaf/notes.txt", "x"), false},
		{"one more file", write("leaf/more.go", "package leaf\n"), true},
		{"a test", write("leaf/leaf_test.go", "package leaf\n"), true},
		{"an assembly file", write("leaf/leaf_amd64.s", ""), true},
		{"a file that is gone", func(dir string) error { return os.Remove(filepath.Join(dir, "leaf", "leaf.go")) }, true},
		{"a new package below the root", write("new/new.go", "package new\n"), true},
		{"a folder of data below the root", write("testdata/a/a.go", "package a\n"), false},
		{"a module below the root", write("leaf/go.mod", "module m\n"), true},
		{"what is in another module below the root", write("nested/deep/a.go", "package deep\n"), false},
		{"a file that is not Go", write("leaf/leaf.go", "not go\n"), true},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"go.mod": "module m\n", "main.go": "package main\n", "leaf/leaf.go": leaf, "nested/go.mod": "module n\n", "nested/a.go": "package n\n"} {
			if err := write(name, text)(dir); err != nil {
				t.Fatal(err)
			}
		}
		s := roundTrip(t, taken(t, dir, nil))
		if err := tt.do(dir); err != nil {
			t.Fatal(err)
		}
		if got := s.Changed(directed); got != tt.want {
			t.Errorf("%s: changed: %v, want %v", tt.name, got, tt.want)
		}
		// And where nothing was recent.
		old(t, dir)
		s = taken(t, dir, s)
		s.When += int64(time.Hour)
		if s.Changed(directed) {
			t.Errorf("%s: after it was taken again it has changed", tt.name)
		}
	}
}

// An edit that keeps a file's size and time is noticed all the same: by the time of the
// change itself, or because it happened when the stamp was made.
func TestSameSizeAndTime(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	when := time.Now().Add(-time.Hour)
	for _, text := range []string{"package a\n\nimport _ \"io\"\n", "package a\n\nimport _ \"os\"\n"} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
		if text[len(text)-4] == 'i' {
			s := taken(t, dir, nil)
			t.Cleanup(func() {
				if !s.Changed(directed) {
					t.Error("the edit is not noticed")
				}
			})
		}
	}
}

// Heads of files that are as they were are not read again.
func TestTakeBefore(t *testing.T) {
	dir := t.TempDir()
	if err := write("a.go", "package a\n")(dir); err != nil {
		t.Fatal(err)
	}
	s := taken(t, dir, nil)
	i := slices.IndexFunc(s.Folders, func(f Folder) bool { return f.Path == dir })
	s.Folders[i].Files[0].Head = "known"
	s.When += int64(time.Hour) // long after the file was written
	if got := taken(t, dir, s); got.Folders[i].Files[0].Head != "known" && s.Folders[i].Files[0].Times[1] != 0 {
		t.Errorf("the head of a file that nobody wrote to is %s", got.Folders[i].Files[0].Head)
	}
}

func write(name, text string) func(string) error {
	return func(dir string) error {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(text), 0o666)
	}
}

func taken(t *testing.T, dir string, before *Sources) *Sources {
	t.Helper()
	s, err := Take([]string{filepath.Join(dir)}, []string{dir}, directed, before)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// roundTrip returns the stamps as the next process reads them.
func roundTrip(t *testing.T, s *Sources) *Sources {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	out := new(Sources)
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// old makes all files some hours old.
func old(t *testing.T, dir string) {
	t.Helper()
	when := time.Now().Add(-3 * time.Hour)
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, when, when)
	})
	if err != nil {
		t.Fatal(err)
	}
}
