package weaver

import (
	"fmt"
	"strings"
)

// A statTable is what diff -stat prints: of each package its files, with what was woven
// there, and below them all the sums.
type statTable struct {
	rows                          []statRow
	packages, changed, new, sites int
}

// A statRow is a file, or with no text behind it a package.
type statRow struct{ name, text string }

func (t *statTable) add(p *changed) {
	if len(p.Files) == 0 {
		return
	}
	name := p.Package
	if p.ForTest != "" {
		name += " (test)"
	}
	t.packages++
	t.sites += len(p.Sites)
	t.rows = append(t.rows, statRow{name: fmt.Sprintf("%s: %s", name, count(len(p.Sites), "site"))})
	for _, f := range p.Files {
		row := statRow{name: f.show}
		if f.New {
			t.new++
			row.text = "new, " + count(len(linesOf([]byte(f.Woven))), "line")
		} else {
			t.changed++
			n := 0
			for _, s := range p.Sites {
				if s.File == f.Path {
					n++
				}
			}
			row.text = count(n, "site")
		}
		t.rows = append(t.rows, row)
	}
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func (t *statTable) text() string {
	if t.packages == 0 {
		return ""
	}
	width := 0
	for _, r := range t.rows {
		if r.text != "" {
			width = max(width, len(r.name))
		}
	}
	var b strings.Builder
	for _, r := range t.rows {
		if r.text == "" {
			b.WriteString(r.name + "\n")
		} else {
			fmt.Fprintf(&b, " %-*s | %s\n", width, r.name, r.text)
		}
	}
	fmt.Fprintf(&b, "%s: %s changed, %d new, %s\n", count(t.packages, "package"), count(t.changed, "file"), t.new, count(t.sites, "site"))
	return b.String()
}
