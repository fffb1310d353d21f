//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A tool is one way to build a program. To measure another one, add it to tools.
type tool struct {
	name string
	// install puts the tool's program where the builds find it and returns its version; ""
	// is a version that only preparing a copy tells. Its error is no failure of the run:
	// the tool is left out, and the report says why.
	install func(*bench) (program, version string, err error)
	// prepare makes the plain copy of an app one that the tool instruments.
	prepare func(*bench, *copied) error
	// edits are the files, in the copy's folder, of what only this tool has to edit.
	edits func(*copied) map[string]edit
	// compile is the command, in an app's copy, that compiles the tool; nil if there is nothing to.
	compile func(*bench) []string
	// command is the words before the verb.
	command func(program string) []string
	// program prints, in an app's copy, which program runs for each call of a tool; without it
	// that is the installed one.
	program []string
	// state is what the tool leaves in the folder of the app, which has to go with the caches.
	state []string
	// marks are in a program that the tool has instrumented, and in no other: names of
	// functions that are linked only where something calls them.
	marks func(*copied) []string
	// alone says that it is plain go's build of another program: there is nothing to switch.
	alone bool
}

// plain reports whether the tool is the go command by itself.
func (t tool) plain() bool { return t.prepare == nil }

func tools() []tool {
	return []tool{
		{
			name:    "plain",
			install: func(b *bench) (string, string, error) { return "", b.machine.Go, nil },
			command: func(string) []string { return []string{"go"} },
			marks:   func(*copied) []string { return nil },
		},
		byHandTool(),
		linkedTool(),
		{
			name:    "weaver",
			install: func(b *bench) (string, string, error) { return "", b.weaverVersion, nil },
			prepare: prepareWeaver,
			edits:   weaverEdits,
			compile: func(*bench) []string { return []string{"go", "tool", "weaver", "version"} },
			command: func(string) []string { return []string{"go", "tool", "weaver", "go"} },
			program: []string{"go", "tool", "weaver", "toolexec"},
			marks: func(c *copied) []string {
				// What weaving adds to packages of hooks: a linked program has them too.
				return []string{weaverModule + "/builtin/nethttp/hooks.weaver_readySet", c.module + "/" + ownAspect + "/hooks.weaver_readySet"}
			},
		},
		{
			name:    "orchestrion",
			install: installOrchestrion,
			prepare: prepareOrchestrion,
			edits: func(*copied) map[string]edit {
				return map[string]edit{"aspect": {"orchestrion.yml", orchestrionRule}}
			},
			compile: func(b *bench) []string {
				return []string{"go", "build", "-o", b.discarded(), "github.com/DataDog/orchestrion"}
			},
			command: func(program string) []string { return []string{program, "go"} },
			marks:   func(*copied) []string { return []string{"github.com/DataDog/dd-trace-go/contrib/net/http/"} },
		},
		{
			name:    "otelc",
			install: installOtelc,
			prepare: prepareOtelc,
			compile: func(b *bench) []string {
				if b.otelcModule != "" {
					return []string{"go", "build", "-C", b.otelcModule, "-o", b.discarded(), "./tool/cmd/otelc"}
				}
				return []string{"go", "install", "go.opentelemetry.io/otelc/tool/cmd/otelc@" + otelcVersion}
			},
			command: func(program string) []string { return []string{program, "go"} },
			state:   []string{".otelc-build"},
			marks:   func(*copied) []string { return []string{"go.opentelemetry.io/otelc/instrumentation/net/http/"} },
		},
	}
}

// discarded is the file of a program that is compiled to see how long that takes.
func (b *bench) discarded() string { return filepath.Join(b.dir, "tmp", "discarded") }

func findTool(name string) (tool, bool) {
	for _, t := range tools() {
		if t.name == name {
			return t, true
		}
	}
	return tool{}, false
}

// stateIn returns what the tool leaves in the folder.
func (t tool) stateIn(dir string) []string {
	var out []string
	for _, name := range t.state {
		out = append(out, filepath.Join(dir, name))
	}
	return out
}

// check is an error if the program is not what the tool should have made of it, so that no
// number is that of a build that did nothing.
func (t tool) check(c *copied, program string, plain bool) (size int64, err error) {
	data, err := os.ReadFile(program)
	if err != nil {
		return 0, err
	}
	for _, other := range tools() {
		for _, mark := range other.marks(c) {
			has, want := bytes.Contains(data, []byte(mark)), other.name == t.name && !plain
			if has != want {
				return 0, fmt.Errorf("the program has %s: %t, want %t", mark, has, want)
			}
		}
	}
	return int64(len(data)), nil
}

// The versions that are measured, and what they are measured with.
const (
	orchestrionVersion = "v1.15.0"
	otelcVersion       = "v1.0.1"
	// pprofVersion is of a module that Datadog's tracer and the SQLite driver of hello require
	// at commits which not every module proxy has. Nothing of it is linked.
	pprofVersion = "v0.0.0-20250403155104-27863c87afa6"
)

// integrations returns the versions of Orchestrion's integrations in the order in which they
// are tried: that of 2026-11-22 is the newest that some module proxies have.
func integrations() []string { return []string{"latest", "v2.6.0"} }

func installOrchestrion(b *bench) (program, version string, err error) {
	program = filepath.Join(b.dir, "bin", "orchestrion")
	if _, err := os.Stat(program); err == nil {
		return program, orchestrionVersion, nil
	}
	_, err = b.setup(b.dir, "go", "install", "github.com/DataDog/orchestrion@"+orchestrionVersion)
	return program, orchestrionVersion, err
}

// prepareOrchestrion does by hand what "orchestrion pin" does, which takes the newest
// integrations or none.
func prepareOrchestrion(b *bench, c *copied) error {
	const registration = "//go:build tools\n\npackage tools\n\nimport (\n" +
		"\t_ \"github.com/DataDog/dd-trace-go/orchestrion/all/v2\"\n\t_ \"github.com/DataDog/orchestrion\"\n)\n"
	if err := os.WriteFile(filepath.Join(c.dir, "orchestrion.tool.go"), []byte(registration), 0o666); err != nil {
		return err
	}
	if _, err := b.setup(c.dir, "go", "mod", "edit", "-replace=github.com/google/pprof=github.com/google/pprof@"+pprofVersion); err != nil {
		return err
	}
	var errs []string
	for _, version := range integrations() {
		_, err := b.setup(c.dir, "go", "get", "github.com/DataDog/orchestrion@"+orchestrionVersion, "github.com/DataDog/dd-trace-go/orchestrion/all/v2@"+version)
		if err == nil {
			_, err = b.setup(c.dir, "go", "mod", "tidy")
			return err
		}
		errs = append(errs, err.Error())
	}
	return fmt.Errorf("no version of the integrations: %s", strings.Join(errs, "; "))
}

// orchestrionRule is a rule of the app's own, for its edits.
const orchestrionRule = `meta:
  name: edited
  description: a rule that the benchmark edits
aspects:
  - id: edited
    join-point:
      all-of:
        - package-name: main
        - function-body:
            function:
              - name: benchEdited
    advice:
      - prepend-statements:
          template: |-
            _ = %d
`

func installOtelc(b *bench) (program, version string, err error) {
	program = b.otelc
	if program == "" {
		program = filepath.Join(b.dir, "bin", "otelc")
		if _, err := os.Stat(program); err != nil {
			if _, err := b.setup(b.dir, "go", "install", "go.opentelemetry.io/otelc/tool/cmd/otelc@"+otelcVersion); err != nil {
				return "", "", err
			}
		}
	}
	out, err := b.setup(b.dir, program, "version")
	return program, lastWord(out), err
}

// prepareOtelc has nothing to add to go.mod where the module proxy serves otelc: each of its builds
// does all it needs, and takes it back.
func prepareOtelc(b *bench, c *copied) error {
	if b.otelcModule == "" {
		return nil
	}
	_, err := b.setup(c.dir, "go", "mod", "edit", "-replace=go.opentelemetry.io/otelc="+b.otelcModule)
	return err
}

func lastWord(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}
