package weave

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
)

// fields adds the fields of the rules to one struct, behind its last one. Their types are
// written as aliases, since a splice uses no import of the user's.
func (g *generator) fields(e *edits, sites []match.Site) error {
	st := sites[0].Node.(*ast.StructType)
	text := ""
	for _, s := range sites {
		t, err := g.spellText(s.Rule.Field.Type)
		if err != nil {
			return err
		}
		text += "; " + s.Rule.Field.Name + " " + g.alias(t)
	}
	e.attach(st.Fields.List[len(st.Fields.List)-1].End(), text)
	return nil
}

// typeName matches a name in a type's canonical spelling: with its package before it, if
// it has one.
const typeName = `[^\s\[\](){},*]+`

// spellText returns the type of that canonical spelling as the generated file writes it.
func (g *generator) spellText(t rule.Type) (string, error) {
	var failed error
	out := regexp.MustCompile(typeName).ReplaceAllStringFunc(string(t), func(word string) string {
		dots := ""
		if rest, ok := strings.CutPrefix(word, "..."); ok { // of a variadic parameter
			dots, word = "...", rest
		}
		dot := strings.LastIndexByte(word, '.')
		if dot < 0 {
			if types.Universe.Lookup(word) != nil {
				if err := g.predeclared(word); err != nil {
					failed = err
				}
			}
			return dots + word
		}
		path, name := word[:dot], word[dot+1:]
		if path == g.pkg.Path {
			return dots + name
		}
		if _, imported := g.pkg.Imports.Files[path]; !imported && path != "unsafe" {
			failed = &unspellableError{fmt.Sprintf("the type %s can not be named in this package, which does not import %s", rule.Pretty(t), path)}
		}
		return dots + g.importPkg(path) + "." + name
	})
	return out, failed
}
