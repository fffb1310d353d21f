// The cases of testdata, one a file. Its first line is the claim. Then come
//
//	rules            one a line: join point, target, advice, hook, and what Take, With, Where and Capture say
//	src/*.go         the package that is woven, example.com/src
//	lib/lib.go       a package that it may import, example.com/lib; other names will do
//	hooks/hooks.go   the hooks, example.com/hooks, which may import all of these
//	lang             the language version, go1.25 unless said
//	skip             why the case can not pass yet
//	add/*.go         files that rules add to the package
//	want/*           the woven files and the generated one, weaver.go; findings; or error;
//	                 and of rules on packages what a program needs
//
// Of every case is asked besides that the woven package type-checks and compiles,
// that every token of the user's keeps its position, and that a file without a site
// is not touched.
//
// go test -run TestGolden -update writes the want files, after those checks.
package weave_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/weave"
	"github.com/goweaver/weaver/weaver/internal/weave/verify"
)

var update = flag.Bool("update", false, "write the want files of the golden cases")

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
	lang := "go1.25"
	l := newLab(t)
	var rules string
	for _, f := range ar.Files {
		switch {
		case f.Name == "skip":
			t.Skip(string(f.Data))
		case f.Name == "rules":
			rules = string(f.Data)
		case f.Name == "lang":
			lang = strings.TrimSpace(string(f.Data))
		case !strings.HasPrefix(f.Name, "want/"):
			l.write(filepath.Join(l.dir, f.Name), encoded(f.Data))
		}
	}
	for _, f := range ar.Files {
		dir, name, _ := strings.Cut(f.Name, "/")
		if strings.HasSuffix(name, ".go") && !slices.Contains([]string{"src", "hooks", "want", "add"}, dir) {
			l.plain("example.com/"+dir, dir)
		}
	}
	p, cmd, err := l.read("example.com/src", "src", lang)
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"-complete"} // as for a package without assembly
	if l.compile(cmd, p.Imports, flags...) != nil {
		flags = nil
		if err := l.compile(cmd, p.Imports); err != nil {
			t.Fatalf("the case's own source: %v", err)
		}
	}
	hooks := l.plain("example.com/hooks", "hooks")
	parsed := parseRules(t, rules, hooks, ar)
	sites, res, found, err := l.weave(p, cmd, parsed)
	l.explained(p, cmd, parsed, sites, res, err != nil)
	got := map[string][]byte{}
	if err != nil {
		got["want/error"] = []byte(l.anonymous(err.Error()) + "\n")
	} else {
		l.verify(p, sites, res)
		if err := l.compile(l.rewoven(p, cmd, res), p.Imports, flags...); err != nil {
			t.Errorf("woven: %v\n%s", err, res.Generated)
		}
		for f, data := range res.Files {
			got["want/"+filepath.Base(f.Name)] = decoded([]byte(l.anonymous(string(data))))
		}
		if strings.Contains(rules, "\npackage ") || strings.HasPrefix(rules, "package ") {
			got["want/needs"] = []byte(strings.Join(res.Hooks, "\n") + "\n")
		}
		if res.Generated != nil {
			got["want/weaver.go"] = []byte(l.anonymous(string(res.Generated)))
		}
	}
	for _, f := range found {
		got["want/findings"] = append(got["want/findings"], l.anonymous(f.String())+"\n"...)
	}
	compare(t, file, ar, got)
}

// plain compiles a package of the case that is not woven.
func (l *lab) plain(importPath, name string) *types.Package {
	p, cmd, err := l.read(importPath, name, "go1.25")
	if err == nil {
		err = l.compile(cmd, p.Imports)
	}
	if err != nil {
		l.t.Fatalf("the case's package %s: %v", name, err)
	}
	return p.Types
}

// verify makes the checks that no case has to ask for.
func (l *lab) verify(p *source.Package, sites []match.Site, res *weave.Result) {
	l.t.Helper()
	if err := errors.Join(verify.Moved(p, sites, res), verify.Untouched(sites, res)); err != nil {
		l.t.Error(err)
	}
}

// compare holds the results against the want files, or writes them.
func compare(t *testing.T, file string, ar *txtar.Archive, got map[string][]byte) {
	t.Helper()
	var inputs []txtar.File
	wants := map[string][]byte{}
	for _, f := range ar.Files {
		if strings.HasPrefix(f.Name, "want/") {
			wants[f.Name] = f.Data
		} else {
			inputs = append(inputs, f)
		}
	}
	names := make([]string, 0, len(got))
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	if *update {
		if t.Failed() {
			t.Log("not written")
			return
		}
		for _, name := range names {
			inputs = append(inputs, txtar.File{Name: name, Data: got[name]})
		}
		ar.Files = inputs
		if err := os.WriteFile(file, txtar.Format(ar), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range names {
		if w, ok := wants[name]; !ok || !bytes.Equal(w, txtarEnd(got[name])) {
			t.Errorf("%s is\n%s\nwant\n%s", name, got[name], w)
		}
		delete(wants, name)
	}
	for name := range wants {
		t.Errorf("there is no %s", name)
	}
}

// txtarEnd returns the data as txtar keeps it, with a line end at the end.
func txtarEnd(data []byte) []byte {
	if len(data) > 0 && data[len(data)-1] != '\n' {
		return append(slices.Clip(data), '\n')
	}
	return data
}

// anonymous replaces the folder of the case by $DIR.
func (l *lab) anonymous(s string) string { return strings.ReplaceAll(s, l.dir, "$DIR") }

// A case spells a carriage return as ␍ and a byte order mark as ␀BOM, which an
// editor would not keep.
func encoded(data []byte) []byte {
	return []byte(strings.NewReplacer("␍", "\r", "␀BOM", "\uFEFF").Replace(string(data)))
}

func decoded(data []byte) []byte {
	return []byte(strings.NewReplacer("\r", "␍", "\uFEFF", "␀BOM").Replace(string(data)))
}

// parseRules parses the rules of a case, such as
//
//	body (*example.com/src.T).M around Span take recv,param:0,result:-1 with op="x" n=1
//	body * before Enter where directive:span=op,n !param:0:string !generated
//	body * before Enter capture id words where directive:span
//
// and those of parts_test.go.
func parseRules(t *testing.T, text string, hooks *types.Package, ar *txtar.Archive) []*rule.Rule {
	t.Helper()
	var out []*rule.Rule
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		w := strings.Fields(line)
		if len(w) < 4 {
			t.Fatalf("rule %q: write join point, target, advice and hook", line)
		}
		r := &rule.Rule{
			Aspect: "case", Pos: fmt.Sprintf("rules:%d", i+1), Scope: []string{rule.Everywhere},
			Point: rule.Kind(w[0]), Advice: rule.Kind(w[2]),
		}
		out = append(out, r)
		if parsePart(t, r, w, ar) {
			continue
		}
		r.Hook = rule.Func{Pkg: "example.com/hooks", Name: w[3]}
		if r.Target != nil {
			// parsePart has set it
		} else if w[1] == "*" {
			r.Where = []rule.Pred{{Kind: "name", Text: "*"}}
		} else {
			f, err := rule.ParseFunc(w[1])
			if err != nil {
				t.Fatal(err)
			}
			r.Target = &f
		}
		hook, ok := hooks.Scope().Lookup(w[3]).(*types.Func)
		if !ok {
			t.Fatalf("rule %q: no such hook", line)
		}
		r.HookSig = hookSignature(hook.Signature())
		options(r, w[4:])
		if err := errors.Join(r.Fits(), r.CaptureFits()); err != nil {
			t.Fatalf("rule %q: %v", line, err)
		}
	}
	return out
}

// predicate reads one of the words that Where has.
func predicate(word string) rule.Pred {
	if rest, not := strings.CutPrefix(word, "!"); not {
		return rule.Pred{Kind: rule.PredNot, Of: []rule.Pred{predicate(rest)}}
	}
	kind, text, _ := strings.Cut(word, ":")
	p := rule.Pred{Kind: kind, Text: text}
	switch kind {
	case rule.PredDirective:
		name, keys, some := strings.Cut(text, "=")
		if p.Text = name; some {
			p.Keys = strings.Split(keys, ",")
		}
	case rule.PredParam, rule.PredResult:
		index, typ, _ := strings.Cut(text, ":")
		p.Text, p.Type = "", rule.Type(typ)
		p.Index, _ = strconv.Atoi(index)
	}
	return p
}

// options reads what Take, With and Where of the rule say.
func options(r *rule.Rule, words []string) {
	mode := ""
	for _, w := range words {
		switch {
		case w == "take", w == "with", w == "where", w == "capture":
			mode = w
		case mode == "where":
			r.Where = append(r.Where, predicate(w))
		case mode == "capture" && w == "words":
			r.CaptureWords = true
		case mode == "capture":
			r.Capture = append(r.Capture, strings.Split(w, ",")...)
		case mode == "take":
			for _, item := range strings.Split(w, ",") {
				kind, index, _ := strings.Cut(item, ":")
				n, _ := strconv.Atoi(index)
				r.Take = append(r.Take, rule.Item{Kind: kind, Index: n})
			}
		case mode == "with":
			key, text, _ := strings.Cut(w, "=")
			r.Options = append(r.Options, option(key, text))
		}
	}
}

func option(key, text string) rule.Option {
	kind := "int64"
	switch {
	case text[0] == '"':
		kind = "string"
	case text == "true" || text == "false":
		kind = "bool"
	case strings.Contains(text, "."):
		kind = "float64"
	}
	return rule.Option{Key: key, Kind: kind, Text: text}
}
