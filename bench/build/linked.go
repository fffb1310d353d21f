//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"strings"
)

// linkedTool builds, by the go command alone, a program that has what weaver injects compiled
// and linked in, and never runs it: what is left between it and weaver is weaver's own.
func linkedTool() tool {
	return tool{
		name:    "linked",
		install: func(b *bench) (string, string, error) { return "", b.weaverVersion, nil },
		prepare: prepareLinked,
		edits:   weaverEdits, // of which the aspect is compiled by nobody here
		command: func(string) []string { return []string{"go"} },
		marks:   func(*copied) []string { return []string{"main.linkedHooks"} },
		alone:   true,
	}
}

// prepareLinked prepares the copy as weaver's, and adds to main a file that mentions all hooks
// which the registration file would have woven.
func prepareLinked(b *bench, c *copied) error {
	if err := prepareWeaver(b, c); err != nil {
		return err
	}
	out, err := b.setup(c.dir, "go", "tool", "weaver", "list", "-json")
	if err != nil {
		return err
	}
	var list struct {
		Aspects []struct{ Rules []struct{ Hook string } }
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		return err
	}
	var hooks []string
	for _, a := range list.Aspects {
		for _, r := range a.Rules {
			if r.Hook != "" {
				hooks = append(hooks, r.Hook)
			}
		}
	}
	src, err := linkedFile(hooks)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.mainDir, "linked.go"), src, 0o666)
}

// linkedFile is a file of main from which all hooks are reached, for all that the linker knows.
func linkedFile(hooks []string) ([]byte, error) {
	names := map[string]string{} // of imports, by path
	seen := map[string]bool{}
	var imports, uses strings.Builder
	for _, h := range hooks {
		dot := strings.LastIndexByte(h, '.')
		path := h[:dot]
		if names[path] == "" {
			names[path] = fmt.Sprintf("hooks%d", len(names))
			_, _ = fmt.Fprintf(&imports, "%s %q\n", names[path], path)
		}
		if !seen[h] {
			seen[h] = true
			_, _ = fmt.Fprintf(&uses, "%s%s,\n", names[path], h[dot:])
		}
	}
	return format.Source(fmt.Appendf(nil, `package main

import (
	"os"

%s)

func init() {
	if os.Getenv("WEAVER_BENCH_LINKED") != "" {
		linkedHooks()
	}
}

//go:noinline
func linkedHooks() {
	for _, h := range []any{
%s} {
		println(h)
	}
}
`, imports.String(), uses.String()))
}
