package weaver

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver/internal/logs"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// A Loom weaves programs by aspects that are values of this process, not those of a
// registration file. [Loom.Weave] shows what weaving makes of packages, and builds
// nothing for it that the go command does not have; [Loom.Build] builds the program as
// the weaver command does. It serves package instrumenttest.
//
// The programs are put into a folder of the loom's own, Dir, which is a module that may
// import whatever that of the aspects may. It is the one main module. A loom is for one
// goroutine, and holds the folder for itself until [Loom.Close].
type Loom struct {
	// Dir is where the program goes. Its go.mod is there already.
	Dir string

	dir   string // with the folders of Dir, and of what is woven
	g     *register.Go
	reg   *register.Registration
	look  *inspection
	close func()
}

// A LoomConfig is what a loom is made from.
type LoomConfig struct {
	Aspects []*instrument.Aspect
	// From is a folder of the module whose imports the programs may have.
	From string
	// Name tells looms apart that this machine uses at one time. One of the same name has
	// the same folder, so that its builds find in caches what earlier ones left there.
	Name string
	// GoMod is the programs' go.mod; "" stands for module example.com/case in the
	// language version of From's module.
	GoMod string
}

// A MistakeError says that the aspects can not mean what they say: their declarations are
// wrong, or a hook does not fit the target that it was declared for. There is a line
// for each, as a build has it.
type MistakeError struct{ Lines string }

func (e *MistakeError) Error() string { return e.Lines }

// NewLoom returns a loom. The error is a [MistakeError] if the declarations of the
// aspects are wrong. A loom of the same name that is in use is waited for.
func NewLoom(c LoomConfig) (*Loom, error) {
	described, err := instrument.Describe(c.Aspects...)
	if err != nil {
		return nil, &MistakeError{err.Error()}
	}
	cache, err := register.CacheDir()
	if err != nil {
		return nil, err
	}
	from, err := filepath.Abs(c.From)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "loom", c.Name)
	work, err := register.NewWorkspace(dir, from, goProgram(), c.GoMod, os.Environ())
	if err != nil {
		return nil, err
	}
	l := &Loom{Dir: work.Dir, dir: dir, g: work.Go, close: work.Close}
	if err := l.prepare(cache, described); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Close gives the loom's folder up.
func (l *Loom) Close() { l.close() }

func (l *Loom) prepare(cache string, described []byte) error {
	if err := os.RemoveAll(filepath.Join(l.dir, "woven")); err != nil {
		return err
	}
	// With -trimpath nothing that a program prints of itself depends on this machine.
	line, err := register.ParseCommandLine("build", []string{"-trimpath"}, "")
	if err != nil {
		return err
	}
	l.reg, err = register.Prepare(register.Options{
		Go: l.g, Line: line, Cache: cache, Given: &register.Given{Aspects: described, Main: l.Dir},
	})
	var declaration *register.DeclarationError
	if errors.As(err, &declaration) {
		return &MistakeError{strings.TrimSpace(declaration.Lines)}
	} else if err != nil {
		return err
	}
	l.reg.Plan.Own = true
	t := &tool{plan: l.reg.Plan, report: "-", log: slog.New(slog.DiscardHandler)}
	l.look, err = newInspection(t, l.g, l.reg.GOROOT, filepath.Join(l.dir, "woven"))
	return err
}

// Build builds the packages that the patterns name, woven, and writes the program, if
// output is not "", to that file. What the go command says goes to messages; the error
// is then that it failed.
func (l *Loom) Build(messages io.Writer, output string, patterns ...string) error {
	if err := l.reg.BuildTool(); err != nil {
		return err
	}
	if err := l.reg.Mark(patterns); err != nil {
		return err
	}
	planFile, err := l.reg.Plan.Write(filepath.Join(l.reg.Plan.Build.Cache, "plan"))
	if err != nil {
		return err
	}
	// Debug information is not needed for traces, and most of what the linker does.
	args := []string{"build", "-trimpath", "-ldflags=-w", "-toolexec=" + toolexecFlag(l.reg.Binary, l.reg.Plan, planFile, "-", logs.Config{Level: logs.LevelOff})}
	args = append(args, l.reg.Plan.Build.Marks...)
	if output != "" {
		args = append(args, "-o", output)
	}
	cmd := exec.Command(l.g.Program, append(append(args, "--"), patterns...)...)
	cmd.Dir, cmd.Env = l.g.Dir, l.g.Env
	cmd.Stdout, cmd.Stderr = messages, messages
	return cmd.Run()
}

// Compile compiles the packages that the patterns name as they are on disk, but for the
// files of the overlay, and links nothing: hooks need not be there. The overlay is a file
// as -overlay of the go command takes it. The error is what the go command says.
func (l *Loom) Compile(overlay string, patterns ...string) error {
	all, err := l.g.Packages([]string{"-overlay=" + overlay}, patterns)
	return errors.Join(err, sourceErrors(all))
}

// A SourceError is a package that can not be compiled as it is, in the go command's
// words.
type SourceError struct{ Message string }

func (e *SourceError) Error() string { return e.Message }

// sourceErrors joins what is wrong with packages.
func sourceErrors(all []*register.Package) error {
	var errs []error
	for _, p := range all {
		if p.Error != nil {
			message := p.Error.Err
			if p.Error.Pos != "" {
				message = p.Error.Pos + ": " + message
			}
			errs = append(errs, &SourceError{strings.TrimSpace(message)})
		}
	}
	return errors.Join(errs...)
}
