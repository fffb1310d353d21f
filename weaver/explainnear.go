package weaver

// What there is of a similar name, where the explain command is asked about what there is not.

import (
	"fmt"
	"slices"
	"strings"
)

// notFound says that there is nothing of that name, and what there is of a similar one, or what
// has the name elsewhere.
func (f *finder) notFound(name string, elsewhere []string) error {
	advice := "perhaps it is " + strings.Join(elsewhere, ", or ")
	if len(elsewhere) == 0 {
		var names []string
		for i, file := range f.files {
			for _, d := range file.Decls {
				for _, s := range f.names(i, d) {
					names = append(names, s.name)
				}
			}
		}
		advice = didYouMean(name, names)
	}
	return &notFoundError{fmt.Sprintf("package %s has no %s; %s", f.p.Path(), name, advice)}
}

// elsewhere returns what has the name in packages of the build that are called like that:
// net/http.Get for http.Get.
func (in *inspection) elsewhere(read []symbol) []string {
	var out []string
	for _, s := range read {
		for _, p := range in.built() {
			path := p.Path()
			if s.name == "" || s.path == "" || path[strings.LastIndexByte(path, '/')+1:] != s.path {
				continue
			}
			if f, err := in.finder(p); err == nil {
				if found := f.declared(s.recv, s.name); found != nil {
					out = append(out, found.name)
				}
			}
		}
	}
	return out
}

// didYouMean returns advice with the nearest of the full names to the one within a package.
func didYouMean(name string, names []string) string {
	want := strings.ToLower(name)
	plain := strings.NewReplacer("(", "", ")", "", "*", "")
	type near struct {
		name string
		far  int
	}
	var all []near
	for _, n := range names {
		have := strings.ToLower(plain.Replace(n))
		have = have[strings.LastIndexByte(have, '/')+1:]
		have = have[strings.IndexByte(have, '.')+1:]
		far := distance(want, have)
		// A method is found by its name alone as well.
		if i := strings.LastIndexByte(have, '.'); i >= 0 && strings.LastIndexByte(want, '.') < 0 {
			far = min(far, 1+distance(want, have[i+1:]))
		}
		all = append(all, near{n, far})
	}
	slices.SortStableFunc(all, func(a, b near) int { return a.far - b.far })
	var out []string
	for _, n := range all {
		if n.far <= max(2, len(want)/3) && len(out) < 3 && !slices.Contains(out, n.name) {
			out = append(out, n.name)
		}
	}
	if len(out) == 0 {
		return "correct the name"
	}
	return "perhaps it is " + strings.Join(out, ", or ")
}

// distance returns how many letters have to be changed, added or taken out to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// nearPath returns advice with the packages of the build that the import paths are nearest to:
// those with the same last element, which is what a package is often called by.
func nearPath(paths, names []string) string {
	var same []string
	for _, path := range paths {
		for _, n := range names {
			if n[strings.LastIndexByte(n, '/')+1:] == path && !slices.Contains(same, n) {
				same = append(same, n)
			}
		}
	}
	if len(same) > 0 {
		return "perhaps the package is " + strings.Join(same, ", or ")
	}
	type near struct {
		name string
		far  int
	}
	var best near
	for _, path := range paths {
		for _, n := range names {
			if far := distance(path, n); far <= max(2, len(path)/5) && (best.name == "" || far < best.far) {
				best = near{n, far}
			}
		}
	}
	if best.name == "" {
		return "correct the name"
	}
	return "perhaps the package is " + best.name
}
