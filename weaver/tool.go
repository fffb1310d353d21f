package weaver

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/resolve"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// A tool is one call of a tool of the Go toolchain, through -toolexec.
type tool struct {
	plan     *plan.Plan
	planFile string
	report   string // the file that records go to; "-" for none
	bare     bool   // the wrapper does not stand before the build
	marked   bool   // the packages to weave have marks, see package mark
	mark     plan.Mark
	path     string // of the tool
	args     []string

	// Where what a tool would do is only looked at: the registration binary, which is not
	// this process, and the environment of the go commands that are called.
	binary string
	env    []string

	logging logs.Config
	logFile *logs.File // nil where nothing is logged
	log     *slog.Logger
}

// handlers are the tools whose calls weaver changes. Every other, and any that it
// does not know, gets its arguments byte for byte.
func handler(name string) func(*tool) (int, error) {
	switch name {
	case "compile":
		return (*tool).compile
	case "link":
		return (*tool).link
	}
	return nil
}

// marksWord is the argument that says that the packages to weave have marks.
const marksWord = "-marks"

// runTool serves "toolexec <plan> <report> [-marks] <tool> <args>" and returns the exit code.
func runTool(args []string) int {
	if len(args) < 3 {
		fmt.Fprintln(os.Stderr, "weaver: toolexec is called by the go command, with a plan, a report and a tool; run go tool weaver go build instead")
		return 2
	}
	t := &tool{planFile: args[0], report: args[1], logging: logs.Config{Level: logs.LevelOff}}
	args = args[2:]
	if t.marked = args[0] == marksWord && len(args) > 1; t.marked {
		args = args[1:]
	}
	if word, ok := strings.CutPrefix(args[0], logWord); ok && len(args) > 1 {
		var err error
		if t.logging, err = logs.Parse(word); err != nil {
			return complain(err, 2)
		}
		args = args[1:]
	}
	t.path, t.args = args[0], args[1:]
	return t.run()
}

// runBare serves "<tool> <args>" in a build without the wrapper.
func runBare(planFile string, args []string) int {
	t := &tool{planFile: planFile, report: "-", bare: true, path: args[0], args: args[1:]}
	var err error
	if t.logging, err = logs.Resolve("", "", os.Getenv); err == nil {
		err = t.logging.CheckAbs()
	}
	if err != nil {
		return complain(err, 2)
	}
	return t.run()
}

func (t *tool) run() int {
	t.openLog()
	name := toolcmd.Name(t.path)
	t.trace("tool", slog.String("tool", name), slog.Any("args", t.args))
	handle := handler(name)
	if handle == nil || t.marked && !concerns(name, t.args) {
		return t.exec(t.args)
	}
	defer t.closeLog()
	var err error
	if t.plan, err = plan.Read(t.planFile); err != nil {
		fmt.Fprintln(os.Stderr, "weaver:", err)
		return 1
	}
	var code int
	if len(t.args) == 1 && t.args[0] == "-V=full" {
		code, err = t.version(name)
	} else {
		code, err = handle(t)
	}
	if err != nil {
		t.log.Error(err.Error(), "tool", name, "package", importPath())
	}
	var mismatch *match.MismatchError
	switch {
	case errors.As(err, &mismatch): // says where it comes from itself
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "weaver:", err)
		return max(code, 1)
	}
	return code
}

// concerns reports whether weaver has to do with a call of the compiler or linker, in a build
// whose packages have marks: any other is the plain one.
func concerns(name string, args []string) bool {
	switch {
	case len(args) == 1 && args[0] == "-V=full":
		return false
	case name != "compile", len(args) == 1:
		return true // all of a long command line is in a file
	}
	if mark, _ := plan.CutMark(args); mark != "" {
		return true
	}
	i := slices.Index(args, "-p")
	return i >= 0 && i+1 < len(args) && args[i+1] == "main" // those of tests have none
}

// version prints the tool's own line with the plan's identity, by which the go
// command keys what the tool makes.
//
// Of a development toolchain's line only the content half of the last field,
// buildID=…/content, counts; of a release's line all of it does.
// Source: toolID in cmd/go/internal/work/buildid.go of go1.26.
func (t *tool) version(name string) (int, error) {
	if t.bare {
		if err := t.checkEnvironment(); err != nil {
			return 1, err
		}
	}
	cmd := exec.Command(t.path, t.args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if code, failed := exitCode(err); failed {
		return code, nil
	} else if err != nil {
		return 1, err
	}
	line := strings.TrimSpace(string(out))
	f := strings.Fields(line)
	if len(f) < 3 || f[1] != "version" {
		return 1, fmt.Errorf("%s -V=full printed %q, which is no version", name, line)
	}
	if strings.Contains(f[2], "devel") {
		line += "+weaver-" + t.plan.Identity
	} else {
		line += " weaver:" + t.plan.Identity
	}
	fmt.Println(line)
	return 0, nil
}

// exitCode returns the exit code of a command that ran and failed.
func exitCode(err error) (code int, failed bool) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, false
	}
	if code := exit.ExitCode(); code > 0 {
		return code, true
	}
	return 1, true // ended by a signal
}

func (t *tool) resolver() *resolve.Resolver {
	return &resolve.Resolver{
		Plan:     t.plan,
		Toolexec: t.innerToolexec(),
		Log:      t.log,
		Go:       resolve.GoCommand(t.path),
		Env:      t.env,
	}
}

// innerToolexec returns the value of -toolexec for the go commands that serve this
// process. Where the wrapper reads what tools have to say, theirs is read too: the log,
// and the records of hook packages, which main's record has in it as well.
func (t *tool) innerToolexec() string {
	return toolexecFlag(cmp.Or(t.binary, os.Args[0]), t.plan, t.planFile, t.report, t.logging)
}

// toolexecFlag returns the value of -toolexec: words quoted as the go command
// splits them.
func toolexecFlag(binary string, p *plan.Plan, planFile, report string, logging logs.Config) string {
	args := []string{binary, "toolexec", planFile, report}
	if p.Marks != nil {
		args = append(args, marksWord)
	}
	if !logging.Off() {
		args = append(args, logWord+logging.String())
	}
	var words []string
	for _, w := range args {
		switch {
		case !strings.ContainsAny(w, " \t\n'\""):
		case !strings.Contains(w, "'"):
			w = "'" + w + "'"
		default:
			w = `"` + w + `"`
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// quotable returns an error if the path can not stand in the value of -toolexec, in which
// one kind of quotes can stand around a word, and nothing escapes the other. The variable
// is what would set another path.
func quotable(path, variable string) error {
	if strings.Contains(path, "'") && strings.Contains(path, `"`) {
		return fmt.Errorf("the path %s has both kinds of quotes in it, which the value of -toolexec can not have; set %s to another", path, variable)
	}
	return nil
}

// importPath returns the path of the package that the tool works on, as go list has
// it, without the test variant in brackets.
func importPath() string {
	p, _, _ := strings.Cut(os.Getenv("TOOLEXEC_IMPORTPATH"), " ")
	return p
}

// goarch returns the architecture that the tool compiles for. A plan for a test of a tool
// may not say it; the go command sets it in the environment of its tools where it is not
// their own default.
func (t *tool) goarch() string {
	return cmp.Or(t.plan.Build.Target["GOARCH"], os.Getenv("GOARCH"), runtime.GOARCH)
}

// stageFile writes a file to orchestrion/src in the stage folder, where -work keeps it.
func stageFile(stage, name string, data []byte) (string, error) {
	dir := filepath.Join(stage, "orchestrion", "src")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	file := filepath.Join(dir, name)
	return file, os.WriteFile(file, data, 0o666)
}
