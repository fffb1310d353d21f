package register

import (
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	gotypes "go/types"
	"path/filepath"
	"testing"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/register/testdata/types"
)

const typesPath = "github.com/goweaver/weaver/weaver/internal/register/testdata/types"

// Package instrument spells the types of a hook that is given by value, this package
// those of one given by name, and package match those of targets. A rule binds where
// the spellings are equal, so all three have to agree.
func TestSpellersAgree(t *testing.T) {
	spellers := newSpellers(t)
	for name, hook := range map[string]any{
		"Basic": types.Basic, "Names": types.Names, "Packages": types.Packages, "Own": types.Own, "Aliases": types.Aliases,
		"Channels": types.Channels, "Functions": types.Functions, "Grouped": types.Grouped, "Parens": types.Parens,
		"Empty": types.Empty, "Generic": types.Generic, "Exit": types.Exit, "GenericArgs": types.GenericArgs,
		"Lengths": types.Lengths, "Receives": types.Receives, "OwnAliases": types.OwnAliases, "OwnExit": types.OwnExit,
	} {
		t.Run(name, func(t *testing.T) { spellers.compare(t, name, hook) })
	}
}

// A hook that stands in the place of a function may be variadic as that is.
func TestVariadicHook(t *testing.T) {
	f := rule.Func{Pkg: typesPath, Name: "Variadic"}
	if sig, err := newSpellers(t).reader.signature(f, rule.Replace); err != nil || !sig.Variadic {
		t.Errorf("Replace: got %v, %v", sig, err)
	}
	want := "types.Variadic is variadic; take the values as a slice"
	if _, err := newSpellers(t).reader.signature(f, rule.Before); err == nil || err.Error() != want {
		t.Errorf("Before: got %v, want %s", err, want)
	}
}

// What the syntax of a hook does not tell is an error, or taken as it is written.
func TestSpelledFromSyntax(t *testing.T) {
	spellers := newSpellers(t)
	_, err := spellers.reader.signature(rule.Func{Pkg: typesPath, Name: "Constant"}, rule.Before)
	if want := "types.Constant: the length of an array in its signature is not a number; write the number"; err == nil || err.Error() != want {
		t.Errorf("a named length: got %v, want %s", err, want)
	}
	sig, err := spellers.reader.signature(rule.Func{Pkg: typesPath, Name: "ForeignAlias"}, rule.Before)
	if err != nil || sig.Type() != "func(os.FileMode)" {
		t.Errorf("an alias of another package: got %v, %v", sig, err)
	}
}

type spellers struct {
	reader *funcReader
	scope  *gotypes.Scope
}

func newSpellers(t *testing.T) *spellers {
	t.Helper()
	all, err := listClosure(offline("."), nil, []string{typesPath})
	if err != nil {
		t.Fatal(err)
	}
	reader := &funcReader{byPath: map[string]*pkg{}, parsed: map[string]*funcPkg{}}
	for _, p := range all {
		reader.byPath[p.ImportPath] = p
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range reader.byPath[typesPath].GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join("testdata", "types", name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	conf := gotypes.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	checked, err := conf.Check(typesPath, fset, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &spellers{reader, checked.Scope()}
}

func (s *spellers) compare(t *testing.T, name string, hook any) {
	byMatch := match.Signature(s.scope.Lookup(name).(*gotypes.Func)).Type()
	bySource, err := s.reader.signature(rule.Func{Pkg: typesPath, Name: name}, rule.Before)
	if err != nil {
		t.Errorf("register: %v", err)
	} else if bySource.Type() != byMatch {
		t.Errorf("register spells\n%s\nmatch\n%s", bySource.Type(), byMatch)
	}
	out, err := instrument.Describe(&instrument.Aspect{Name: "a", Rules: []instrument.Rule{
		instrument.CallNamed("example.com/p.F").Replace(hook),
	}})
	if err != nil {
		t.Fatal(err)
	}
	var aspects []rule.Aspect
	if err := json.Unmarshal(out, &aspects); err != nil {
		t.Fatal(err)
	}
	byValue := aspects[0].Rules[0].HookSig
	if byValue.Type() != byMatch {
		t.Errorf("instrument spells\n%s\nmatch\n%s", byValue.Type(), byMatch)
	}
	if err == nil && bySource != nil && (byValue.LastResult == nil) != (bySource.LastResult == nil) {
		t.Errorf("instrument and register differ on whether the last result is a function")
	}
}
