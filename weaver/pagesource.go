package weaver

import (
	"maps"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/page"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// What became of a package, as page shows it: the lines that are woven, each in pieces, with
// some around them, and the sites that are there.

const pageContext = 3 // lines around those that are woven

// add puts a package on the page.
func (m *pageMaker) add(w *Woven) {
	c := m.in.changed(w)
	if len(c.Files)+len(w.Sites) == 0 {
		name := w.ImportPath
		if c.ForTest != "" {
			name += " (for the tests of " + c.ForTest + ")"
		}
		m.page.Plain = append(m.page.Plain, name)
		return
	}
	out := page.Package{Path: w.ImportPath, Tests: c.ForTest}
	sites := map[string][]placed{} // by the file that was woven
	for i := range w.Sites {
		s := &w.Sites[i]
		at := m.rules[s.rule.ID]
		m.page.Aspects[at[0]].Rules[at[1]].Sites++
		sites[s.of] = append(sites[s.of], placed{s.at, page.Site{Line: s.Line, Func: s.Func, Aspect: at[0], Rule: at[1]}})
	}
	for _, s := range sites[""] {
		out.Whole = append(out.Whole, s.site)
	}
	var added []page.File
	for i := range c.Files {
		f := &c.Files[i]
		file := page.File{Name: f.show, Note: strings.TrimSpace(f.rest)}
		if f.New {
			file.Added = f.Woven
			added = append(added, file)
			continue
		}
		file.Excerpts = excerptsOf(f.file.src, f.file.splices, sites[f.file.of])
		delete(sites, f.file.of)
		out.Files = append(out.Files, file)
	}
	// All that a site changes may be in the generated file.
	for i, f := range w.c.cmd.Files {
		if s := sites[f]; len(s) > 0 {
			out.Files = append(out.Files, page.File{Name: m.in.shown(w, w.src[i].users), Excerpts: excerptsOf(w.c.pkg.Files[i].Src, nil, s)})
		}
	}
	out.Files = append(out.Files, added...)
	m.page.Packages = append(m.page.Packages, out)
}

// A placed is a site in a line of the file that is woven.
type placed struct {
	line int
	site page.Site
}

// excerptsOf returns the lines of a source that are woven, and what is around them.
func excerptsOf(src []byte, splices []weave.Splice, sites []placed) []page.Excerpt {
	lines := linesOf(src)
	woven := wovenLines(lines, splices)
	touched := slices.Collect(maps.Keys(woven))
	for _, s := range sites {
		touched = append(touched, s.line-1)
	}
	slices.Sort(touched)
	var out []page.Excerpt
	end := -1 // of the last excerpt
	for _, n := range touched {
		from, to := max(n-pageContext, 0), min(n+1+pageContext, len(lines))
		if from > end {
			out = append(out, page.Excerpt{First: from + 1})
		} else {
			from = end
		}
		e := &out[len(out)-1]
		for ; from < to; from++ {
			parts := woven[from]
			if parts == nil {
				parts = []page.Part{{Text: strings.TrimRight(lines[from], "\r\n")}}
			}
			e.Lines = append(e.Lines, parts)
		}
		end = from
	}
	for i := range out {
		e := &out[i]
		for _, s := range sites {
			if s.line >= e.First && s.line < e.First+len(e.Lines) {
				e.Sites = append(e.Sites, s.site)
			}
		}
	}
	return out
}

// wovenLines returns the lines in which there are splices, each in pieces, by their numbers
// from 0 on.
func wovenLines(lines []string, splices []weave.Splice) map[int][]page.Part {
	out := map[int][]page.Part{}
	start := 0
	for n, line := range lines {
		at, last := 0, n == len(lines)-1
		for len(splices) > 0 && (last || splices[0].Offset < start+len(line)) {
			s := splices[0]
			splices = splices[1:]
			out[n] = part(out[n], line[at:s.Offset-start], page.Kept)
			out[n] = part(out[n], line[s.Offset-start:s.End-start], page.Removed)
			out[n] = part(out[n], s.Text, page.Inserted)
			at = s.End - start
		}
		if out[n] != nil {
			out[n] = part(out[n], line[at:], page.Kept)
		}
		start += len(line)
	}
	return out
}

// part adds a piece to a line.
func part(line []page.Part, text string, edit page.Edit) []page.Part {
	if text = strings.TrimRight(text, "\r\n"); text == "" {
		return line
	}
	return append(line, page.Part{Text: text, Edit: edit})
}
