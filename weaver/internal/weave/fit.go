package weave

import (
	"errors"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// Two things that rules bring to a package may not go with the rest of it: a file was
// written for another version of the package, and a constant decides what compiles, by
// the length of an array or the cases of a switch. So the woven package is type-checked
// where there is one of them.

// fit adds the files of the rules to the result. One that the package does not type-check
// with is a finding with the first error, and left out. If it is the package's own source
// that does not, the error is the result's.
func (g *generator) fit(res *Result) {
	for len(g.added)+len(g.consts) > 0 {
		i, err := g.misfit(res)
		if i < 0 {
			res.unfit = err
			break
		}
		s := g.added[i]
		g.added = slices.Delete(g.added, i, i+1)
		res.Woven = slices.DeleteFunc(res.Woven, func(w match.Site) bool { return w.Rule == s.Rule })
		res.Findings = append(res.Findings, match.Finding{Pos: g.pkg.Path, Aspect: s.Rule.Aspect, Rule: s.Rule.ID, Text: fmt.Sprintf(
			"%s is not added, since it does not fit the package: %v; correct the file", s.Rule.File.Name, err)})
	}
	for _, s := range g.added {
		res.Added = append(res.Added, *s.Rule.File)
		g.links = append(g.links, s.Rule.Links...)
	}
}

// misfit returns the index of the first added file that the package does not type-check
// with, and the error; or -1 and the error in the package's own files, nil if there is
// none.
func (g *generator) misfit(res *Result) (int, error) {
	p := g.pkg.With(nil)
	for _, f := range g.pkg.Files {
		src := f.Src
		if woven, ok := res.Files[f]; ok {
			src = woven
		}
		p.Files = append(p.Files, &source.File{Name: f.Name, Src: src})
	}
	if res.Generated != nil {
		p.Files = append(p.Files, &source.File{Name: "weaver.go", Src: res.Generated})
	}
	first := len(p.Files)
	for _, s := range g.added {
		p.Files = append(p.Files, &source.File{Name: s.Rule.File.Name, Src: []byte(s.Rule.File.Source)})
	}
	if p.Parse() != nil {
		return -1, nil
	}
	err := p.CheckAll(g.goarch)
	var e types.Error
	if !errors.As(err, &e) {
		return -1, nil
	}
	for i, f := range p.Files[first:] {
		if f.AST.FileStart <= e.Pos && e.Pos <= f.AST.FileEnd {
			at := p.Fset.PositionFor(e.Pos, false)
			return i, fmt.Errorf("%s:%d: %s", filepath.Base(at.Filename), at.Line, e.Msg)
		}
	}
	return -1, fmt.Errorf("%s: %s", p.Place(e.Pos), e.Msg)
}

// unfit returns the mistakes that the package does not type-check with the constants that
// rules set, or nil. Where each of several constants could be left out to mend it, all of
// them are told.
func unfit(p *source.Package, goarch string, sites []match.Site, res *Result) error {
	if res.unfit == nil {
		return nil
	}
	if _, plain := newGenerator(p, goarch).misfit(&Result{}); plain != nil {
		return nil // a mistake of the user's, which the compiler tells
	}
	blamed := func(alone bool) []error {
		var out []error
		for _, s := range res.Woven {
			if s.Const == nil {
				continue
			}
			others := slices.DeleteFunc(slices.Clone(sites), func(o match.Site) bool { return o.Node == s.Node })
			if !alone || weave(p, goarch, others).unfit == nil {
				out = append(out, match.Unfit(p, s, res.unfit))
			}
		}
		return out
	}
	errs := blamed(true)
	if errs == nil {
		errs = blamed(false)
	}
	return errors.Join(errs...)
}
