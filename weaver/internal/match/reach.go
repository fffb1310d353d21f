package match

import (
	"bytes"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// reaches reports whether the unit, as far as its imports tell, can use what the rule
// names in another package. A function is called by a package that imports its own. A
// struct is also made by one that does not: under the alias that a third package gives
// it, or as an element of a slice that one declares. Then the export data of a package
// that is imported has the path in it, which is looked up in the bytes.
//
// An archive that can not be read may have it: the compiler will say what is wrong.
func (u *Unit) reaches(r *rule.Rule) bool {
	path := r.Target.Pkg
	if _, imported := u.Imports.Files[path]; imported || r.Point != rule.Literal {
		return imported
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
