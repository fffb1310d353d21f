package weaver

// What the explain command is asked about by a line of a file.

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// findLine returns what is on the line of a file.
func (e *explainCall) findLine(in *inspection, name string, line int) (*subject, error) {
	file := name
	if !filepath.IsAbs(file) {
		file = filepath.Join(in.g.Dir, name)
	}
	for _, p := range in.built() {
		if !sameDir(p.Dir, filepath.Dir(file)) || p.IsTestMain() {
			continue
		}
		f, err := in.finder(p)
		if err != nil {
			return nil, err
		}
		for i, s := range f.src {
			if filepath.Base(s.users) == filepath.Base(file) && !strings.HasPrefix(filepath.Base(s.name), "_cgo_") {
				return f.onLine(i, line)
			}
		}
	}
	if _, err := os.Stat(file); err != nil {
		return nil, &notFoundError{fmt.Sprintf("there is no file %s", name)}
	}
	there, err := in.g.Find(in.tool.plan.Build.Flags, []string{filepath.Dir(file)})
	if err != nil {
		return nil, err
	}
	s := &subject{kind: aFile, name: filepath.Base(file), at: listedPosition{file, line}}
	for _, p := range there {
		all := slices.Concat(p.IgnoredGoFiles, p.TestGoFiles, p.XTestGoFiles)
		if absent := e.absent(in, p); slices.Contains(all, s.name) {
			s.notBuilt = in.leftOut(p, s.name)
			return s, nil
		} else if absent != nil {
			s.notBuilt = absent.notBuilt
			return s, nil
		}
	}
	return nil, &notFoundError{fmt.Sprintf("%s is in no package that the go command knows here", name)}
}

// What is found on a line.
type onLine struct {
	decl   *ast.FuncDecl // that starts there
	named  *subject      // a type, variable, constant or method of an interface that is declared there
	place  bool          // a call, literal or variable is there
	calls  []string      // what is called
	around ast.Node      // the innermost function, or literal of one, that the line is in
}

// look returns what is on the line of the i-th file.
func (f *finder) look(i, line int) *onLine {
	out := &onLine{}
	at := func(pos token.Pos) int { return f.at(i, pos).Line }
	ast.Inspect(f.files[i], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if at(n.Pos()) == line {
				out.decl = n
			}
		case *ast.CallExpr:
			if at(n.Lparen) == line {
				out.place, out.calls = true, append(out.calls, callee(n))
			}
		case *ast.FuncLit, *ast.CompositeLit, *ast.ValueSpec:
			out.place = out.place || at(n.Pos()) == line
		}
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if at(n.Pos()) <= line && line <= at(n.End()) {
				out.around = n
			}
		}
		return n != nil
	})
	for _, d := range f.files[i].Decls {
		for _, s := range f.names(i, d) {
			if out.named == nil && s.kind != aFunction && s.kind != aMethod && s.at.Line == line {
				out.named = s
			}
		}
	}
	return out
}

// onLine returns the function that is declared on the line of the i-th file, the places that
// rules can be about there, or else the innermost function around it.
func (f *finder) onLine(i, line int) (*subject, error) {
	l := f.look(i, line)
	at := fmt.Sprintf("%s:%d", filepath.Base(f.src[i].users), line)
	switch {
	case l.decl != nil:
		return f.function(i, l.decl), nil
	case l.named != nil && len(l.calls) == 0:
		return l.named, nil
	case l.place:
		s := &subject{kind: aLine, name: at, p: f.p, at: listedPosition{f.src[i].users, line}, file: filepath.Base(f.src[i].name), line: line}
		if d, ok := l.around.(*ast.FuncDecl); ok {
			s.name += ", in " + f.function(i, d).name
		}
		if len(l.calls) > 0 {
			s.name += ", with calls of " + strings.Join(l.calls, ", ")
		}
		return s, nil
	}
	switch d := l.around.(type) {
	case *ast.FuncDecl:
		return f.function(i, d), nil
	case *ast.FuncLit:
		return &subject{
			kind: aLiteral, name: "around " + at, p: f.p, at: f.at(i, d.Pos()),
			file: filepath.Base(f.src[i].name), from: f.offset(d.Pos()), to: f.offset(d.End()),
		}, nil
	}
	return nil, &notFoundError{fmt.Sprintf("there is no function, call or declaration at %s; name a line that has one", at)}
}

// callee returns what is called, as it is written.
func callee(c *ast.CallExpr) string {
	switch x := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			return id.Name + "." + x.Sel.Name
		}
		return x.Sel.Name
	}
	return "a function value"
}
