package register

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A use says which go commands get a flag of the user's, beside the outer one.
type use uint8

const (
	boolean use = 1 << iota // the flag has no value, or one behind "="
	archive                 // it changes archives or what packages there are: the resolve gets it
	host                    // it says how modules are found: the registration build gets it too
	refused                 // weaver can not do its work with it
	own                     // it is for weaver, and for no go command
)

// buildFlags are the flags that the go commands which compile have in common.
//
// Source: go help build of go1.26. A test holds the table against the go command
// that runs it.
func buildFlags() map[string]use {
	return map[string]use{
		"C": 0, // taken out before
		"a": boolean, "n": boolean, "v": boolean, "x": boolean, "work": boolean, "json": boolean,
		"p": archive | host,
		"o": 0, "i": boolean,
		"race": boolean | archive, "msan": boolean | archive, "asan": boolean | archive,
		"cover": boolean | archive, "covermode": archive, "coverpkg": archive,
		"asmflags": archive, "gcflags": archive, "gccgoflags": archive, "compiler": archive, "installsuffix": archive, "pkgdir": archive,
		"ldflags": 0, "buildmode": archive, "linkshared": boolean | archive,
		"buildvcs": boolean, "trimpath": boolean | archive, "pgo": archive, "tags": archive,
		"mod": archive | host, "modcacherw": boolean | archive | host, "modfile": archive | host, "overlay": archive | host,
		"toolexec": refused,
		// Not in the help text: for the go command's own developers.
		"debug-actiongraph": 0, "debug-trace": 0, "debug-runtime-trace": 0,
	}
}

// verbFlags returns the flags that the verb adds to the common ones. Of go test
// those with a value are enough: what is not known goes to the test binary.
//
// Source: go help run, test, testflag, list, clean and install of go1.26.
func verbFlags(verb string) map[string]use {
	valued := func(names ...string) map[string]use {
		m := map[string]use{}
		for _, n := range names {
			m[n] = 0
		}
		return m
	}
	switch verb {
	case "run":
		return valued("exec")
	case "test":
		m := valued("bench", "benchtime", "blockprofile", "blockprofilerate", "count", "coverprofile", "cpu", "cpuprofile",
			"exec", "fuzz", "fuzztime", "fuzzminimizetime", "list", "memprofile", "memprofilerate", "mutexprofile",
			"mutexprofilefraction", "outputdir", "parallel", "run", "shuffle", "skip", "timeout", "trace", "vet", "vettool")
		m["artifacts"] = boolean
		return m
	case "list":
		m := valued("f", "reuse", "context")
		for _, n := range []string{"compiled", "deps", "e", "export", "find", "m", "retracted", "test", "u", "versions"} {
			m[n] = boolean
		}
		return m
	case "clean":
		return map[string]use{"r": boolean, "cache": boolean, "testcache": boolean, "modcache": boolean, "fuzzcache": boolean}
	}
	return ownFlags(verb)
}

// A CommandLine is a call of the go command, as far as weaver has to understand it.
type CommandLine struct {
	Verb     string
	Args     []string // behind the verb, without -C
	Chdir    string   // -C
	Archive  []string // the flags that the resolve gets
	Cover    []string // -cover and -covermode of go test
	Host     []string // the flags that the registration build gets
	GCFlags  []string // the values of -gcflags, which Args has no more
	Patterns []string // the packages
	Asked    string   // what explain is asked about
	Given    []string // the flags that change an archive, as they were given
	Modules  bool     // go list -m: nothing is compiled
	DryRun   bool     // -n
	Graph    string   // -debug-actiongraph

	own map[string]string // flags of weaver's own

	taken [][2]int // what of the arguments is GCFlags

	// OtherModule is set where a package at a version is named, which go run and go
	// install build in that package's module.
	OtherModule bool
}

// ParseCommandLine parses the arguments of a verb that compiles, or of a command of weaver's
// that looks at what go build, or with -test go test, would compile. goflags is the
// value of GOFLAGS, which counts as if it stood before the arguments.
func ParseCommandLine(verb string, args []string, goflags string) (*CommandLine, error) {
	c := &CommandLine{Verb: verb, Args: args}
	known := buildFlags()
	maps.Copy(known, verbFlags(verb))
	if err := checkFlags(goflags); err != nil {
		return nil, err
	}
	rest, err := c.chdir(args)
	if err != nil {
		return nil, err
	}
	c.Args = rest
	for _, f := range strings.Fields(goflags) {
		if name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); name == "mod" && value == "mod" {
			c.flag(name, value, known[name]) // it means another thing to the go commands for the hooks
		}
	}
	if err := c.parse(rest, known); err != nil {
		return nil, err
	}
	c.Args = c.others(rest)
	if c.isOwn() {
		c.standFor()
	}
	c.Archive = c.withPatterns(c.Archive)
	c.OtherModule = slices.ContainsFunc(c.Patterns, func(p string) bool { return strings.Contains(p, "@") && !strings.HasSuffix(p, ".go") })
	return c, nil
}

// checkFlags looks at the value of GOFLAGS, as the environment or go env -w has it.
// The inner go commands get it too, so one look is all that it needs.
func checkFlags(goflags string) error {
	known := buildFlags()
	for _, f := range strings.Fields(goflags) {
		name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		// The one that weaver made itself may stand there for builds without the wrapper;
		// the wrapper's own is on the command line and goes before it.
		if known[name]&refused != 0 && plan.Linked(value) == "" {
			return refuse(name, value, "in GOFLAGS")
		}
	}
	return nil
}

// absolute returns the flags with the files that they name made absolute: the
// registration build runs in the module's root, not where the user is.
func absolute(flags []string, dir string) []string {
	out := slices.Clone(flags)
	for i, f := range out {
		name, value, _ := strings.Cut(f, "=")
		if (name == "-modfile" || name == "-overlay") && value != "" && !filepath.IsAbs(value) {
			out[i] = name + "=" + filepath.Join(dir, value)
		}
	}
	return out
}

// chdir takes -C out, which the go command allows as the first flag only.
func (c *CommandLine) chdir(args []string) ([]string, error) {
	if len(args) == 0 {
		return args, nil
	}
	name, value, inline := strings.Cut(strings.Replace(args[0], "--", "-", 1), "=")
	switch {
	case name != "-C":
		return args, nil
	case inline:
		c.Chdir = value
		return args[1:], nil
	case len(args) < 2:
		return nil, fmt.Errorf("flag -C needs a folder")
	}
	c.Chdir = args[1]
	return args[2:], nil
}

func (c *CommandLine) parse(args []string, known map[string]use) error {
	for i := 0; i < len(args); i++ {
		arg, start := args[i], i
		if arg == "-args" || arg == "--args" || arg == "--" {
			if arg == "--" && c.Verb != "test" {
				c.positional(slices.Concat(c.Patterns, args[i+1:]))
			}
			return nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			if c.flagsFollow() {
				c.Patterns = append(c.Patterns, arg)
				continue
			}
			c.positional(args[i:])
			return nil
		}
		name, value, inline := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		u, ok := known[name]
		if !ok && c.Verb == "test" {
			continue // the test binary's
		}
		if !ok && c.isOwn() {
			return fmt.Errorf("%s has no flag %q; run go tool weaver help %s", c.called(), arg, strings.TrimPrefix(c.Verb, ownVerb))
		}
		if !ok {
			return fmt.Errorf("%s has no flag -%s that this version of weaver knows; correct it, or update weaver", c.called(), name)
		}
		if u&boolean == 0 && !inline {
			if i++; i == len(args) {
				return fmt.Errorf("flag -%s of %s needs a value", name, c.called())
			}
			value = args[i]
		} else if u&boolean != 0 && !inline {
			value = "true"
		}
		if u&refused != 0 {
			return refuse(name, value, "on the command line")
		}
		if name == "gcflags" {
			c.GCFlags = append(c.GCFlags, value)
			c.taken = append(c.taken, [2]int{start, i + 1})
		}
		c.flag(name, value, u)
	}
	return nil
}

// others returns the arguments without those that are taken out.
func (c *CommandLine) others(args []string) []string {
	var out []string
	from := 0
	for _, t := range c.taken {
		out = append(out, args[from:t[0]]...)
		from = t[1]
	}
	return append(out, args[from:]...)
}

// GCArgs returns the user's -gcflags as arguments.
func (c *CommandLine) GCArgs() []string {
	var out []string
	for _, v := range c.GCFlags {
		out = append(out, "-gcflags="+v)
	}
	return out
}

// gcflags returns the values of -gcflags, those of GOFLAGS first.
func (c *CommandLine) gcflags(goflags string) ([]string, error) {
	var out []string
	for _, f := range strings.Fields(goflags) {
		if name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); name == "gcflags" {
			if strings.ContainsAny(goflags, "'\"") {
				return nil, fmt.Errorf("GOFLAGS has quotes and -gcflags in it")
			}
			out = append(out, value)
		}
	}
	return append(out, c.GCFlags...), nil
}

// unmarked returns why packages can have no marks in such a build, "" if they can.
func (c *CommandLine) unmarked() string {
	for _, f := range c.Given {
		switch name, value, _ := strings.Cut(f, "="); {
		case name == "-coverpkg":
			return "-coverpkg may cover packages that have no marks"
		case f == "-mod=mod":
			return "-mod=mod may change what the packages are"
		case f == "-linkshared=true", name == "-compiler" && value != "gc":
			return f
		}
	}
	if c.Verb == "clean" {
		return "go clean compiles nothing"
	}
	return ""
}

// positional takes the packages from the first argument that is no flag on. Those
// of go run end where the program's own arguments start.
func (c *CommandLine) positional(args []string) {
	if c.Verb == "run" {
		n := 0
		for n < len(args) && strings.HasSuffix(args[n], ".go") {
			n++
		}
		args = args[:min(max(n, 1), len(args))]
	}
	c.Patterns = args
}

func (c *CommandLine) flag(name, value string, u use) {
	switch {
	case u&own != 0:
		c.set(name, value)
		return
	case name == "m" && c.Verb == "list":
		c.Modules = value == "true"
	case name == "n":
		c.DryRun = value == "true"
	case name == "debug-actiongraph":
		c.Graph = value
	}
	flag := "-" + name + "=" + value
	if u&archive != 0 {
		c.Given = append(c.Given, flag)
	}
	if flag == "-mod=mod" {
		// What has to be written to go.mod is for the user's go command to say, and not for
		// those that look for the hooks: they know other packages of the module.
		flag = "-mod=readonly"
	}
	switch {
	case u&archive == 0:
	case c.Verb == "test" && (name == "cover" || name == "covermode"):
		// Unless told otherwise, go test covers the packages under test alone.
		c.Cover = append(c.Cover, flag)
	default:
		c.Archive = append(c.Archive, flag)
	}
	if u&host != 0 {
		c.Host = append(c.Host, flag)
	}
}

func refuse(name, value, where string) error {
	return fmt.Errorf("-%s=%s %s: weaver is the -toolexec program of its builds and can not run another; leave it out, or run plain go", name, value, where)
}

// withPatterns gives per-package flags the packages that they are for. Without a
// pattern -gcflags and the like are for the packages on the command line, and on
// that of the resolve there are others.
func (c *CommandLine) withPatterns(flags []string) []string {
	var out []string
	for _, f := range flags {
		name, value, _ := strings.Cut(f, "=")
		if !slices.Contains([]string{"-asmflags", "-gcflags", "-gccgoflags"}, name) || value != "" && value[0] != '-' {
			out = append(out, f)
			continue
		}
		patterns := c.Patterns
		if len(patterns) == 0 {
			patterns = []string{"."}
		}
		for _, p := range patterns {
			if !strings.HasSuffix(p, ".go") { // a package of files alone, which nothing imports
				out = append(out, name+"="+p+"="+value)
			}
		}
	}
	return out
}

// Files returns the folder of the Go files that are named in the place of packages, or
// "". dir is the working folder.
func (c *CommandLine) Files(dir string) string {
	if len(c.Patterns) == 0 || !strings.HasSuffix(c.Patterns[0], ".go") {
		return ""
	}
	if file := c.Patterns[0]; filepath.IsAbs(file) {
		return filepath.Dir(file)
	}
	return filepath.Join(dir, filepath.Dir(c.Patterns[0]))
}
