package main_test

// docs/reference.md is read from the sources by go/doc and written by go/doc/comment; its
// chapters are in reference_test.go.

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const languagePath = "github.com/goweaver/weaver/instrument"

// A symbol is what one of the packages exports, but for constants of a type.
type symbol struct {
	name     string // Body.Before, hook.Func
	pkg      *doc.Package
	decls    []ast.Node // with the constants of a type
	doc      string
	examples []*doc.Example
}

// A reference is the page and what it is made of.
type reference struct {
	chapters []chapter
	fset     *token.FileSet
	src      map[string][]byte
	symbols  map[string]*symbol
	sections map[string][]comment.Block // of the introduction, by "# Heading"
	anchors  map[string]string          // by symbol, constant of a type and "# Heading"
	typeOf   map[string]string          // a constant's type
	dead     []string                   // names that are linked to and have no anchor
	taken    map[string]int             // anchors that there are, with how many
	b        bytes.Buffer
}

// newReference reads package instrument in the folder, and package hook below it. The error
// says what the chapters have too many or too few of.
func newReference(dir string, all []chapter) (*reference, error) {
	r := &reference{
		chapters: all, fset: token.NewFileSet(), src: map[string][]byte{},
		symbols: map[string]*symbol{}, sections: map[string][]comment.Block{},
		anchors: map[string]string{}, taken: map[string]int{}, typeOf: map[string]string{},
	}
	language, err := r.read(dir, languagePath, "")
	if err != nil {
		return nil, err
	}
	if _, err = r.read(filepath.Join(dir, "hook"), languagePath+"/hook", "hook."); err != nil {
		return nil, err
	}
	heading := "# "
	for _, block := range language.Parser().Parse(language.Doc).Content {
		if h, ok := block.(*comment.Heading); ok {
			heading = "# " + plainText(h.Text)
			continue
		}
		r.sections[heading] = append(r.sections[heading], block)
	}
	return r, r.place()
}

// read reads the package and its examples.
func (r *reference) read(dir, path, prefix string) (*doc.Package, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if r.src[name], err = os.ReadFile(name); err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(r.fset, name, r.src[name], parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	p, err := doc.NewFromFiles(r.fset, files, path)
	if err != nil {
		return nil, err
	}
	add := func(name, text string, examples []*doc.Example, decls ...ast.Node) {
		r.symbols[prefix+name] = &symbol{prefix + name, p, decls, text, examples}
	}
	function := func(recv string, f *doc.Func) { add(recv+f.Name, f.Doc, f.Examples, f.Decl) }
	for _, v := range slices.Concat(p.Consts, p.Vars) {
		add(v.Names[0], v.Doc, nil, v.Decl)
	}
	for _, f := range p.Funcs {
		function("", f)
	}
	for _, t := range p.Types {
		decls := []ast.Node{t.Decl}
		for _, c := range t.Consts {
			decls = append(decls, c.Decl)
			for _, name := range c.Names {
				r.typeOf[prefix+name] = prefix + t.Name
			}
		}
		add(t.Name, t.Doc, t.Examples, decls...)
		for _, f := range t.Funcs {
			function("", f)
		}
		for _, f := range t.Methods {
			function(t.Name+".", f)
		}
	}
	return p, nil
}

// place gives everything its anchor.
func (r *reference) place() error {
	var errs []error
	missing := map[string]bool{}
	for name := range r.symbols {
		missing[name] = true
	}
	for name := range r.sections {
		missing[name] = true
	}
	for _, c := range r.chapters {
		r.anchors["## "+c.title] = r.anchor(c.title)
		for _, part := range c.parts {
			at, names := "", []string{part}
			switch heading, section := strings.CutPrefix(part, "# "); {
			case section && (heading == "" || heading == c.title):
				at = r.anchors["## "+c.title]
			case section:
				at = r.anchor(heading)
			default:
				names = strings.Fields(part)
				if at = r.anchors["# "+names[0]]; at == "" {
					at = r.anchor(names[0])
				}
			}
			for _, name := range names {
				if !missing[name] {
					errs = append(errs, fmt.Errorf("the chapters have %q twice, or there is none", name))
				}
				delete(missing, name)
				r.anchors[name] = at
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		errs = append(errs, fmt.Errorf("%q is in no chapter of docs/reference.md; give it a place in reference_test.go", name))
	}
	return errors.Join(errs...)
}

// anchor returns the one that GitHub gives to a heading: lower-case, without punctuation, and
// numbered where there is another one.
func (r *reference) anchor(heading string) string {
	a := strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case unicode.IsLetter(c), unicode.IsDigit(c), c == '-', c == '_':
			return unicode.ToLower(c)
		}
		return -1
	}, heading)
	n := r.taken[a]
	if r.taken[a]++; n > 0 {
		return fmt.Sprintf("%s-%d", a, n)
	}
	return a
}

func (r *reference) printf(format string, args ...any) { fmt.Fprintf(&r.b, format, args...) }

// page returns docs/reference.md.
func (r *reference) page() ([]byte, error) {
	r.printf("# The language of aspects\n\n")
	r.printf("All that a rule can say, by package `instrument`, and all that a hook may ask for, by package\n")
	r.printf("`hook`; names without a package are those of `instrument`. [aspects.md](aspects.md) has three aspects to\n")
	r.printf("begin with. This page is the packages' doc comments, put in this order by\n\n")
	r.printf("    go test ./cmd/weaver -run TestReference -update\n\n")
	r.printf("and without `-update` that fails where the page is not what they say. Its examples are those of the\n")
	r.printf("packages, whose tests compile and run them.\n\n")
	r.contents()
	for _, c := range r.chapters {
		r.printf("\n## %s\n", c.title)
		for _, part := range c.parts {
			heading, section := strings.CutPrefix(part, "# ")
			switch {
			case !section:
				r.entry(strings.Fields(part))
				continue
			case heading != "" && heading != c.title:
				r.printf("\n### %s\n", heading)
			}
			r.blocks(r.symbols["Aspect"].pkg, r.sections[part])
		}
	}
	if len(r.dead) > 0 {
		return nil, fmt.Errorf("doc comments link to what docs/reference.md does not have: %s", strings.Join(r.dead, ", "))
	}
	return r.b.Bytes(), nil
}

// contents writes the table of contents.
func (r *reference) contents() {
	for _, c := range r.chapters {
		var links []string
		for _, part := range c.parts {
			name, section := strings.CutPrefix(part, "# ")
			switch {
			case !section:
				name = strings.Fields(part)[0]
				links = append(links, fmt.Sprintf("[`%s`](#%s)", name, r.anchors[name]))
			case name != "" && name != c.title && r.symbols[name] == nil:
				links = append(links, fmt.Sprintf("[%s](#%s)", name, r.anchors[part]))
			}
		}
		r.printf("- **[%s](#%s)**: %s\n", c.title, r.anchors["## "+c.title], strings.Join(links, " · "))
	}
}

// entry writes what there is about the names below one heading, which a section of the same
// title has in common with them.
func (r *reference) entry(names []string) {
	if r.anchors["# "+names[0]] == "" {
		r.printf("\n### %s\n", names[0])
	}
	for _, name := range names {
		s := r.symbols[name]
		r.printf("\n```go\n%s\n```\n", r.declarations(s))
		r.blocks(s.pkg, s.pkg.Parser().Parse(s.doc).Content)
	}
	for _, name := range names {
		for _, e := range r.symbols[name].examples {
			r.example(e)
		}
	}
}

// declarations returns what declares the symbol, without bodies and what is not exported.
func (r *reference) declarations(s *symbol) string {
	var all []string
	for _, d := range s.decls {
		var b bytes.Buffer
		if err := format.Node(&b, r.fset, d); err != nil {
			panic(fmt.Sprintf("%s was parsed and can not be printed: %v", s.name, err))
		}
		all = append(all, strings.TrimSpace(b.String()))
	}
	text := strings.Join(all, "\n\n")
	return strings.ReplaceAll(text, "struct {\n\t// contains filtered or unexported fields\n}", "struct { /* unexported */ }")
}

// blocks writes paragraphs, code and lists as Markdown. Links to what is on the page stay on it.
func (r *reference) blocks(p *doc.Package, blocks []comment.Block) {
	printer := p.Printer()
	printer.DocLinkURL = func(l *comment.DocLink) string {
		name := strings.TrimPrefix(l.Recv+"."+l.Name, ".")
		return r.link(cmp.Or(l.ImportPath, p.ImportPath), name, l.DefaultURL("https://pkg.go.dev"))
	}
	text := string(printer.Markdown(&comment.Doc{Content: blocks}))
	// Neither package can import the other one, so what they say of it has its address there.
	address := regexp.MustCompile(`\]\(https://pkg\.go\.dev/(` + languagePath + `(?:/hook)?)#([\w.]+)\)`)
	r.printf("\n%s", address.ReplaceAllStringFunc(text, func(at string) string {
		m := address.FindStringSubmatch(at)
		return "](" + r.link(m[1], m[2], "") + ")"
	}))
}

// link returns where the page has what the package calls so, and for other packages the address.
func (r *reference) link(path, name, address string) string {
	switch path {
	case languagePath + "/hook":
		name = "hook." + name
	case languagePath:
	default:
		return address
	}
	of := name[:max(0, strings.LastIndexByte(name, '.'))] // of a field, its type
	anchor := cmp.Or(r.anchors[name], r.anchors[r.typeOf[name]], r.anchors[of])
	if anchor == "" {
		r.dead = append(r.dead, name)
	}
	return "#" + anchor
}

// example writes the example's comment and body, but for the check of the aspect at its end.
func (r *reference) example(e *doc.Example) {
	body := e.Code
	if file, ok := body.(*ast.File); ok { // the only one of its file
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Example"+e.Name {
				body = f.Body
			}
		}
	}
	from, to := r.fset.Position(body.Pos()), r.fset.Position(body.End())
	text := string(r.src[from.Filename][from.Offset+1 : to.Offset-1])
	text, _, _ = strings.Cut(text, "// Output:")
	text = strings.TrimSpace(strings.ReplaceAll(text, "\n\t", "\n"))
	if e.Output == "<nil>\n" {
		text = strings.TrimSpace(strings.TrimSuffix(text, "fmt.Println(instrument.Validate(aspect))"))
	}
	r.printf("\n**Example.**")
	if e.Doc == "" {
		r.printf("\n")
	} else {
		p := r.symbols["Aspect"].pkg
		r.blocks(p, p.Parser().Parse(e.Doc).Content)
	}
	r.printf("\n```go\n%s\n```\n", text)
}

// plainText returns the text of a heading.
func plainText(text []comment.Text) string {
	var b strings.Builder
	for _, t := range text {
		switch t := t.(type) {
		case comment.Plain:
			b.WriteString(string(t))
		case comment.Italic:
			b.WriteString(string(t))
		}
	}
	return b.String()
}
