// The cases of testdata, one a file. Its first line is the claim. Then come
//
//	in.go      the user's registration file
//	wanted     the built-ins that it should list, otelsdk and nethttp unless said
//	out.go     what pin makes of it; none if it stays as it is
//	said       what changed and what is left out
//	error      or the error
//
// Of every case is asked besides that a second run changes nothing, that no token and
// no comment of the user's is lost, and the same of the file with CRLF at its line ends
// and with a byte order mark.
//
// go test -run TestGolden -update writes the wanted files.
package pinfile_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goweaver/weaver/internal/catalog"
	"github.com/goweaver/weaver/internal/pinfile"
)

var update = flag.Bool("update", false, "write what the golden cases want")

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, want := part(ar, "in.go"), part(ar, "out.go")
	if want == nil {
		want = in
	}
	list := wanted(t, ar)
	got, err := pinfile.Refresh("in.go", in, list)
	if strings.HasPrefix(filepath.Base(file), "error_") != (err != nil) {
		t.Fatalf("error %v, and the case's name says otherwise", err)
	}
	if *update {
		write(t, file, ar, in, got, err)
		return
	}
	if err != nil {
		if want := part(ar, "error"); err.Error()+"\n" != string(want) {
			t.Errorf("error\n%v\nwant\n%s", err, want)
		}
		return
	}
	if want := part(ar, "error"); want != nil {
		t.Errorf("no error, want %s", want)
	}
	if !bytes.Equal(got.Content, want) {
		t.Errorf("got\n%s\nwant\n%s", got.Content, want)
	}
	if s := said(got); s != string(part(ar, "said")) {
		t.Errorf("said\n%s\nwant\n%s", s, part(ar, "said"))
	}
	settled(t, got.Content, list)
	crlf := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }
	marked := func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) }
	for name, variant := range map[string]func([]byte) []byte{"CRLF": crlf, "byte order mark": marked} {
		got, err := pinfile.Refresh("in.go", variant(in), list)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !bytes.Equal(got.Content, variant(want)) {
			t.Errorf("%s: got\n%q", name, got.Content)
		}
	}
}

// settled checks that a file which pin wrote is as gofmt prints it, and that pin has
// nothing to change in it.
func settled(t *testing.T, content []byte, list []catalog.BuiltIn) {
	t.Helper()
	again, err := pinfile.Refresh("in.go", content, list)
	if err != nil {
		t.Fatalf("the second run: %v, of\n%s", err, content)
	}
	if !bytes.Equal(again.Content, content) || len(again.Added)+len(again.Recorded) > 0 {
		t.Errorf("the second run changes\n%s\nto\n%s", content, again.Content)
	}
}

// wanted returns the built-ins that the case names.
func wanted(t *testing.T, ar *txtar.Archive) []catalog.BuiltIn {
	names := strings.Fields(string(part(ar, "wanted")))
	if len(names) == 0 {
		names = []string{"otelsdk", "nethttp"}
	}
	var list []catalog.BuiltIn
	for _, b := range catalog.BuiltIns() {
		if slices.Contains(names, b.Name) {
			list = append(list, b)
		}
	}
	if len(list) != len(names) {
		t.Fatalf("unknown built-ins among %v", names)
	}
	return list
}

func said(r *catalog.Refresh) string {
	var out strings.Builder
	for _, s := range []struct {
		what  string
		names []string
	}{{"added", r.Added}, {"recorded", r.Recorded}, {"left out", r.LeftOut}} {
		if len(s.names) > 0 {
			fmt.Fprintf(&out, "%s %s\n", s.what, strings.Join(s.names, " "))
		}
	}
	return out.String()
}

// part returns the file of the archive, nil if there is none.
func part(ar *txtar.Archive, name string) []byte {
	for _, f := range ar.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func write(t *testing.T, file string, ar *txtar.Archive, in []byte, got *catalog.Refresh, failed error) {
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool {
		return f.Name == "out.go" || f.Name == "said" || f.Name == "error"
	})
	add := func(name, text string) { ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)}) }
	if failed != nil {
		add("error", failed.Error()+"\n")
	} else {
		if !bytes.Equal(got.Content, in) {
			add("out.go", string(got.Content))
		}
		add("said", said(got))
	}
	if err := os.WriteFile(file, txtar.Format(ar), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A new file is one that pin has nothing to change in, and that gofmt leaves as it is.
func TestNewFile(t *testing.T) {
	for _, list := range [][]catalog.BuiltIn{catalog.Wanted(catalog.BuiltIns(), nil), catalog.BuiltIns()} {
		content := catalog.File(list)
		if formatted, err := format.Source(content); err != nil || !bytes.Equal(formatted, content) {
			t.Errorf("%v: gofmt makes of\n%s\nthis:\n%s", err, content, formatted)
		}
		settled(t, content, list)
	}
}
