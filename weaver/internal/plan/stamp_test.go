package plan

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStamp(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(dir string) error
		changed bool
	}{
		{"nothing", func(string) error { return nil }, false},
		{"the content of a source", put("a.go", "package b\n"), true},
		{"a source more", put("b.s", ""), true},
		{"a source less", func(dir string) error { return os.Remove(filepath.Join(dir, "a.go")) }, true},
		{"an embedded file", put("data/x.txt", "y"), true},
		{"a file that nothing embeds", put("data/y.txt", "y"), false},
		{"a test", put("a_test.go", "package a\n"), false},
		{"the time of a source", put("a.go", "package a\n"), false},
		{"the folder", os.RemoveAll, true},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"a.go": "package a\n", "data/x.txt": "x"} {
			if err := put(name, text)(dir); err != nil {
				t.Fatal(err)
			}
		}
		s := Stamp{Path: dir, Dir: true, Embedded: []string{"data/x.txt"}}
		if err := s.Take(); err != nil {
			t.Fatal(err)
		}
		if err := tt.change(dir); err != nil {
			t.Fatal(err)
		}
		if s.Changed() != tt.changed {
			t.Errorf("%s: changed is %v", tt.name, !tt.changed)
		}
	}
}

// A file that is not there is a state like any other.
func TestStampOfFile(t *testing.T) {
	dir := t.TempDir()
	s := Stamp{Path: filepath.Join(dir, "x")}
	if err := s.Take(); err != nil || s.Changed() {
		t.Fatalf("without the file: %v, changed %v", err, s.Changed())
	}
	if err := put("x", "")(dir); err != nil {
		t.Fatal(err)
	}
	if !s.Changed() {
		t.Error("that the file is there now is no change")
	}
}

func put(name, text string) func(dir string) error {
	return func(dir string) error {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(text), 0o666)
	}
}
