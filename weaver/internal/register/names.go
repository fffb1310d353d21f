package register

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/stamp"
)

// What can be named on a command line, for its completion in a shell.

// A Flag is a flag of the go command's.
type Flag struct {
	Name  string
	Value bool // it needs one
}

// Flags returns the flags that a verb, as [ParseCommandLine] has it, takes, sorted, without those that weaver refuses or
// the go command does not tell of.
func Flags(verb string) []Flag {
	known := buildFlags()
	maps.Copy(known, verbFlags(verb))
	var out []Flag
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if known[name]&refused == 0 && name != "i" && !strings.HasPrefix(name, "debug-") {
			out = append(out, Flag{name, known[name]&boolean == 0})
		}
	}
	return out
}

// NeedsValue reports whether the argument is a flag of the verb whose value is the next one.
func NeedsValue(verb, arg string) bool {
	name, found := strings.CutPrefix(strings.Replace(arg, "--", "-", 1), "-")
	return found && slices.Contains(Flags(verb), Flag{name, true})
}

// A PackageName is a package by its import path. Dir is its folder, "" in the standard library.
type PackageName struct{ Path, Dir string }

// keptNames is what is kept of the packages that can be named, with stamps of the module's folders.
type keptNames struct {
	Names   []PackageName  `json:"names"`
	Sources *stamp.Sources `json:"sources"`
}

// PackageNames returns the packages of the working folder's module and of the standard library.
// They are kept in weaver's cache folder.
func (g *Go) PackageNames(cache string) ([]PackageName, error) {
	root := g.Dir
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			return nil, ErrNoModule
		}
		root = filepath.Dir(root)
	}
	env := slices.DeleteFunc(slices.Clone(g.Env), func(kv string) bool { return !decides(kv) })
	slices.Sort(env)
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", g.Program, root, env))
	file := filepath.Join(cache, "names", hex.EncodeToString(key[:16])+".json")
	var n keptNames
	if data, err := os.ReadFile(file); err == nil && json.Unmarshal(data, &n) == nil && n.Sources != nil && !n.Sources.Changed(match.Directed) {
		return n.Names, nil
	}
	n = keptNames{}
	var err error
	if n.Sources, err = stamp.Take(nil, []string{root}, match.Directed, nil); err != nil {
		return nil, err
	}
	there := &Go{Program: g.Program, Dir: root, Env: g.Env}
	err = list(there, []string{"-find", "-json=ImportPath,Dir,Standard", "--", "./...", "std"}, func(q *pkg) {
		switch parts := strings.Split(q.ImportPath, "/"); {
		case !q.Standard:
			n.Names = append(n.Names, PackageName{q.ImportPath, q.Dir})
		case !slices.Contains(parts, "internal") && !slices.Contains(parts, "vendor"):
			n.Names = append(n.Names, PackageName{Path: q.ImportPath})
		}
	})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(n)
	return n.Names, errors.Join(err, plan.WriteFile(file, data))
}
