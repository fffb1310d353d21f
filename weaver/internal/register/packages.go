package register

import (
	"path/filepath"
	"strings"
)

// A Package is what is needed of a package to weave it without compiling it.
type Package struct {
	ImportPath string // with the variant in brackets
	Name       string
	Dir        string
	Export     string // the archive
	Standard   bool
	DepOnly    bool   // no pattern names it
	ForTest    string // what it was compiled anew for the tests of, or is a test of
	GoFiles    []string
	CgoFiles   []string
	Imports    []string // with their variants, and what cgo's files import
	ImportMap  map[string]string
	Module     *struct{ Path, Version, GoVersion string }
	Error      *struct{ Pos, Err string }
	// CompiledGoFiles are those that the compiler is given, in its order. What the go
	// command makes of sources is named absolutely, in its cache.
	CompiledGoFiles []string
	// IgnoredGoFiles are those that build constraints exclude; like those of tests, they are
	// known of a package that was found.
	IgnoredGoFiles, TestGoFiles, XTestGoFiles []string
	// DefaultPGOFile is the profile beside a main package, if it has one.
	DefaultPGOFile string
}

// Packages returns the packages that fit the patterns and all they import, compiled with
// these flags, imports first. What is wrong with a package is in its Error.
func (g *Go) Packages(flags, patterns []string) ([]*Package, error) {
	const fields = "ImportPath,Name,Dir,Export,Standard,DepOnly,ForTest,GoFiles,CgoFiles,CompiledGoFiles,Imports,ImportMap,Module,DefaultPGOFile,Error"
	var out []*Package
	args := append([]string{"-export", "-compiled", "-deps", "-json=" + fields}, flags...)
	err := list(g, append(append(args, "--"), patterns...), func(p *Package) { out = append(out, p) })
	return out, err
}

// Find returns what is on disk of the packages of these import paths or folders, whatever
// they import. One that is not there has an Error.
func (g *Go) Find(flags, paths []string) ([]*Package, error) {
	const fields = "ImportPath,Name,Dir,Standard,GoFiles,CgoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles,Error"
	var out []*Package
	args := append([]string{"-find", "-json=" + fields}, flags...)
	err := list(g, append(append(args, "--"), paths...), func(p *Package) { out = append(out, p) })
	return out, err
}

// Path returns the import path without the variant.
func (p *Package) Path() string {
	path, _, _ := strings.Cut(p.ImportPath, " ")
	return path
}

// IsMain reports whether it is compiled as a command. One that is tested is a library to its
// tests.
func (p *Package) IsMain() bool { return p.Name == "main" && p.ForTest == "" }

// IsTestMain reports whether it is the program that go test makes of another package, whose
// one file is in the go command's cache.
func (p *Package) IsTestMain() bool {
	return p.IsMain() && strings.HasSuffix(p.ImportPath, ".test") && len(p.GoFiles) == 1 && filepath.IsAbs(p.GoFiles[0])
}
