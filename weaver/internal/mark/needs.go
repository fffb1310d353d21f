package mark

import (
	"maps"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// Which hooks a program needs follows from what it imports. Archives of mutable packages
// hand on which hooks they call, and what they import that is not mutable; of the latter,
// which may come from the plain cache and then say nothing, the plan says it.

// needs returns the hooks that each package needs which is not mutable, by its rules and
// those of all that it imports.
func (m *marker) needs() *plan.Needs {
	out := &plan.Needs{Of: map[string]int{}}
	sets := map[string]int{}
	of := map[string]map[string]bool{}
	var visit func(path string) map[string]bool
	visit = func(path string) map[string]bool {
		if set, seen := of[path]; seen {
			return set
		}
		set := map[string]bool{}
		of[path] = set
		q := m.all[path]
		if q == nil {
			return set
		}
		if !q.Mutable {
			for _, i := range m.candidates(q) {
				for _, p := range m.plan.Rules[i].Packages() {
					set[p] = true
				}
			}
		}
		for _, d := range q.Deps {
			maps.Copy(set, visit(d))
		}
		return set
	}
	for _, path := range slices.Sorted(maps.Keys(m.all)) {
		hooks := slices.Sorted(maps.Keys(visit(path)))
		key := ""
		for _, h := range hooks {
			key += h + "\n"
		}
		if _, ok := sets[key]; !ok {
			sets[key] = len(out.Sets)
			out.Sets = append(out.Sets, hooks)
		}
		out.Of[path] = sets[key]
	}
	return out
}
