package weaver

import (
	"os"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/weave"
)

// spliced returns a file whose lines have what is put in in brackets, as in "f()[ g()]", and
// what is taken out in front of it in braces, as in "{f}[g]".
func spliced(marked string) *changedFile {
	f := &WovenFile{of: "a.go"}
	var woven strings.Builder
	for marked != "" {
		i := strings.IndexAny(marked, "[{")
		if i < 0 {
			i = len(marked)
		}
		f.src = append(f.src, marked[:i]...)
		woven.WriteString(marked[:i])
		if marked = marked[i:]; marked == "" {
			break
		}
		s := weave.Splice{Offset: len(f.src)}
		if rest, ok := strings.CutPrefix(marked, "{"); ok {
			removed, after, _ := strings.Cut(rest, "}")
			f.src = append(f.src, removed...)
			marked = after
		}
		s.End = len(f.src)
		s.Text, marked, _ = strings.Cut(marked[1:], "]")
		woven.WriteString(s.Text)
		f.splices = append(f.splices, s)
	}
	f.Woven = []byte(woven.String())
	return &changedFile{Woven: string(f.Woven), file: f, show: "a.go"}
}

func TestDiff(t *testing.T) {
	const head = "--- a/a.go\n+++ b/a.go\n"
	for _, test := range []struct{ claim, file, want string }{
		{"a line of several splices is one change", "1\n2\n3\n4\na[x]b{c}[yz]d\n6\n7\n8\n9\n",
			"@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-abcd\n+axbyzd\n 6\n 7\n 8\n"},
		{"lines next to each other are shown together", "a[x]\nb[y]\nc\n",
			"@@ -1,3 +1,3 @@\n-a\n-b\n+ax\n+by\n c\n"},
		{"changes with six lines between them are one hunk", "[x]\n2\n3\n4\n5\n6\n7\n[y]\n",
			"@@ -1,8 +1,8 @@\n-\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-\n+y\n"},
		{"with seven they are two", "[x]\n2\n3\n4\n5\n6\n7\n8\n[y]\n",
			"@@ -1,4 +1,4 @@\n-\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-\n+y\n"},
		{"a last line without an end is said", "1\n2[x]",
			"@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+2x\n\\ No newline at end of file\n"},
		{"text at the very end of a line belongs to it", "1[x]\n2\n", "@@ -1,2 +1,2 @@\n-1\n+1x\n 2\n"},
		{"a carriage return stays", "1[x]\r\n2\r\n", "@@ -1,2 +1,2 @@\n-1\r\n+1x\r\n 2\r\n"},
	} {
		var b strings.Builder
		(&diffPrinter{w: &b}).file(spliced(test.file), nil)
		if got := b.String(); got != head+test.want {
			t.Errorf("%s:\n%s", test.claim, got)
		}
	}
}

// A hunk is headed by the rules of its lines, each once.
func TestDiffRules(t *testing.T) {
	site := func(of, label string, at int) Site { return Site{Aspect: "a", Rule: label, of: of, at: at} }
	sites := []Site{
		site("a.go", "before h.F", 1), site("a.go", "before h.F", 2), site("a.go", "wrap h.G", 2),
		site("b.go", "before h.H", 1), site("a.go", "before h.I", 9), site("", "import", 0),
	}
	var b strings.Builder
	(&diffPrinter{w: &b}).file(spliced("[x]1\n[y]2\n"), sites)
	if want := "@@ -1,2 +1,2 @@ a: before h.F; a: wrap h.G\n"; !strings.Contains(b.String(), want) {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// In colour the bytes of splices are marked, and a source has no power over the terminal.
func TestDiffColors(t *testing.T) {
	var b strings.Builder
	(&diffPrinter{w: &b, colors: true}).file(spliced("a\x1b[x]{b}[y]c\r\n\td\x1b\n"), nil)
	const want = "\x1b[1m--- a/a.go\x1b[0m\n\x1b[1m+++ b/a.go\x1b[0m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n" +
		"\x1b[31m-a\uFFFD\x1b[7mb\x1b[27mc\x1b[0m\n" +
		"\x1b[32m+a\uFFFD\x1b[7mx\x1b[27m\x1b[7my\x1b[27mc\x1b[0m\n" +
		" \td\uFFFD\n"
	if got := b.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestColored(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for when, want := range map[string]bool{"": false, "auto": false, "never": false, "always": true} {
		if got, err := colored(when, file); got != want || err != nil {
			t.Errorf("colored(%q) = %v, %v", when, got, err)
		}
	}
	if _, err := colored("red", file); err == nil {
		t.Error("red is taken")
	}
}
