package weaver

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/resolve"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A build without the wrapper has the flags that its go command was given, and the
// hooks are built with those that "weaver toolexec" was given. If they are not the
// same, the program would be put together from two kinds of archives. No tool is told
// the flags, but each sees something of them: all tools the go command's environment,
// the compiler its own flags, and the linker most of all, in the build info. What is
// seen is held against what was given, and a difference is an error that names it.

// unlike says that the build has a flag which the plan was not made with, or lacks one.
type unlike struct {
	flag  string
	extra bool // in the build; else in the plan
}

func (e *unlike) Error() string {
	if e.extra {
		return fmt.Sprintf("this build has %[1]s, which go tool weaver toolexec was not given; make the value of -toolexec with the flags of the build: go tool weaver toolexec %[1]s", e.flag)
	}
	return fmt.Sprintf("go tool weaver toolexec was given %s, which this build does not have; give both the same flags", e.flag)
}

// baked are the flags that change archives, by name: those of GOFLAGS, and before them
// those that toolexec was given.
func baked(given []string, goflags string) map[string]string {
	out := map[string]string{}
	for _, f := range append(strings.Fields(goflags), given...) {
		name, value, ok := strings.Cut(strings.TrimLeft(f, "-"), "=")
		if !ok {
			value = "true"
		}
		if b, err := strconv.ParseBool(value); err == nil && name != "tags" {
			value = strconv.FormatBool(b)
		}
		if name == "covermode" || name == "coverpkg" { // each implies it
			name, value = "cover", "true"
		}
		switch {
		case !slices.Contains(archiveFlags(), name):
		case value == "false", value == "", name == "pgo" && value == "auto", name == "buildmode" && (value == "default" || value == "exe"):
			delete(out, name)
		default:
			out[name] = value
		}
	}
	return out
}

// archiveFlags are the build flags that change archives and can be seen by a tool.
func archiveFlags() []string {
	return []string{"asan", "asmflags", "buildmode", "cover", "gcflags", "msan", "pgo", "race", "tags", "trimpath"}
}

func (t *tool) baked() map[string]string {
	return baked(t.plan.Build.Given, os.Getenv("GOFLAGS"))
}

// checkEnvironment looks at the go command's environment, which every tool is called
// with. It is the first that a build is asked.
func (t *tool) checkEnvironment() error {
	b := &t.plan.Build
	// What is built for decides the defaults of the rest, so it is named alone.
	for _, names := range [][]string{{"GOOS", "GOARCH"}, slices.Sorted(maps.Keys(b.Target))} {
		var is, was []string
		for _, k := range names {
			if v := os.Getenv(k); v != b.Target[k] {
				is, was = append(is, k+"="+v), append(was, k+"="+b.Target[k])
			}
		}
		if len(is) > 0 {
			return fmt.Errorf("this build has %[1]s, and the value of -toolexec was made with %[2]s; make it anew: go tool weaver %[1]s toolexec", strings.Join(is, " "), strings.Join(was, " "))
		}
	}
	for i := range b.Stamps {
		if s := &b.Stamps[i]; s.Changed() {
			return fmt.Errorf("%s has changed since the value of -toolexec was made; make it anew: %s", s.Path, strings.Join(append([]string{"go tool weaver toolexec"}, b.Given...), " "))
		}
	}
	return compare(t.baked(), baked(b.Given, b.GoFlags))
}

// compare holds the flags that are against those that should be.
func compare(are, should map[string]string) error {
	for _, name := range archiveFlags() {
		is, was := are[name], should[name]
		if name == "tags" {
			is, was = sortedTags(is), sortedTags(was)
		}
		switch {
		case is == was:
		case is == "":
			return &unlike{spell(name, was), false}
		default:
			return &unlike{spell(name, is), true}
		}
	}
	return nil
}

func spell(name, value string) string {
	if value == "true" {
		return "-" + name
	}
	if strings.ContainsAny(value, " \t'\"") {
		return fmt.Sprintf("-%s=%q", name, value)
	}
	return "-" + name + "=" + value
}

func sortedTags(tags string) string {
	words := strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ",")
}

// checkCompile looks at the compiler's flags.
func (t *tool) checkCompile(c *toolcmd.Compile) error {
	should := t.baked()
	for _, name := range []string{"asan", "msan", "race"} {
		if want := should[name] != ""; c.Has(name) != want {
			return &unlike{"-" + name, !want}
		}
	}
	if want := should["trimpath"] != ""; c.Dir() != "" && c.Trimmed() != want {
		return &unlike{"-trimpath", !want}
	}
	// A package may be left out of what is covered.
	if c.Has("coveragecfg") && should["cover"] == "" {
		return &unlike{"-cover", true}
	}
	if c.Package != "main" {
		return nil // the packages of one build may have profiles of several mains
	}
	switch pgo := should["pgo"]; {
	case pgo == "off" && c.PGO != "":
		return &unlike{"-pgo=off", false}
	case pgo != "" && pgo != "off" && c.PGO == "":
		return &unlike{"-pgo=" + pgo, false}
	case pgo == "" && c.PGO != "":
		// Without the flag the go command takes the profile beside main, which for that of
		// a test is the one of the package under test; where that lies nothing tells.
		if _, err := os.Stat(filepath.Join(c.Dir(), "default.pgo")); err != nil && c.Dir() != "" {
			return &unlike{"-pgo", true}
		}
	}
	return nil
}

// checkArchives holds the packages of the standard library that main imports against
// those that the hooks were compiled with. Of a package under test there are two kinds,
// and of what lies between it and the tests.
func (t *tool) checkArchives(imports *toolcmd.ImportConfig, archives resolve.Archives) error {
	underTest, isTest := strings.CutSuffix(importPath(), ".test")
	if isTest && archives[underTest].File != "" {
		return nil
	}
	program, err := t.plan.Program()
	if err != nil {
		return err
	}
	ofModule := func(p string) bool {
		return slices.ContainsFunc(program.Modules, func(m plan.Module) bool { return slices.Contains(m.Packages, p) })
	}
	for _, p := range slices.Sorted(maps.Keys(imports.Files)) {
		a, both := archives[p]
		if !both || ofModule(p) {
			continue
		}
		// go test -fuzz compiles what it tests for the fuzzing engine, and the hooks are
		// compiled without, which is the same to those that import it.
		content := toolcmd.ContentID
		if isTest {
			content = toolcmd.ExportData
		}
		is, err := content(imports.Files[p])
		if err != nil {
			return err
		}
		was, err := content(a.File)
		if err != nil {
			return err
		}
		if is != was {
			return fmt.Errorf("package %s of this build is not the one that the hooks are compiled with: a flag or a variable that changes archives was not given to go tool weaver toolexec; make the value of -toolexec with the flags and in the environment of the build", p)
		}
	}
	return nil
}

// checkLink looks at the build info, which has the flags of the build.
func (t *tool) checkLink(info *debug.BuildInfo) error {
	if info == nil {
		return nil
	}
	should, are := t.baked(), map[string]string{}
	for _, s := range info.Settings {
		name := strings.TrimPrefix(s.Key, "-")
		if name == s.Key || !slices.Contains(archiveFlags(), name) {
			continue
		}
		switch name {
		case "buildmode":
			if s.Value == "exe" || should[name] == "" && s.Value == "archive" {
				continue
			}
		case "pgo":
			s.Value = t.profileSetting(s.Value, should[name])
		}
		if s.Value != "" {
			are[name] = s.Value
		}
	}
	if should["pgo"] == "off" {
		delete(should, "pgo")
	}
	return compare(are, should)
}

// profileSetting returns the profile in the build info as it would have been given:
// not at all where it is the one beside main. With -trimpath the build info has its
// name only.
func (t *tool) profileSetting(is, given string) string {
	switch {
	case given == "" && filepath.Base(is) == "default.pgo":
		return ""
	case is == filepath.Base(given), is == filepath.Join(t.plan.Build.Dir, given):
		return given
	}
	return is
}
