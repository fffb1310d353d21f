package register

import (
	"fmt"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// Packages that programs need for rules without a hook: what Import names, and what an
// added file is linked to.

// called returns the packages that woven code calls: those of the hooks, and those that
// added files are linked to. One that Import names is only there, so rules may change
// what it needs.
func called(rules []rule.Rule) []string {
	var out []string
	for i := range rules {
		if rules[i].Advice != rule.Import {
			out = append(out, rules[i].Packages()...)
		}
	}
	return out
}

// checkLinks checks the packages that the rule links programs with beside its hook's.
func checkLinks(r *rule.Rule, reader *funcReader) error {
	for _, path := range r.Links {
		q := reader.byPath[path]
		switch why := unusable(q); {
		case why != "" && r.Advice == rule.Import:
			return fmt.Errorf("the package %s can not be imported: %s; add it with go get, or correct the name", path, why)
		case why != "":
			return fmt.Errorf("%s is linked to the package %s, which can not be used: %s; add it with go get, or correct the name", r.File.Name, path, why)
		case q.Name == "main":
			return fmt.Errorf("%s is a command, which can not be imported; move what is needed to a package of its own", path)
		case q.Standard && r.Advice == rule.AddFile:
			return fmt.Errorf("%s is linked to the package %s of the standard library, which does not let others reach it by name; call it from a package of your own", r.File.Name, path)
		}
	}
	return nil
}

// unusable returns why programs can not be linked with the package, or "".
func unusable(q *pkg) string {
	switch {
	case q != nil && q.Dir != "":
		return ""
	case q != nil && q.Error != nil:
		return strings.Join(strings.Fields(q.Error.Err), " ") // it may be of several lines
	}
	return "it is not in the module graph"
}
