// Package toolcmd reads the command lines that the go command gives its tools, the
// import configs they name, and the archives they write.
//
// It comes first in a toolexec process: package weaver dispatches on what it finds,
// packages source, match and weave work on the [Compile] it returns, and package
// resolve on import configs and archives.
package toolcmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Name returns the name of the tool at path: compile, link, asm and so on.
func Name(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".exe")
}

// Root returns the GOROOT of the toolchain that the tool at path belongs to, as in
// $GOROOT/pkg/tool/linux_amd64/compile.
func Root(path string) string { return filepath.Join(filepath.Dir(path), "..", "..", "..") }

// A Compile is a command line of the compiler.
type Compile struct {
	Tool string   // path of the compiler
	Args []string // everything behind it, response files expanded

	Package   string   // -p: the import path, "main" for a command
	Output    string   // -o: the archive
	ImportCfg string   // -importcfg
	Lang      string   // -lang: the language version, as in "go1.25"
	TrimPath  string   // -trimpath: rewrites of file names, see [Compile.Trim]
	PGO       string   // -pgoprofile
	Coverage  string   // -coveragecfg
	Std       bool     // -std: a package of the standard library
	BuildID   string   // -buildid
	Race      bool     // -race
	Files     []string // the Go files, the last arguments
}

// ParseCompile parses a command line of the compiler. Flags that it does not know
// are kept and have no meaning to it.
func ParseCompile(tool string, args []string) (*Compile, error) {
	args, err := Expand(args)
	if err != nil {
		return nil, err
	}
	c := &Compile{Tool: tool, Args: args}
	// Files come last. A flag's value could only be mistaken for one if it ended
	// in .go, and no flag of the compiler takes such a file.
	n := len(args)
	for n > 0 && strings.HasSuffix(args[n-1], ".go") && args[n-1][0] != '-' {
		n--
	}
	c.Files = args[n:]
	for i := 0; i < n; i++ {
		name, value, inline := flag(args[i])
		next := func() string {
			if !inline && i+1 < n {
				i++
				return args[i]
			}
			return value
		}
		switch name {
		case "p":
			c.Package = next()
		case "o":
			c.Output = next()
		case "importcfg":
			c.ImportCfg = next()
		case "lang":
			c.Lang = next()
		case "trimpath":
			c.TrimPath = next()
		case "pgoprofile":
			c.PGO = next()
		case "coveragecfg":
			c.Coverage = next()
		case "buildid":
			c.BuildID = next()
		case "std":
			c.Std = true
		case "race":
			c.Race = true
		}
	}
	return c, nil
}

// With returns the arguments with other files and, unless it is empty, another
// import config. Files in names are recorded as those that they stand for.
//
// The go command has the package's own folder rewritten before the stage folder, which
// lies within if TMPDIR does. Files that are made there would then be recorded by the name
// of a temporary folder, in an archive that has the same key in every other.
func (c *Compile) With(files []string, importCfg string, names map[string]string) []string {
	out := slices.Clone(c.Args[:len(c.Args)-len(c.Files)])
	var rewrites []string
	for _, f := range files {
		if as, ok := names[f]; ok {
			rewrites = append(rewrites, f+"=>"+c.recorded(as))
		}
	}
	if first := c.Stage() + "=>"; c.TrimPath != "" && !strings.HasPrefix(c.TrimPath, first) {
		rewrites = append(rewrites, first)
	}
	if len(rewrites) > 0 {
		out = setFlag(out, "trimpath", strings.TrimSuffix(strings.Join(rewrites, ";")+";"+c.TrimPath, ";"))
	}
	if importCfg != "" {
		out = setFlag(out, "importcfg", importCfg)
	}
	return append(out, files...)
}

// recorded returns the name that the compiler records of a file.
//
// Source: AbsFile in cmd/internal/objabi/line.go of go1.26.
func (c *Compile) recorded(file string) string {
	name := c.Trim(file)
	root := os.Getenv("GOROOT")
	if root == "" {
		root = filepath.Clean(Root(c.Tool))
	}
	if name == file && hasPathPrefix(file, root) {
		name = "$GOROOT" + file[len(root):]
	}
	return filepath.ToSlash(name)
}

// Has reports whether the flag of that name is on the command line.
func (c *Compile) Has(name string) bool {
	return slices.ContainsFunc(c.Args[:len(c.Args)-len(c.Files)], func(arg string) bool {
		n, _, _ := flag(arg)
		return n != "" && n == name
	})
}

// Trimmed reports whether the go command was told -trimpath: it then rewrites the
// package's own folder too, not only the one that it compiles in.
func (c *Compile) Trimmed() bool {
	dir := c.Dir()
	return dir != "" && slices.ContainsFunc(strings.Split(c.TrimPath, ";"), func(rewrite string) bool {
		from, _, _ := strings.Cut(rewrite, "=>")
		return from == dir
	})
}

// CoverMode returns how the package is covered: set, count, atomic or another mode, "" if
// it is not.
//
// Source: CoverFixupConfig in cmd/internal/cov/covcmd of go1.26.
func (c *Compile) CoverMode() (string, error) {
	if c.Coverage == "" {
		return "", nil
	}
	data, err := os.ReadFile(c.Coverage)
	if err != nil {
		return "", fmt.Errorf("coverage config: %w", err)
	}
	var config struct{ CounterMode string }
	if err := json.Unmarshal(data, &config); err != nil {
		return "", fmt.Errorf("coverage config %s: %w", c.Coverage, err)
	}
	return config.CounterMode, nil
}

// Action returns the go command's key of the compile: the first part of the build ID.
func (c *Compile) Action() string {
	id, _, _ := strings.Cut(c.BuildID, "/")
	return id
}

// Stage returns the folder $WORK/bNNN that the go command made for this action.
func (c *Compile) Stage() string { return filepath.Dir(c.Output) }

// Trim returns the file name as the compiler records it: the first matching
// rewrite of -trimpath, "from=>to" separated by semicolons, is applied.
//
// Source: ApplyRewrites in cmd/internal/objabi/line.go of go1.26.
func (c *Compile) Trim(file string) string {
	for rewrites := c.TrimPath; rewrites != ""; {
		var one string
		one, rewrites, _ = strings.Cut(rewrites, ";")
		from, to, replace := strings.Cut(one, "=>")
		if from == "" || !hasPathPrefix(file, from) {
			continue
		}
		rest := file[len(from):]
		switch {
		case !replace || to == "":
			return strings.TrimLeft(rest, `/\`)
		case rest == "":
			return to
		}
		return to + "/" + filepath.ToSlash(rest[1:])
	}
	return file
}

// hasPathPrefix reports whether the path is the prefix or lies below it. Case and the
// direction of slashes do not count, on no system.
//
// Source: hasPathPrefix in cmd/internal/objabi/line.go of go1.26.
func hasPathPrefix(path, prefix string) bool {
	if len(prefix) > len(path) {
		return false
	}
	fold := func(c byte) byte {
		switch {
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A'
		case c == '\\':
			return '/'
		}
		return c
	}
	for i := range len(prefix) {
		if fold(path[i]) != fold(prefix[i]) {
			return false
		}
	}
	return len(path) == len(prefix) || path[len(prefix)] == '/' || path[len(prefix)] == '\\'
}

// A Link is a command line of the linker.
type Link struct {
	Tool      string
	Args      []string
	Output    string // -o: the program
	ImportCfg string // -importcfg: archives of all packages
	BuildMode string // -buildmode
	Main      string // the archive of package main, the last argument
}

// ParseLink parses a command line of the linker.
func ParseLink(tool string, args []string) (*Link, error) {
	args, err := Expand(args)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, fmt.Errorf("the linker is called without arguments")
	}
	l := &Link{Tool: tool, Args: args, Main: args[len(args)-1]}
	for i := 0; i < len(args)-1; i++ {
		name, value, inline := flag(args[i])
		if name == "" {
			continue
		}
		if !inline && i+1 < len(args)-1 {
			value = args[i+1]
		}
		switch name {
		case "o":
			l.Output = value
		case "importcfg":
			l.ImportCfg = value
		case "buildmode":
			l.BuildMode = value
		}
	}
	return l, nil
}

// With returns the arguments with another import config.
func (l *Link) With(importCfg string) []string {
	return setFlag(slices.Clone(l.Args), "importcfg", importCfg)
}

// flag splits -name=value; inline says whether there was a value. The name is
// empty if arg is no flag.
func flag(arg string) (name, value string, inline bool) {
	if len(arg) < 2 || arg[0] != '-' {
		return "", "", false
	}
	return strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
}

// setFlag replaces the value of the flag in args, which it changes.
func setFlag(args []string, flagName, to string) []string {
	for i, a := range args {
		if name, _, inline := flag(a); name == flagName {
			if inline {
				args[i] = "-" + flagName + "=" + to
			} else if i+1 < len(args) {
				args[i+1] = to
			}
			return args
		}
	}
	return append([]string{"-" + flagName, to}, args...)
}
