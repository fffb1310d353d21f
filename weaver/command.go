package weaver

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goweaver/weaver/internal/catalog"
	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// Command runs weaver's command line, without the program name, and returns the
// exit code: that of the go command where it was run, 2 for a call that makes no
// sense, and 1 for what else went wrong.
//
// Registration files are refreshed by the function that is handed in: a registration
// binary, which has this package in it too, need not be linked with what edits files.
func Command(args []string, refresh catalog.Refresher) int {
	c, err := parse(args)
	if err == nil {
		err = c.openLog()
	}
	if err != nil {
		return complain(err, 2)
	}
	for _, s := range subcommands(refresh) {
		switch {
		case s.name != c.name:
		case c.asksHelp():
			return complainIf(printHelp(c.name))
		default:
			return s.run(c)
		}
	}
	return complain(unknown(c.name), 2)
}

// A command is one call of weaver.
type command struct {
	name   string   // that of a subcommand
	args   []string // behind the name
	assign []string // leading assignments, for the go command alone
	quiet  bool     // -q
	strict bool     // --strict

	logLevel, logFile string // --log-level, --log-file
	logging           logs.Config
	log               *slog.Logger
}

func parse(args []string) (*command, error) {
	c := &command{name: "help", strict: isTrue(os.Getenv("ORCHESTRION_STRICT"))}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		name, value, inline := strings.Cut(arg, "=")
		if strings.HasPrefix(arg, "--") {
			name = name[1:]
		}
		switch {
		case name == "-log-level" || name == "-log-file":
			if !inline {
				if len(args) == 0 {
					return nil, fmt.Errorf("flag %s needs a value; run go tool weaver help flags", arg)
				}
				value, args = args[0], args[1:]
			}
			if name == "-log-level" {
				c.logLevel = value
			} else {
				c.logFile = value
			}
		case name == "-q" && !inline:
			c.quiet = true
		case name == "-strict" && !inline:
			c.strict = true
		case name == "-h" || name == "-help":
			return c, nil
		case strings.HasPrefix(arg, "-"):
			return nil, fmt.Errorf("unknown flag %s; run go tool weaver help flags", arg)
		case isAssignment(arg):
			c.assign = append(c.assign, arg)
		default:
			c.name, c.args = arg, args
			return c, nil
		}
	}
	return c, nil
}

func isTrue(s string) bool { return s == "1" || strings.EqualFold(s, "true") }

// isAssignment reports whether arg is NAME=value.
func isAssignment(arg string) bool {
	name, _, ok := strings.Cut(arg, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

func complain(err error, code int) int {
	fmt.Fprintln(os.Stderr, "weaver:", err)
	return code
}

// runGo runs the go command, woven if its verb compiles.
func (c *command) runGo() int {
	if len(c.args) == 0 {
		return complain(errors.New("no verb for the go command; say for instance go tool weaver go build ./..."), 2)
	}
	verb, args := c.args[0], c.args[1:]
	g, err := c.goCommand("")
	if err != nil {
		return complain(err, 1)
	}
	if !slices.Contains(wovenVerbs(), verb) {
		return c.spawn(g, c.args).exit()
	}
	line, err := register.ParseCommandLine(verb, args, os.Getenv("GOFLAGS"))
	if err != nil {
		return complain(err, 2)
	}
	if line.Modules {
		return c.spawn(g, c.args).exit()
	}
	if line.OtherModule {
		c.notice("a package at a version is built outside this module: nothing is woven")
		return c.spawn(g, c.args).exit()
	}
	if g, err = c.goCommand(line.Chdir); err != nil {
		return complain(err, 1)
	}
	reg, code := c.prepare(g, line, true)
	if code != 0 {
		return code
	}
	if reg == nil {
		return c.spawn(g, slices.Concat([]string{verb}, line.GCArgs(), line.Args)).exit()
	}
	build, err := c.newSession(g, line, reg)
	if err != nil {
		return complain(err, 1)
	}
	return build.run()
}

// goCommand returns the go command in the folder that -C names.
func (c *command) goCommand(chdir string) (*register.Go, error) {
	dir, err := filepath.Abs(chdir)
	if err != nil {
		return nil, err
	}
	env := append(os.Environ(), c.assign...)
	if chdir != "" {
		env = append(env, "PWD="+dir)
	}
	return &register.Go{Program: goProgram(), Dir: dir, Env: env}, nil
}

// goProgram returns the go command that runs weaver: go tool sets GOROOT for what it
// runs, and its bin folder comes first, so that a build has one toolchain.
func goProgram() string {
	if root := os.Getenv("GOROOT"); root != "" {
		name := filepath.Join(root, "bin", "go")
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return "go"
}

// prepare returns what a build is woven with, or nil if nothing is woven here. The exit
// code is not 0 if there is nothing to run.
func (c *command) prepare(g *register.Go, line *register.CommandLine, marks bool) (reg *register.Registration, code int) {
	start := time.Now()
	reg, err := c.register(g, line, register.Options{Marks: marks})
	var declaration *register.DeclarationError
	var build *register.BuildError
	switch {
	case errors.Is(err, register.ErrNoModule):
		c.notice("not inside a module: nothing is woven")
		return nil, 0
	case errors.As(err, &declaration):
		fmt.Fprintln(os.Stderr, strings.TrimSpace(declaration.Lines))
		return nil, 1
	case errors.As(err, &build):
		fmt.Fprintln(os.Stderr, strings.TrimSpace(build.Message))
		return nil, complain(fmt.Errorf("the registration file %s does not build, see above; correct it, or run go get -tool github.com/goweaver/weaver/cmd/weaver if modules are missing", build.File), 1)
	case err != nil:
		return nil, complain(err, 1)
	}
	if reg.Default {
		c.notice(fmt.Sprintf("no %s in this module: weaving the default aspects, %s", register.FileName, strings.Join(aspectNames(reg.Plan), ", ")))
	}
	c.log.Info("registration", "file", reg.File, "aspects", aspectNames(reg.Plan), "rules", len(reg.Plan.Rules),
		"identity", reg.Plan.Identity, "marks", len(reg.Plan.Build.Marks), "unmarked", reg.Unmarked, "kept", reg.Kept, "binary", reg.Binary, "took", time.Since(start))
	return reg, 0
}

// register returns the registration of a build, for which o says what else it is for.
func (c *command) register(g *register.Go, line *register.CommandLine, o register.Options) (_ *register.Registration, err error) {
	if o.Cache, err = register.CacheDir(); err != nil {
		return nil, err
	}
	o.Go, o.Line, o.Compiling = g, line, c.compiling
	o.Default = catalog.File(catalog.Wanted(catalog.BuiltIns(), nil))
	return register.Prepare(o)
}

func aspectNames(p *plan.Plan) []string {
	var out []string
	for _, r := range p.Rules {
		if !slices.Contains(out, r.Aspect) {
			out = append(out, r.Aspect)
		}
	}
	return out
}

// notice says on stderr what the user might not expect.
func (c *command) notice(text string) {
	if !c.quiet {
		fmt.Fprintln(os.Stderr, "weaver:", text)
	}
}

// printToolexec prints the value of -toolexec for builds without the wrapper.
func (c *command) printToolexec() int {
	g, err := c.goCommand("")
	if err != nil {
		return complain(err, 1)
	}
	line, err := register.ParseCommandLine("build", c.args, "")
	if err != nil {
		return complain(err, 2)
	}
	reg, code := c.prepare(g, line, false)
	if code != 0 || reg == nil {
		return max(code, 1)
	}
	if err := reg.Stamp(); err != nil {
		return complain(err, 1)
	}
	planFile, err := reg.Plan.Write(filepath.Join(reg.Plan.Build.Cache, "plan"))
	if err != nil {
		return complain(err, 1)
	}
	token, err := plan.Link(reg.Binary, planFile)
	if err != nil {
		return complain(err, 1)
	}
	fmt.Println(token)
	return 0
}
