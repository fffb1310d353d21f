package instrumenttest

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"
)

// compare holds the want files against what there is, or writes them.
func (x *trial) compare() {
	x.Helper()
	if updating() {
		if x.Failed() {
			x.Logf("%s: not written", x.c.file)
		} else if err := x.write(); err != nil {
			x.Fatal(err)
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(x.c.wants)) {
		want := x.c.wants[name]
		got, ok := x.got[name]
		switch {
		case name == "nothing", !ok && x.skipped(name):
		case !ok && name == "error":
			x.Errorf("%s:%d: the aspect can be woven, and the case wants an error", x.c.file, want.line)
		case !ok && x.got["error"] != "":
			x.Errorf("%s:%d: there is no %s, since the aspect can not be woven", x.c.file, want.line, name)
		case !ok:
			x.Errorf("%s:%d: %s is not woven", x.c.file, want.line, name)
		case ended(got) != want.data:
			x.Errorf("%s:%d: want/%s differs:\n%s", x.c.file, want.line, name,
				diff.Diff("want/"+name, []byte(want.data), "what there is", []byte(ended(got))))
		}
	}
}

// skipped reports whether the want file is about a program that is not built, under -short
// or since the case fails before that.
func (x *trial) skipped(name string) bool {
	return (noProgram() || x.Failed()) && slices.Contains([]string{"stdout", "stderr", "exit"}, name)
}

// write writes the want files that the case has, or all that describe what is woven if
// it claims nothing yet.
func (x *trial) write() error {
	fresh := !x.c.claims()
	ar := &txtar.Archive{Comment: x.c.archive.Comment}
	for _, f := range x.c.archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok && name != "nothing" && !x.skipped(name) {
			got, still := x.got[name]
			if !still {
				continue
			}
			f.Data = []byte(ended(got))
		}
		ar.Files = append(ar.Files, f)
	}
	for _, name := range slices.Sorted(maps.Keys(x.got)) {
		if fresh && x.got[name] != "" && (filepath.Ext(name) == ".go" || name == "error") {
			ar.Files = append(ar.Files, txtar.File{Name: "want/" + name, Data: []byte(ended(x.got[name]))})
		}
	}
	return os.WriteFile(filepath.FromSlash(x.c.file), txtar.Format(ar), 0o666)
}

// ended returns the text as a txtar file keeps it, with a line end at the end.
func ended(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}
