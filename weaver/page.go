package weaver

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/page"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// The report command. An [inspection] has the packages woven, as for a diff; here that and
// the listing of what is registered are put together for package page, which writes them.

// writePage writes a page of what weaving does to packages.
func (c *command) writePage() int {
	line, err := register.ParseCommandLine("weaver report", c.args, os.Getenv("GOFLAGS"))
	if err == nil && line.Own("o") == "" {
		err = errors.New("report writes a file only where it is told to: say -o weave.html before the packages, or -o - for the standard output")
	}
	if err != nil {
		return complain(err, 2)
	}
	g, err := c.goCommand(line.Chdir)
	if err != nil {
		return complain(err, 1)
	}
	file := line.Own("o")
	if file != "-" {
		if !filepath.IsAbs(file) {
			file = filepath.Join(g.Dir, file)
		}
		if err := replaceable(file); err != nil {
			return complain(err, 2)
		}
	}
	in, code := c.inspect(line)
	if in == nil {
		return code
	}
	defer in.close()
	l, code := c.listing(g, line)
	if l == nil {
		return code
	}
	p, code := in.page(l, c.called())
	var b strings.Builder
	if err := p.Write(&b); err != nil {
		return complain(err, 1)
	}
	if file == "-" {
		_, err = io.WriteString(os.Stdout, b.String())
	} else {
		err = register.ReplaceFile(file, []byte(b.String()))
	}
	if err != nil {
		return complain(err, 1)
	}
	if len(p.Packages) == 0 && code == 0 {
		c.notice(in.unchanged())
	}
	return code
}

// listing returns what is registered, or nil and an exit code. A build that is as one before
// does not know all of it, and has said already what there is to say of the registration.
func (c *command) listing(g *register.Go, line *register.CommandLine) (*listing, int) {
	silent := *c
	silent.quiet = true
	reg, code := silent.prepare(g, line, false)
	if reg == nil {
		return nil, code
	}
	l, err := newListing(reg)
	if err != nil {
		return nil, complain(err, 1)
	}
	return l, 0
}

// pageStart is what every page starts with.
const pageStart = "<!doctype html>"

// replaceable returns an error unless the file is a page, or there is none: what is behind -o
// may have been meant for a package, and is the user's then.
func replaceable(file string) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
			return fmt.Errorf("-o %s: there is no such folder; make it first", file)
		}
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("-o %s: it is no file; name one, or say -o - for the standard output", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	start := make([]byte, len(pageStart))
	if n, _ := io.ReadFull(f, start); n > 0 && !strings.EqualFold(string(start[:n]), pageStart) {
		return fmt.Errorf("-o %s: there is such a file, and it is no page; choose another name", file)
	}
	return nil
}

// called returns the call of the command without the file that it writes, which the page is
// the same for.
func (c *command) called() string {
	words := append(slices.Clone(c.assign), "go tool weaver", c.name)
	for i := 0; i < len(c.args); i++ {
		switch flag, _, inline := strings.Cut(c.args[i], "="); {
		case flag != "-o" && flag != "--o":
			words = append(words, c.args[i])
		case !inline:
			i++
		}
	}
	return strings.Join(words, " ")
}

// A pageMaker makes a page of what an inspection finds.
type pageMaker struct {
	in    *inspection
	page  *page.Page
	rules map[string][2]int // by their ID: the aspect, and the rule of that
}

// page returns the page of the packages that were named, and the exit code.
func (in *inspection) page(l *listing, called string) (*page.Page, int) {
	m := &pageMaker{in: in, page: &page.Page{}, rules: map[string][2]int{}}
	m.page.Module = in.session.reg.Module()
	m.facts(called)
	for i := range l.Aspects {
		m.aspect(&l.Aspects[i])
	}
	code := in.each(m.add)
	said := map[page.Finding]bool{}
	for _, err := range in.failed {
		for text := range strings.Lines(err.Error()) {
			m.page.Findings = append(m.page.Findings, page.Finding{Text: strings.TrimSpace(text)})
		}
	}
	for _, f := range in.found {
		out := page.Finding{Place: f.Pos, Aspect: f.Aspect, Text: f.Text}
		if !said[out] {
			said[out] = true
			m.page.Findings = append(m.page.Findings, out)
		}
	}
	return m.page, code
}

// facts says what the page is about.
func (m *pageMaker) facts(called string) {
	reg := m.in.session.reg
	file := m.place(reg.File)
	if reg.Default {
		file = "none: the default list"
	}
	version := ownVersion()
	if version == "" {
		version = "(devel)"
	}
	target := reg.Plan.Build.Target
	m.page.Facts = []page.Fact{
		{Name: "made by", Text: called},
		{Name: "for", Text: target["GOVERSION"] + " " + target["GOOS"] + "/" + target["GOARCH"]},
		{Name: "registered in", Text: file},
		{Name: "weaver", Text: version},
	}
}

func (m *pageMaker) aspect(a *listedAspect) {
	out := page.Aspect{Name: a.Name, Doc: a.Doc, Strict: a.Strict}
	for i := range a.Rules {
		r := &a.Rules[i]
		if _, ok := m.rules[r.id]; !ok {
			m.rules[r.id] = [2]int{len(m.page.Aspects), i}
		}
		advice := string(r.Advice)
		if r.Hook == "" {
			advice = strings.TrimSpace(advice + " " + r.does())
		}
		declared := m.place(r.Declared.File)
		if r.Declared.Line > 0 {
			declared = fmt.Sprintf("%s:%d", declared, r.Declared.Line)
		}
		out.Rules = append(out.Rules, page.Rule{
			Point: string(r.Point) + " " + r.joinPoint(), Advice: advice, Hook: r.Hook, Declared: declared, Problem: r.Problem,
		})
	}
	m.page.Aspects = append(m.page.Aspects, out)
}

// place returns the name of a file, which is the same whoever's machine it is on: from the
// working folder on, or from its module on.
func (m *pageMaker) place(file string) string {
	if rel, err := filepath.Rel(m.in.g.Dir, file); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return m.in.session.reg.Short(file)
}
