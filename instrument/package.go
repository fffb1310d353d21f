package instrument

import (
	"github.com/goweaver/weaver/internal/rule"
)

// A NamedPackage is a join point: a package as a whole. The zero value is not valid.
type NamedPackage struct{ r Rule }

// PackageNamed returns the package of that import path, which is no pattern. A command's
// package is named main, which is every command; Where with [Package] says which.
func PackageNamed(path string) NamedPackage {
	return NamedPackage{Rule{point: rule.Package, target: targetName(path), pos: here()}}
}

// AddFile compiles one more Go file with the package, which can use what the package does
// not export. name is the file's, without a folder, and source its content, which an
// aspect embeds. It is compiled whatever its name says about a platform, and can have
// neither build constraints nor go:embed nor import "C". It imports only what the package
// imports anyway, and unsafe; other functions it reaches as weaver does: a function
// without a body that has a directive
//
//	//go:linkname local import/path.Func
//
// brings that package into every program that has this one, whatever imports what. Until
// that package is initialised the function must not be called.
func (p NamedPackage) AddFile(name, source string) Rule {
	p.r.part.file = &rule.File{Name: name, Source: source}
	return p.r.advise(rule.AddFile, nil, here())
}

// Import brings the package of that path into every program that has this one, for what
// its initialisation does. It is imported by the program's main package. It is of the
// standard library or in the module graph, which an import in a file under "//go:build tools"
// beside the aspect sees to; else the build stops. A hook's own package needs no Import.
func (p NamedPackage) Import(path string) Rule {
	p.r.part.imported = path
	return p.r.advise(rule.Import, nil, here())
}
