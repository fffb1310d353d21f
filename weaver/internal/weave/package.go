package weave

import (
	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
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
