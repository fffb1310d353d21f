package weaver

import (
	"fmt"

	"github.com/goweaver/weaver/weaver/internal/report"
)

// How often each rule of a listing is woven in packages, and in what they import.

// A listedSites counts the places at which a rule is woven.
type listedSites struct {
	Named    int `json:"named"`    // in the packages that were named
	Imported int `json:"imported"` // in all others that they are built with, directly or not
}

// text returns the counts for people, "" if there are none.
func (s *listedSites) text() string {
	switch {
	case s == nil:
		return ""
	case s.Imported > 0:
		return fmt.Sprintf("%d, and %d in what these packages import", s.Named, s.Imported)
	}
	return fmt.Sprint(s.Named)
}

// count gives each rule of the listing its number of sites, unless one of the packages can not
// be built, and returns the exit code. What only is imported is not woven again: its archives
// say what was woven in them.
func (in *inspection) count(l *listing) (code int, err error) {
	named, imported := map[string]int{}, map[string]int{}
	seen := map[string]bool{} // of the variants of a package one counts
	code = in.each(func(w *Woven) {
		seen[w.ImportPath] = true
		for _, s := range w.Sites {
			named[s.rule.ID]++
		}
	})
	if code != 0 {
		return code, nil
	}
	for _, p := range in.packages {
		if !p.DepOnly || p.Export == "" || seen[p.Path()] {
			continue
		}
		seen[p.Path()] = true
		rec, err := report.Kept(p.Export)
		if err != nil {
			return 1, err
		}
		for id, n := range rec.Sites {
			imported[id] += n
		}
	}
	for i := range l.Aspects {
		for j := range l.Aspects[i].Rules {
			r := &l.Aspects[i].Rules[j]
			r.Sites = &listedSites{named[r.id], imported[r.id]}
		}
	}
	return code, nil
}
