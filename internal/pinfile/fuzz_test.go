package pinfile_test

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goweaver/weaver/internal/catalog"
	"github.com/goweaver/weaver/internal/pinfile"
)

// Of any file pin makes an error with a place in it, or a file that parses, has all
// comments of the first, and is settled.
func FuzzRefresh(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(part(ar, "in.go"))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		// What gofmt would print otherwise is mostly an error, so that is put right.
		if formatted, err := format.Source(src); err == nil {
			src = formatted
		}
		refreshed(t, src)
	})
}

// The same of a comment at every place of the cases where one can be.
func TestCommentAnywhere(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	tried, failed := 0, 0
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in := part(ar, "in.go")
		for _, at := range places(in) {
			for _, comment := range []string{"/* anywhere */", "// anywhere\n", "\n\n// anywhere\n\n"} {
				src, err := format.Source(slices.Concat(in[:at], []byte(comment), in[at:]))
				if err != nil || part(ar, "error") != nil {
					continue
				}
				tried++
				if !refreshed(t, src) {
					failed++
				}
			}
		}
	}
	// Some need gofmt a second time, and in some the comment hides the list.
	if failed > tried/40 {
		t.Errorf("%d of %d files are refused", failed, tried)
	}
}

// refreshed reports whether pin takes the file, and checks what it makes of it.
func refreshed(t *testing.T, src []byte) bool {
	t.Helper()
	list := catalog.Wanted(catalog.BuiltIns(), nil)
	got, err := pinfile.Refresh("in.go", src, list)
	if err != nil {
		if !strings.HasPrefix(err.Error(), "in.go:") {
			t.Errorf("no place in %q", err)
		}
		return false
	}
	if len(got.Recorded) == 0 && !bytes.Equal(got.Content, src) {
		t.Error("changed, and nothing is said of it")
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "in.go", got.Content, 0); err != nil {
		t.Errorf("%v\n%s", err, got.Content)
	}
	is := comments(got.Content)
	for _, c := range comments(src) {
		i := slices.Index(is, c)
		if i < 0 {
			t.Fatalf("lost %s of\n%s\nin\n%s", c, src, got.Content)
		}
		is = is[i+1:]
	}
	settled(t, got.Content, list)
	return true
}

// places returns the offsets of the tokens of the file.
func places(src []byte) []int {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, src, nil, 0)
	var out []int
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			return out
		}
		out = append(out, file.Offset(pos))
	}
}

// comments returns the comments of the file in order, without the directive.
func comments(src []byte) []string {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	var out []string
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok == token.COMMENT && !strings.HasPrefix(lit, catalog.Directive) {
			out = append(out, lit)
		}
	}
}
