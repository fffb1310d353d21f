// Package page writes what weaving does to packages as a page of HTML: one file with all that
// it shows in it, which asks no server for anything and can be read without its script, by
// keyboard, in light and in dark.
//
// Before it comes the report command, which has packages woven and puts what became of them
// into a [Page]; behind it is a browser. The markup is written by functions that take it as
// constants alone, and escape all else (markup.go), and not by package html/template: that
// would be linked into weaver, and initialised whenever weaver starts.
package page

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"
	"slices"
	"strings"
)

// The frame of the page has names in double braces where something is to stand.
//
//go:embed page.html
var frame string

//go:embed page.css
var style string

//go:embed page.js
var script string

// A Page is what is shown. Texts may be of any bytes.
type Page struct {
	Module   string // whose build it is
	Facts    []Fact // about that
	Aspects  []Aspect
	Packages []Package // that weaving changes
	Plain    []string  // those that it does not
	Findings []Finding
}

// A Fact is a line about the build.
type Fact struct{ Name, Text string }

// An Aspect is shown with all its rules.
type Aspect struct {
	Name, Doc string
	Strict    bool
	Rules     []Rule
}

// A Rule is one of an aspect's.
type Rule struct {
	Point    string // where: the join point
	Advice   string // what happens there
	Hook     string // import/path.Func, "" if there is none
	Declared string // file:line
	Problem  string // why it can not be woven anywhere, or ""
	Sites    int
}

// A Package is one that weaving changes. It has no site where that is an added file alone, such
// as the imports of a command and the flag that a hook package is given.
type Package struct {
	Path  string
	Tests string // the package whose tests it is compiled for, if it is
	Whole []Site // what is woven into the package, and at no line
	Files []File
}

// A File is one that weaving changes or adds.
type File struct {
	Name     string
	Note     string    // what is to be known of it, such as that cgo made it
	Excerpts []Excerpt // in order
	Added    string    // all of it, if it is added
}

// An Excerpt is some lines of a file, and what is woven there.
type Excerpt struct {
	First int // the number of the first line
	Lines [][]Part
	Sites []Site
}

// A Part is a piece of a line.
type Part struct {
	Text string // without the line's end
	Edit Edit
}

// An Edit says what weaving does with a piece of a line.
type Edit int

// What is of the user's source is kept or removed, what is woven kept or inserted.
const (
	Kept Edit = iota
	Removed
	Inserted
)

// A Site is a place at which a rule is woven.
type Site struct {
	Line         int
	Func         string // the declared function that it is in, if it is in a file
	Aspect, Rule int    // which of the page's aspects, and which of the aspect's rules
}

// A Finding is something that could not be woven.
type Finding struct{ Place, Aspect, Text string }

// Write writes the page. The same page is always the same bytes.
func (p *Page) Write(w io.Writer) error {
	out := &writer{w: bufio.NewWriter(w), page: p}
	holes := map[string]func(){
		"style":       func() { out.markup(markup(style)) },
		"script":      func() { out.markup(markup(script)) },
		"style hash":  func() { out.printf("%s", digest(style)) },
		"script hash": func() { out.printf("%s", digest(script)) },
		"module":      func() { out.printf("%s", p.Module) },
		"summary":     out.summary,
		"facts":       out.facts,
		"missing":     out.missing,
		"packages":    out.packages,
		"aspects":     out.aspects,
	}
	rest := frame
	for {
		before, after, more := strings.Cut(rest, "{{")
		out.markup(markup(before))
		if !more {
			break
		}
		name, behind, _ := strings.Cut(after, "}}")
		holes[name]()
		rest = behind
	}
	return out.w.Flush()
}

// digest returns what a content security policy names a style or script by, that it allows.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// sites returns how many sites the package has.
func (p *Package) sites() int {
	n := len(p.Whole)
	for _, f := range p.Files {
		n += f.sites()
	}
	return n
}

func (f *File) sites() int {
	n := 0
	for _, e := range f.Excerpts {
		n += len(e.Sites)
	}
	return n
}

func (a *Aspect) sites() int {
	n := 0
	for _, r := range a.Rules {
		n += r.Sites
	}
	return n
}

// bySites returns the packages, those with most sites first.
func (p *Page) bySites() []Package {
	return slices.SortedStableFunc(slices.Values(p.Packages), func(a, b Package) int {
		return cmp.Or(cmp.Compare(b.sites(), a.sites()), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Tests, b.Tests))
	})
}
