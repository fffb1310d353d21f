//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const weaverModule = "github.com/goweaver/weaver"

// ownAspect is the folder of the aspect that a copy for weaver has of its own. It is woven
// into the function of main that the copies are edited by.
const ownAspect = "aspects/edited"

func weaverEdits(c *copied) map[string]edit {
	return map[string]edit{
		"aspect": {filepath.FromSlash(ownAspect + "/edited.go"), fmt.Sprintf(`// Package edited has an aspect that the benchmark edits.
package edited

import (
	"github.com/goweaver/weaver/instrument"

	%q
)

var Aspect = &instrument.Aspect{
	Name: "edited",
	Doc:  "count the calls of a function",
	Rules: []instrument.Rule{
		instrument.BodyNamed("main.benchEdited").Before(hooks.Edited).With("edition", %%d),
	},
}
`, c.module+"/"+ownAspect+"/hooks")},
		"hook": {filepath.FromSlash(ownAspect + "/hooks/hooks.go"), `// Package hooks has a hook that the benchmark edits.
package hooks

import (
	"sync/atomic"

	"github.com/goweaver/weaver/instrument/hook"
)

var calls atomic.Int64

//go:noinline
func Edited(f *hook.Func) { calls.Add(%d + int64(len(f.Options))) }
`},
	}
}

// prepareWeaver does what a user does who has an aspect too: "go get -tool", "weaver pin", which
// adds the integrations of the libraries that the app is built with, and a line for the aspect.
func prepareWeaver(b *bench, c *copied) error {
	if _, err := b.setup(c.dir, "go", "get", "-tool", weaverModule+"/cmd/weaver@"+b.weaverVersion); err != nil {
		return err
	}
	if _, err := b.setup(c.dir, "go", "tool", "weaver", "pin"); err != nil {
		return err
	}
	file := filepath.Join(c.dir, "orchestrion.tool.go")
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text := string(data)
	for _, r := range [][2]string{
		{"import (\n", fmt.Sprintf("import (\n\t%q\n", c.module+"/"+ownAspect)},
		{"\n}\n\nfunc main()", "\n\tedited.Aspect,\n}\n\nfunc main()"},
	} {
		if strings.Count(text, r[0]) != 1 {
			return fmt.Errorf("%s has no single %q to add an aspect to:\n%s", file, r[0], data)
		}
		text = strings.Replace(text, r[0], r[1], 1)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		return err
	}
	return b.sums(c)
}
