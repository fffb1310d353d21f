package page

import (
	"fmt"
	"path"
	"strings"
)

// What stands in the holes of the frame.

func (w *writer) summary() {
	sites, packages, rules, used := 0, 0, 0, 0
	for i := range w.page.Packages {
		if n := w.page.Packages[i].sites(); n > 0 {
			sites += n
			packages++
		}
	}
	for _, a := range w.page.Aspects {
		rules += len(a.Rules)
		for _, r := range a.Rules {
			if r.Sites > 0 {
				used++
			}
		}
	}
	w.printf(`<a href="#packages"><b>%d</b> %s</a> in <b>%d</b> of %s`,
		sites, plural(sites, "site"), packages, count(len(w.page.Packages)+len(w.page.Plain), "package"))
	w.printf(`, by <a href="#aspects"><b>%d</b> of %s</a> of %s.`, used, count(rules, "rule"), count(len(w.page.Aspects), "aspect"))
	if n := len(w.page.Findings); n > 0 {
		w.printf(` <a class="warn" href="#findings"><b>%d</b> %s</a>.`, n, plural(n, "finding"))
	}
}

func plural(n int, what string) string {
	_, text, _ := strings.Cut(count(n, what), " ")
	return text
}

func (w *writer) facts() {
	for _, f := range w.page.Facts {
		w.printf("<div><dt>%s</dt><dd>%s</dd></div>\n", f.Name, f.Text)
	}
}

// missing writes what is not woven: findings, rules that match nothing, and packages that
// have nothing in them for a rule.
func (w *writer) missing() {
	if len(w.page.Findings) == 0 {
		w.markup("<p>No findings: all that was asked for in these packages could be woven.</p>\n")
	} else {
		w.markup("<ul class=\"findings\">\n")
		for _, f := range w.page.Findings {
			w.printf("<li><code>%s</code> <b>%s</b> <span>%s</span></li>\n", f.Place, f.Aspect, f.Text)
		}
		w.markup("</ul>\n")
	}
	n := 0
	for _, a := range w.page.Aspects {
		for _, r := range a.Rules {
			if r.Sites == 0 {
				n++
			}
		}
	}
	if n > 0 {
		w.printf("<details><summary>%s that %s nothing here</summary>\n<ul>\n", count(n, "rule"), verb(n, "match"))
		for i, a := range w.page.Aspects {
			for j, r := range a.Rules {
				if r.Sites == 0 {
					w.printf("<li><a href=\"#%s\"><b>%s</b> <code>%s</code></a></li>\n", ruleID(i, j), a.Name, r.Point)
				}
			}
		}
		w.markup("</ul>\n</details>\n")
	}
	if n := len(w.page.Plain); n > 0 {
		w.printf("<details><summary>%s that weaving does not change</summary>\n<ul>\n", count(n, "package"))
		for _, p := range w.page.Plain {
			w.printf("<li><code>%s</code></li>\n", p)
		}
		w.markup("</ul>\n</details>\n")
	}
	w.markup("<p><code>go tool weaver explain</code> with a function, a <code>file.go:line</code> or a package says of each rule why it matches there or not.</p>\n")
}

// verb returns a verb in the number of its subject.
func verb(n int, what string) string {
	if n == 1 {
		return what + "es"
	}
	return what
}

func ruleID(aspect, rule int) string { return fmt.Sprintf("r%d.%d", aspect+1, rule+1) }

// bar writes a bar as long as n of most.
func (w *writer) bar(n, most int) {
	w.printf(`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="%.1f" height="1"/></svg>`, 100*float64(n)/float64(max(most, 1)))
}

func (w *writer) aspects() {
	most := 0
	for i := range w.page.Aspects {
		most = max(most, w.page.Aspects[i].sites())
	}
	for i := range w.page.Aspects {
		a := &w.page.Aspects[i]
		w.printf("<li>\n<details><summary><h3>%s</h3>", a.Name)
		w.bar(a.sites(), most)
		w.printf(`<span class="count">%s</span><span class="doc">%s</span>`, count(a.sites(), "site"), a.Doc)
		w.markup("</summary>\n")
		if a.Strict {
			w.markup("<p>Strict: what it can not weave stops the build.</p>\n")
		}
		w.markup("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Join point</th><th scope=\"col\">Advice</th>" +
			"<th scope=\"col\">Declared</th><th scope=\"col\">Sites</th></tr></thead>\n<tbody>\n")
		for j := range a.Rules {
			w.rule(a.Name, ruleID(i, j), &a.Rules[j])
		}
		w.markup("</tbody>\n</table></div>\n</details>\n</li>\n")
	}
}

func (w *writer) rule(aspect, id string, r *Rule) {
	w.printf(`<tr id="%s" tabindex="-1"><td><code>%s</code>`, id, r.Point)
	if r.Problem != "" {
		w.printf(`<p class="warn">%s</p>`, r.Problem)
	}
	w.printf(`</td><td>%s <code>%s</code></td><td><code>%s</code></td><td class="count">`, r.Advice, r.Hook, r.Declared)
	if r.Sites == 0 {
		w.markup("0")
	} else {
		w.printf(`<a href="#packages" data-find="%s" title="Show these sites">%d</a>`, aspect+" "+r.Declared, r.Sites)
	}
	w.markup("</td></tr>\n")
}

// few is how many sites are shown without being asked for.
const few = 30

func (w *writer) packages() {
	packages := w.page.bySites()
	most, all := 0, 0
	for i := range packages {
		most = max(most, packages[i].sites())
		all += packages[i].sites()
	}
	for i := range packages {
		p := &packages[i]
		w.printf("<li data-sites=\"%d\">\n<details", p.sites())
		if all <= few {
			w.markup(" open")
		}
		w.printf("><summary><h3>%s</h3>", p.Path)
		w.bar(p.sites(), most)
		w.printf(`<span class="count">%s</span>`, count(p.sites(), "site"))
		if p.Tests != "" {
			w.printf(`<span class="doc">for the tests of %s</span>`, p.Tests)
		}
		w.markup("</summary>\n")
		if len(p.Whole) > 0 {
			w.markup("<section class=\"file\">\n<h4>the package as a whole</h4>\n<article>\n")
			w.sites(p.Whole, "")
			w.markup("</article>\n</section>\n")
		}
		for j := range p.Files {
			w.file(&p.Files[j])
		}
		w.markup("</details>\n</li>\n")
	}
}

func (w *writer) file(f *File) {
	if f.Added != "" {
		w.printf("<details class=\"file\"><summary><h4>%s</h4> <span class=\"doc\">%s</span></summary>\n<pre>",
			f.Name, strings.TrimPrefix(f.Note+", "+count(strings.Count(f.Added, "\n"), "line"), ", "))
		for line := range strings.Lines(f.Added) {
			w.text(strings.TrimRight(line, "\r\n"))
			w.markup("\n")
		}
		w.markup("</pre>\n</details>\n")
		return
	}
	w.printf("<section class=\"file\">\n<h4>%s</h4>", f.Name)
	if f.Note != "" {
		w.printf(` <span class="doc">%s</span>`, f.Note)
	}
	w.markup("\n")
	for i := range f.Excerpts {
		e := &f.Excerpts[i]
		w.markup("<article>\n")
		w.sites(e.Sites, path.Base(f.Name))
		w.lines(e)
		w.markup("</article>\n")
	}
	w.markup("</section>\n")
}

// sites writes a list of sites in the file.
func (w *writer) sites(sites []Site, file string) {
	if len(sites) == 0 {
		return // what is changed here is of a site above or below
	}
	w.markup("<ul class=\"sites\">\n")
	for _, s := range sites {
		a := &w.page.Aspects[s.Aspect]
		r := &a.Rules[s.Rule]
		w.printf(`<li><a href="#%s"><b>%s</b> %s</a>`, ruleID(s.Aspect, s.Rule), a.Name, strings.TrimSpace(r.Advice+" "+r.Hook[strings.LastIndexByte(r.Hook, '/')+1:]))
		if file != "" {
			w.printf(` <code>%s</code> <span class="place">%s:%d</span>`, s.Func, file, s.Line)
		}
		w.markup("</li>\n")
	}
	w.markup("</ul>\n")
}

// lines writes the lines of an excerpt: below each that is woven, what becomes of it.
func (w *writer) lines(e *Excerpt) {
	w.printf("<ol class=\"source\" start=\"%d\">\n", e.First)
	for _, parts := range e.Lines {
		woven := len(parts) > 1 || len(parts) == 1 && parts[0].Edit != Kept
		w.markup("<li>")
		for _, p := range parts {
			if p.Edit != Inserted {
				w.text(p.Text)
			}
		}
		if woven {
			w.markup(`<div><span class="unseen">woven: </span>`)
			for _, p := range parts {
				w.part(p)
			}
			w.markup("</div>")
		}
		w.markup("</li>\n")
	}
	w.markup("</ol>\n")
}

func (w *writer) part(p Part) {
	switch {
	case p.Text == "":
	case p.Edit == Inserted:
		w.printf("<ins>%s</ins>", p.Text)
	case p.Edit == Removed:
		w.printf("<del>%s</del>", p.Text)
	default:
		w.text(p.Text)
	}
}

// text writes a piece of source.
func (w *writer) text(text string) {
	head, tail, cut := shorten(text)
	w.printf("%s", head)
	if cut > 0 {
		w.printf("<i> … %d bytes … </i>%s", cut, tail)
	}
}
