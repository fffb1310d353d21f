package main

import (
	"fmt"
	"slices"
	"strings"
)

const hooksSource = `// Package hooks has the hooks that are woven. They count, so that it shows whether they are.
package hooks

import "github.com/goweaver/weaver/instrument/hook"

var calls int

// Calls returns how many calls of hooks there were.
func Calls() int { return calls }

// Enter runs at entry.
func Enter(*hook.Func) { calls++ }

// Passed is given the results of a call.
func Passed(n int, err error) (int, error) {
	calls++
	return n, err
}
`

// mainSource returns the command, which calls each function of the module once.
func mainSource(top []int) string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/scale/hooks\"\n")
	for _, i := range top {
		fmt.Fprintf(&b, "\t%q\n", path(i))
	}
	b.WriteString(")\n\nfunc main() {\n\tseen := map[string]bool{}\n")
	for _, i := range top {
		fmt.Fprintf(&b, "\t%s.All(seen)\n", name(i))
	}
	b.WriteString("\tfmt.Println(len(seen), hooks.Calls())\n}\n")
	return b.String()
}

// packageSource returns the code of a package: a type with methods, functions of four
// kinds, and All, by which all of them are called.
func packageSource(s size, i int, imports []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// Package %s is generated.\npackage %[1]s\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n\t\"sort\"\n\t\"strconv\"\n\t\"strings\"\n\n", name(i))
	imports = slices.Compact(slices.Sorted(slices.Values(imports)))
	for _, to := range imports {
		fmt.Fprintf(&b, "\t%q\n", path(to))
	}
	fmt.Fprintf(&b, `)

// A Store keeps what the functions have found.
type Store struct {
	names map[string]int
	last  error
}

func (s *Store) put(name string, n int, err error) {
	if s.names == nil {
		s.names = make(map[string]int)
	}
	s.names[name] += n
	s.last = errors.Join(s.last, err)
}

// Rare is what rules about one place are about.
func Rare(n int) (int, error) {
	if n < 0 {
		return 0, fmt.Errorf("%s: %%d", n)
	}
	return n + edited, nil
}

`, name(i))
	var calls strings.Builder
	for f := range s.Functions {
		called := fmt.Sprintf("Run%d", f)
		if f < s.Matches {
			called = fmt.Sprintf("Do%d", f)
		}
		fmt.Fprintf(&b, kinds()[f%len(kinds())], called, f+1)
		fmt.Fprintf(&calls, "\tn, err = %s(len(seen), %q)\n\ts.put(%[1]q, n, err)\n", called, name(i))
	}
	fmt.Fprintf(&b, "// All calls each function of the package, and of those that it imports, once.\nfunc All(seen map[string]bool) {\n\tif seen[%q] {\n\t\treturn\n\t}\n\tseen[%[1]q] = true\n", name(i))
	for _, to := range imports {
		fmt.Fprintf(&b, "\t%s.All(seen)\n", name(to))
	}
	fmt.Fprintf(&b, "\tvar s Store\n\tn, err := Rare(len(seen))\n\ts.put(\"Rare\", n, err)\n%s\tif s.last != nil {\n\t\tpanic(s.last)\n\t}\n}\n", &calls)
	return b.String()
}

// kinds returns the functions that packages consist of, for a name and a number.
func kinds() []string {
	return []string{`// %[1]s joins words.
func %[1]s(n int, word string) (int, error) {
	var b strings.Builder
	for i := range n %% 7 {
		b.WriteString(word)
		b.WriteString(strconv.Itoa(i*%[2]d + edited))
	}
	return b.Len(), nil
}

`, `// %[1]s counts letters.
func %[1]s(n int, word string) (int, error) {
	counts := map[rune]int{}
	for _, r := range strings.ToUpper(word) {
		counts[r] += %[2]d
	}
	var letters []string
	for r, c := range counts {
		letters = append(letters, fmt.Sprint(string(r), c+edited))
	}
	sort.Strings(letters)
	return len(strings.Join(letters, " ")) + n, nil
}

`, `// %[1]s reads a number.
func %[1]s(n int, word string) (int, error) {
	digits := strings.TrimLeft(word, "p")
	value, err := strconv.Atoi(digits)
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		return 0, fmt.Errorf("%[1]s: %%q: %%w", word, err)
	case err != nil:
		return 0, err
	case value > n+edited:
		return value %% %[2]d, nil
	}
	return value, nil
}

`, `// %[1]s sorts numbers.
func %[1]s(n int, word string) (int, error) {
	values := make([]int, 0, len(word))
	for i, c := range word {
		values = append(values, int(c)*%[2]d-i*edited)
	}
	sort.Slice(values, func(i, j int) bool { return values[i] < values[j] })
	if at := sort.SearchInts(values, n); at < len(values) {
		return values[at], nil
	}
	return len(values), nil
}

`}
}

// matchesOne is whether the rule with that number, but for the first, is about one place;
// all others match nothing.
func matchesOne(r int) bool { return r%4 == 1 || r%4 == 2 }

// registration returns the registration file: one rule about functions of all packages, and
// others that match nothing or one place.
func registration(s size) string {
	var b strings.Builder
	b.WriteString("//go:build tools\n\n// Command main lists the aspects woven into this module's builds.\npackage main\n\nimport (\n" +
		"\t\"example.com/scale/hooks\"\n\n\t\"github.com/goweaver/weaver/instrument\"\n\t\"github.com/goweaver/weaver/weaver\"\n)\n\n" +
		"var aspect = &instrument.Aspect{\n\tName: \"scale\",\n\tDoc:  \"count calls\",\n\tRules: []instrument.Rule{\n")
	for r := range s.Rules {
		p := path(r % s.Packages)
		rule := `BodyWhere(instrument.Name("Do*")).Before(hooks.Enter)`
		switch {
		case r == 0:
		case r%4 == 1:
			rule = fmt.Sprintf("BodyWhere(instrument.Package(%q), instrument.Name(\"Rare\")).Before(hooks.Enter)", p)
		case r%4 == 2:
			rule = fmt.Sprintf("CallNamed(%q).Wrap(hooks.Passed)", p+".Rare")
		case r%4 == 3:
			rule = fmt.Sprintf("BodyWhere(instrument.Name(\"Absent%d*\"), instrument.ResultIs[error](-1)).Before(hooks.Enter)", r)
		default:
			rule = fmt.Sprintf("BodyWhere(instrument.Receiver(\"Absent%d\"), instrument.ParamIs[string](0)).Before(hooks.Enter)", r)
		}
		fmt.Fprintf(&b, "\t\tinstrument.%s,\n", rule)
	}
	b.WriteString("\t},\n}\n\nfunc main() { weaver.Main(aspect) }\n")
	return b.String()
}
