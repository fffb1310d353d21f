package main_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdFaults makes a folder, module, with the program, aspects and faults of
// testdata/faults, the root of module example.com/app, and goes there:
//
//	faults
//
// The program prints what cmdGreeted looks for. Which tool process of a build breaks, and
// how, is written to the file that FAULTS names: see package inject there.
func (l *lab) cmdFaults(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: faults")
	}
	dir := ts.MkAbs("module")
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(ts.Chdir(dir))
	ts.Check(os.CopyFS(dir, os.DirFS(filepath.Join(l.root, "cmd", "weaver", "testdata", "faults"))))
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte("module example.com/app\n\ngo 1.25.0\n"), 0o666))
	l.cmdGetweaver(ts, false, nil)
	ts.Setenv("FAULTS", filepath.Join(ts.Getenv("WORK"), "faults"))
}

// cmdGreeted runs the program of testdata/faults, which must be woven and whole:
//
//	greeted PROGRAM
func cmdGreeted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: greeted PROGRAM")
	}
	ts.Check(ts.Exec(args[0]))
	const want = "hook: main greet\nmain\nhook: example.com/app/lib Greet\nlib\n"
	if got := ts.ReadFile("stderr"); got != want {
		ts.Fatalf("the program prints\n%swant\n%s", got, want)
	}
}

// cmdTree writes the names, modes and digests of all files below the current directory
// to a file elsewhere, by which two states can be compared:
//
//	tree FILE
func cmdTree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tree FILE")
	}
	var b strings.Builder
	root := ts.MkAbs(".")
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %s", info.Mode(), rel)
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %x %s", sha256.Sum256(data), info.ModTime().Format(time.RFC3339Nano))
		}
		b.WriteByte('\n')
		return nil
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o666))
}

// cmdDamage leaves of files what a crash or a full disk may leave: the first half, nothing,
// or zeros. Each pattern has to match.
//
//	damage cut|empty|zero PATTERN…
func cmdDamage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: damage cut|empty|zero PATTERN...")
	}
	for _, pattern := range args[1:] {
		files, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		must(ts, len(files) > 0, "nothing matches %s", pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			ts.Check(err)
			info, err := os.Stat(file)
			ts.Check(err)
			switch args[0] {
			case "cut":
				data = data[:len(data)/2]
			case "empty":
				data = nil
			case "zero":
				clear(data)
			default:
				ts.Fatalf("damage: no such damage: %s", args[0])
			}
			// Not in place: a link of the same file elsewhere stays whole, and a program that
			// runs can not be written to.
			ts.Check(os.Remove(file))
			ts.Check(os.WriteFile(file, data, info.Mode().Perm()))
		}
	}
}

// cmdPrivate checks that nobody but the user has any right to a folder and what is in it:
//
//	private DIR
func cmdPrivate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: private DIR")
	}
	n := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			err = fmt.Errorf("%s has mode %s", path, info.Mode())
		}
		n++
		return err
	}))
	must(ts, n > 1, "there is nothing in %s", args[0])
}

// cmdClonecache gives the script a build cache of its own that starts with all that the
// shared one has. Its files are links, so it is made in no time, but the script has to
// remove files, not to change them.
//
//	clonecache
func cmdClonecache(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: clonecache")
	}
	from := ts.Getenv("GOCACHE")
	to, err := os.MkdirTemp(filepath.Dir(from), "clone-")
	ts.Check(err)
	ts.Defer(func() { _ = os.RemoveAll(to) })
	ts.Check(filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		if err := os.Link(path, filepath.Join(to, rel)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil // another script's, gone since
	}))
	ts.Setenv("GOCACHE", to)
}

// cmdInterrupt runs a program, and when the file FAULTS.reached is there, which a tool
// process made that waits, sends the program, and no other process, a signal. Then the
// tool goes on. The program has to end as is said: by a signal's name, or with an exit
// code. Its stderr is in interrupted.txt.
//
//	interrupt SIGNAL SIGNAL|CODE PROGRAM ARG…
func cmdInterrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupt SIGNAL SIGNAL|CODE PROGRAM ARG...")
	}
	hold := ts.Getenv("FAULTS")
	cmd := exec.Command(ts.MkAbs(args[2]), args[3:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	ts.Check(cmd.Start())
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(time.Millisecond) {
		if os.Remove(hold+".reached") == nil {
			break
		}
		if time.Now().After(end) {
			_ = cmd.Process.Kill()
			ts.Fatalf("the build does not come to where it is held: %s", stderr.String())
		}
	}
	ts.Check(cmd.Process.Signal(signals()[args[0]]))
	time.Sleep(200 * time.Millisecond) // until it has got about
	ts.Check(os.Remove(hold))
	err := cmd.Wait()
	var exit *exec.ExitError
	got := "0"
	if errors.As(err, &exit) {
		got = ended(exit)
	}
	ts.Check(os.WriteFile(ts.MkAbs("../interrupted.txt"), stderr.Bytes(), 0o666))
	must(ts, got == args[1], "it ended with %s, want %s: %s", got, args[1], stderr.String())
}

// ended returns the exit code, or the signal that ended the process.
func ended(exit *exec.ExitError) string {
	if code := exit.ExitCode(); code >= 0 {
		return strconv.Itoa(code)
	}
	return strings.TrimPrefix(exit.Error(), "signal: ")
}

// environment returns the script's variables, as far as their names are known here.
func environment(ts *testscript.TestScript) []string {
	env := os.Environ()
	for _, name := range []string{
		"HOME", "TMPDIR", "FAULTS", "WEAVER_CACHE", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GONOSUMDB", "GOSUMDB",
		"GOTOOLCHAIN", "GOENV", "GOFLAGS", "GOTRACEBACK",
	} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return append(env, "PWD="+ts.MkAbs("."))
}

// cmdFull runs a program for which the disk has no more room in a folder than a size, as
// mount has it. What it wrote there is in the folder DIR.left afterwards.
//
//	[!] full SIZE DIR PROGRAM ARG…
func cmdFull(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: full SIZE DIR PROGRAM ARG...")
	}
	top, err := os.MkdirTemp("", "")
	ts.Check(err)
	defer os.RemoveAll(top)
	ts.Defer(func() { _ = os.RemoveAll(ts.MkAbs(args[1]) + ".left") })
	err = ts.Exec("unshare", slices.Concat([]string{"-rm", "sh", "-euc", mountSmall, "sh", args[0], ts.MkAbs(args[1]), top}, args[2:])...)
	switch {
	case err == nil && neg:
		ts.Fatalf("it ended well")
	case err != nil && !neg:
		ts.Fatalf("%v", err)
	}
}

// mountSmall has what is written to a folder go to a small file system above it, and runs
// a program for which that is so.
const mountSmall = `size=$1 dir=$2 top=$3; shift 3
mount -t tmpfs -o "size=$size" none "$top"
mkdir "$top/upper" "$top/work"
mount -t overlay -o "userxattr,lowerdir=$dir,upperdir=$top/upper,workdir=$top/work" none "$dir"
code=0
"$@" || code=$?
rm -rf "$dir.left"
cp -a "$top/upper" "$dir.left"
exit $code`

// haveNamespaces reports whether who runs the tests can mount a file system for a program
// alone.
func haveNamespaces() bool {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return false
	}
	defer os.RemoveAll(dir)
	top, low := filepath.Join(dir, "top"), filepath.Join(dir, "low")
	if os.Mkdir(top, 0o700) != nil || os.Mkdir(low, 0o700) != nil {
		return false
	}
	return exec.Command("unshare", "-rm", "sh", "-euc", mountSmall, "sh", "64k", low, top, "true").Run() == nil
}
