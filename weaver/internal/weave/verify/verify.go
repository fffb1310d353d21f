// Package verify holds a woven package against what must be true of every one: the
// user's tokens are where they were, and what no rule matched is not touched. It comes
// after weave, in tests of weaver and of aspects; no build runs it.
package verify

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/weave"
)

// A spot is a token with the position that line directives give it.
type spot struct {
	token.Position
	text string
}

// spots returns the tokens of a file in order. The scanner is what the parser reads
// line directives with; offsets are left out of the positions.
func spots(name string, src []byte) (out []spot, offsets []int) {
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out, offsets
		}
		if tok == token.SEMICOLON && lit != ";" {
			continue // the scanner's own
		}
		if lit == "" {
			lit = tok.String()
		}
		p := fset.Position(pos)
		offsets = append(offsets, file.Offset(pos))
		p.Offset = 0
		out = append(out, spot{p, lit})
	}
}

// Moved returns an error if a token of the user's is not in the woven file with its
// own file and line, in its own order, unless weaving takes it out.
func Moved(p *source.Package, sites []match.Site, res *weave.Result) error {
	taken := gone(p, sites)
	for f, woven := range res.Files {
		abs, err := filepath.Abs(f.Name)
		if err != nil {
			return err
		}
		was, offsets := spots(abs, f.Src)
		is, _ := spots(abs, woven)
		at := 0
		for i, w := range was {
			if taken[f][offsets[i]] {
				continue
			}
			from := at
			for at < len(is) && !same(w, is[at]) {
				at++
			}
			if at == len(is) {
				return fmt.Errorf("%q is at %v in the user's file, and not in the woven one, where after the token before it comes %v", w.text, w.Position, is[from:min(from+8, len(is))])
			}
			at++
		}
		if err := calledElsewhere(p, f, sites, is); err != nil {
			return err
		}
	}
	return nil
}

// calledElsewhere returns an error if a replaced method call is no longer on the
// line of its opening parenthesis, which is the one that a trace has for a call.
func calledElsewhere(p *source.Package, f *source.File, sites []match.Site, woven []spot) error {
	for _, s := range sites {
		if s.File != f || s.Call == nil || s.Method == nil || s.Rule.Advice != rule.Replace {
			continue
		}
		at := p.Position(s.Call.Lparen)
		if !slices.ContainsFunc(woven, func(w spot) bool { return w.text == "(" && w.Filename == at.Filename && w.Line == at.Line }) {
			return fmt.Errorf("the call of %s at %v is on another line", s.Func.Name(), at)
		}
	}
	return nil
}

// same compares two tokens. What is inserted in front of one moves its column.
func same(user, woven spot) bool {
	return user.text == woven.text && user.Filename == woven.Filename && user.Line == woven.Line
}

// Untouched returns an error if a file without a site was changed.
func Untouched(sites []match.Site, res *weave.Result) error {
	woven := map[*source.File]bool{}
	for _, s := range sites {
		woven[s.File] = true
	}
	for f := range res.Files {
		if !woven[f] {
			return fmt.Errorf("%s has no site and was changed", f.Name)
		}
	}
	return nil
}

// gone returns the offsets of the tokens that weaving at the sites takes out: blank
// names that it fills in, the name of an enclosed function, and what makes a
// selected method of a replaced call or of a reference.
func gone(p *source.Package, sites []match.Site) map[*source.File]map[int]bool {
	out := map[*source.File]map[int]bool{}
	for _, s := range sites {
		if out[s.File] == nil {
			out[s.File] = map[int]bool{}
		}
		at := out[s.File]
		if s.Rule.Point == rule.Body {
			if s.Lit == nil && s.Rule.Advice == rule.Enclose {
				at[p.Offset(s.Decl.Name.Pos())] = true
			}
			for _, list := range lists(s) {
				for _, id := range names(list) {
					if id.Name == "_" {
						at[p.Offset(id.Pos())] = true
					}
				}
			}
			continue
		}
		switch m := s.Method; {
		case m == nil, m.Expression, s.Call != nil && s.Rule.Advice != rule.Replace && (s.Rule.Advice != rule.Wrap || s.Statement != match.Go):
			continue
		case s.Call != nil && !s.Spread:
			at[p.Offset(s.Call.Lparen)] = true
			for fun := s.Call.Fun; fun != m.Selector; fun = fun.(*ast.ParenExpr).X {
				paren := fun.(*ast.ParenExpr)
				at[p.Offset(paren.Lparen)], at[p.Offset(paren.Rparen)] = true, true
			}
		}
		from, to := p.Offset(s.Method.Selector.X.End()), p.Offset(s.Method.Selector.Sel.Pos())
		at[to] = true
		for i, c := range s.File.Src[from:to] {
			if c == '.' { // in a comment it is no token, and allowing for it does no harm
				at[from+i] = true
			}
		}
	}
	return out
}

// lists returns the receiver, parameters and results of the site's function.
func lists(s match.Site) []*ast.FieldList {
	if s.Lit != nil {
		return []*ast.FieldList{s.Lit.Type.Params, s.Lit.Type.Results}
	}
	return []*ast.FieldList{s.Decl.Recv, s.Decl.Type.Params, s.Decl.Type.Results}
}

func names(list *ast.FieldList) []*ast.Ident {
	var out []*ast.Ident
	if list != nil {
		for _, f := range list.List {
			out = append(out, f.Names...)
		}
	}
	return slices.Clip(out)
}
