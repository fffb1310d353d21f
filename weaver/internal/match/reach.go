package match

import (
	"bytes"

	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// reaches reports whether the unit can make a struct of the package, as far as its imports
// tell. It need not import that: a third package may give the type another name, or
// declare a slice of it, whose elements are written without a type. Then the export data of
// that package has the path in it, which is looked up in the bytes.
//
// An archive that can not be read may have it: the compiler will say what is wrong.
func (u *Unit) reaches(path string) bool {
	if _, imported := u.Imports.Files[path]; imported {
		return true
	}
	if known, ok := u.reached[path]; ok {
		return known
	}
	found := false
	for _, file := range u.Imports.Files {
		data, err := toolcmd.ReadMember(file, "__.PKGDEF")
		if err != nil || bytes.Contains(data, []byte(path)) {
			found = true
			break
		}
	}
	if u.reached == nil {
		u.reached = map[string]bool{}
	}
	u.reached[path] = found
	return found
}
