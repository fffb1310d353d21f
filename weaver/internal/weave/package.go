package weave

import (
	"errors"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
)

// whole takes down what rules bring to the package as a whole: files, and packages that
// programs with it need.
func (g *generator) whole(sites []match.Site) {
	for _, s := range sites {
		if s.Rule.Advice == rule.AddFile {
			g.added = append(g.added, s)
		} else {
			g.links = append(g.links, s.Rule.Links...)
		}
	}
}

func (g *generator) empty() bool { return len(g.text) == 0 && !g.mirror }

// addFiles adds the files to the result that type-check in the woven package. The others
// were written for another version of it, so each is a finding with the first error.
func (g *generator) addFiles(res *Result) {
	for len(g.added) > 0 {
		i, err := g.misfit(res)
		if i < 0 {
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
// with, and the error; or -1. An error elsewhere is for the compiler to tell.
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
	err := p.Check(g.goarch, true)
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
	return -1, nil
}
