package match

import (
	"fmt"
	"go/parser"
	"go/token"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// Packages as a whole. The node of a site is the package's first file, which is not
// changed.

// wholes adds a site for each of the rules, which are about this package.
func (m *matcher) wholes(rules []*rule.Rule) {
	for _, r := range rules {
		m.matched = append(m.matched, r)
		at := m.pkg.Files[0].AST
		if !m.holds(r, at, m.pkg.Files[0]) {
			continue
		}
		if r.Advice == rule.AddFile {
			if m.unit.Compile.Package == "main" && strings.HasSuffix(m.unit.ImportPath, ".test") {
				if m.traced(at) {
					m.refuse(r, at, ofPackage(r, "the main package that go test makes has nothing to add a file to"))
				}
				continue
			}
			if path := m.missing(r.File); path != "" {
				text := fmt.Sprintf("%s is not added, since it imports %s and the package does not; reach what it needs there by //go:linkname", r.File.Name, path)
				m.findings = append(m.findings, Finding{Pos: m.unit.ImportPath, Aspect: r.Aspect, Rule: r.ID, Text: text})
				if m.traced(at) {
					m.refuse(r, at, ofPackage(r, text))
				}
				continue
			}
		}
		m.sites = append(m.sites, Site{Rule: r, File: m.pkg.Files[0], Node: at})
	}
}

// missing returns a package that the file imports and the compiler would not find, or "".
func (m *matcher) missing(f *rule.File) string {
	file, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Source, parser.ImportsOnly)
	if err != nil {
		return "" // it parsed where it was declared
	}
	for _, i := range file.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil || path == "unsafe" {
			continue
		}
		if to, ok := m.pkg.Imports.Map[path]; ok {
			path = to
		}
		if _, ok := m.pkg.Imports.Files[path]; !ok {
			return path
		}
	}
	return ""
}
