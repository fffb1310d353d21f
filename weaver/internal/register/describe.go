package register

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/goweaver/weaver/internal/rule"
)

// The registration binary is a program of the user's: before its main function can say
// anything, the packages that it imports are initialised, and what they do then they do
// in every tool of the build as well. So what is wrong there is said before the build.

// Mistaken is what the registration binary prints, asked for its aspects, when their
// declarations are mistaken. The mistakes are then on stderr.
const Mistaken = "mistaken\n"

// patience is how long the registration binary may take to say its aspects, which takes
// some milliseconds.
const patience = time.Minute

// describe asks the registration binary for its aspects.
func (p *preparation) describe() ([]rule.Aspect, error) { return p.describeWithin(patience) }

func (p *preparation) describeWithin(patience time.Duration) ([]rule.Aspect, error) {
	out, mistakes, err := p.ask(patience)
	if err != nil {
		return nil, err
	}
	if mistakes != "" {
		return nil, &DeclarationError{p.locate(mistakes)}
	}
	p.described = digestOf(out)
	var aspects []rule.Aspect
	if err := json.Unmarshal(out, &aspects); err != nil {
		return nil, fmt.Errorf("%s: the registration binary printed %.80q instead of its aspects; see that main calls weaver.Main, and that no init of what it imports prints", p.reg.File, out)
	}
	p.locateRules(aspects)
	return aspects, nil
}

// ask runs the registration binary. It returns what that prints, or the mistakes that it
// finds in the aspects.
func (p *preparation) ask(patience time.Duration) (out []byte, mistakes string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, p.reg.Binary, "describe")
	cmd.Dir = p.root
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// Some of its settings have every Go program print to stderr.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "GODEBUG=") })
	cmd.Cancel = func() error {
		if cmd.Process.Signal(syscall.SIGQUIT) == nil {
			return nil // it ends with a trace, which says where it is
		}
		return cmd.Process.Kill()
	}
	cmd.WaitDelay = 2 * time.Second
	err = cmd.Run()
	said := strings.TrimSpace(stderr.String())
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, "", p.failed(said, "does not come to weaver.Main within %v", patience)
	case errors.As(err, &exit) && strings.HasSuffix(stdout.String(), Mistaken) && said != "":
		return nil, said, nil
	case errors.As(err, &exit) && strings.Contains(said, "\ngoroutine "):
		return nil, "", p.failed(said, "crashes before weaver.Main")
	case err != nil:
		return nil, "", p.failed(said, "ends before weaver.Main, %w", err)
	case stdout.Len() == 0:
		return nil, "", p.failed(said, "ends before weaver.Main")
	case said != "":
		return nil, "", p.failed(said, "prints to stderr when it is initialised, and would with every package of a build")
	}
	return stdout.Bytes(), "", nil
}

// failed returns the error about a registration binary that does something else than
// to say its aspects. said is what it said.
func (p *preparation) failed(said, format string, args ...any) error {
	at := ""
	if name, place := initializer(said); name != "" {
		at = fmt.Sprintf(", in %s at %s", name, p.locate(place))
	}
	if lines := strings.Split(said, "\n"); len(lines) > maxSaid {
		said = strings.Join(append(lines[:maxSaid], "…"), "\n")
	}
	if said != "" {
		said = "\n" + said
	}
	return fmt.Errorf("%s: the registration binary "+format+"%s; see that main calls weaver.Main, and that no init of what it imports prints, panics, waits or ends the program%s", append(append([]any{p.reg.File}, args...), at, said)...)
}

// maxSaid is how many lines are shown of what a registration binary says.
const maxSaid = 12

// initializer returns the package-level initialiser or init function that a trace is
// about, the innermost one, and its file and line; or "".
//
// A trace has two lines for each frame: the function with its arguments, and behind a
// tab the place.
func initializer(trace string) (name, place string) {
	lines := strings.Split(trace, "\n")
	for i, line := range lines[:max(len(lines)-1, 0)] {
		next, isFrame := strings.CutPrefix(lines[i+1], "\t")
		name, _, _ := strings.Cut(strings.TrimSpace(line), "(")
		if _, fn, ok := strings.Cut(path.Base(name), "."); !isFrame || !ok || fn != "init" && !strings.HasPrefix(fn, "init.") {
			continue
		}
		place, _, _ := strings.Cut(next, " +0x")
		return name, place
	}
	return "", ""
}

func (p *preparation) locateRules(aspects []rule.Aspect) {
	for i := range aspects {
		for j := range aspects[i].Rules {
			r := &aspects[i].Rules[j]
			r.Pos = p.locate(r.Pos)
		}
	}
}

// locate turns the trimmed file names at the starts of lines into those on disk.
func (p *preparation) locate(lines string) string {
	out := strings.Split(lines, "\n")
	for i, line := range out {
		if file, rest, ok := strings.Cut(line, ".go:"); ok {
			out[i] = p.mods.onDisk(file+".go", p.reg.File) + ":" + rest
		}
	}
	return strings.Join(out, "\n")
}
