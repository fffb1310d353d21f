//go:build unix

package main

// A step is one thing that a developer does and waits for. Steps are measured in the order of
// the list, each with the caches that those before it left.
type step struct {
	name, doc string
	// edit names the file that is changed before (copies.go), of those that a tool's copy
	// has; a tool without it has no such step.
	edit string
	// empty says that the step is about caches that were emptied at the start of the round.
	empty bool
	tool  bool // compiles the tool, and builds nothing
	test  bool // runs the tests of the leaf package, and builds nothing
	// plain says that the step is plain go's, in the folder and with the cache of the tool.
	plain bool
	// before and after are commands that are not measured, so that the step, or the next one, finds
	// what it is about and nothing else to do: "woven" and "plain" build, "test" tests.
	before, after []string
	// base is plain go's step that this one is held against, where it is not the same one.
	base string
}

func steps() []step {
	return []step{
		{name: "tool", doc: "empty caches: the tool compiled", empty: true, tool: true, base: "cold"},
		{name: "cold", doc: "empty caches but for what that left: the program", empty: true},
		{name: "noop", doc: "nothing changed"},
		{name: "main", doc: "a file of main edited", edit: "main"},
		{name: "leaf", doc: "a file of a leaf package edited", edit: "leaf"},
		{name: "aspect", doc: "an aspect edited", edit: "aspect", base: "leaf"},
		{name: "hook", doc: "the body of a hook edited", edit: "hook", base: "leaf"},
		{name: "test", doc: "`go test` of the leaf, first", test: true, empty: true},
		{name: "testedit", doc: "`go test` of the leaf, edited", test: true, edit: "leaf", before: []string{"test"}, after: []string{"woven"}},
		{name: "testagain", doc: "`go test` of the leaf, again", test: true, before: []string{"test"}},
		{name: "toplain", doc: "switched to plain, first", plain: true, empty: true, base: "cold"},
		{name: "back", doc: "switched back to woven", before: []string{"plain"}, base: "noop"},
		{name: "toplain2", doc: "switched to plain, again", plain: true, before: []string{"plain", "woven"}, base: "noop"},
		{name: "back2", doc: "switched back to woven, again", before: []string{"plain"}, base: "noop"},
	}
}

func stepNames() []string {
	var out []string
	for _, s := range steps() {
		out = append(out, s.name)
	}
	return out
}

func findStep(name string) (step, bool) {
	for _, s := range steps() {
		if s.name == name {
			return s, true
		}
	}
	return step{}, false
}

// against returns the name of plain go's step that s is held against.
func (s step) against() string {
	if s.base != "" {
		return s.base
	}
	return s.name
}

// unmeasured returns the step of a command that before or after names.
func unmeasured(name string) step {
	return step{name: "unmeasured." + name, test: name == "test", plain: name == "plain"}
}

// has reports whether the tool does the step. Plain go has nothing to switch to, nor has what
// was written by hand.
func (s step) has(t tool, c *copied) bool {
	if (t.plain() || t.alone) && s.base != "" || s.tool && t.compile == nil {
		return false
	}
	_, ok := c.edits[s.edit]
	return ok || s.edit == ""
}
