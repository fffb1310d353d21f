package main_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// cmdPublish serves a folder as a version of a module, by a proxy of the script's own in
// front of the others:
//
//	publish DIR MODULE@VERSION
func cmdPublish(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: publish DIR MODULE@VERSION")
	}
	path, version, _ := strings.Cut(args[1], "@")
	dir := ts.MkAbs(args[0])
	goMod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	ts.Check(err)
	var archive bytes.Buffer
	ts.Check(zip.CreateFromDir(&archive, module.Version{Path: path, Version: version}, dir))

	proxy := filepath.Join(ts.Getenv("WORK"), ".proxy")
	at := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	ts.Check(os.MkdirAll(at, 0o777))
	list, err := os.OpenFile(filepath.Join(at, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	ts.Check(err)
	_, err = fmt.Fprintln(list, version)
	ts.Check(err)
	ts.Check(list.Close())
	info := fmt.Appendf(nil, `{"Version":%q,"Time":%q}`, version, time.Unix(0, 0).UTC().Format(time.RFC3339))
	for name, data := range map[string][]byte{"info": info, "mod": goMod, "zip": archive.Bytes()} {
		ts.Check(os.WriteFile(filepath.Join(at, version+"."+name), data, 0o666))
	}
	if own := fileURL(proxy); !strings.HasPrefix(ts.Getenv("GOPROXY"), own) {
		ts.Setenv("GOPROXY", own+","+ts.Getenv("GOPROXY"))
	}
	ts.Setenv("GONOSUMDB", ts.Getenv("GONOSUMDB")+","+path)
}

// cmdReadonly runs a program that can not write to folders:
//
//	readonly DIR… -- PROGRAM ARG…
func cmdReadonly(ts *testscript.TestScript, neg bool, args []string) {
	n := slices.Index(args, "--")
	if neg || n < 1 || n+1 == len(args) {
		ts.Fatalf("usage: readonly DIR... -- PROGRAM ARG...")
	}
	dirs, call := args[:n], args[n+1:]
	for i, dir := range dirs {
		dirs[i] = ts.MkAbs(dir)
	}
	if !privileged() {
		for _, dir := range dirs {
			ts.Check(setWritable(dir, false))
			defer func() { ts.Check(setWritable(dir, true)) }()
		}
		ts.Check(ts.Exec(call[0], call[1:]...))
		return
	}
	// Who is root writes whatever the mode bits are. The mount is seen by the program alone.
	var script strings.Builder
	for i := range dirs {
		fmt.Fprintf(&script, "mount --bind \"$%[1]d\" \"$%[1]d\" && mount -o remount,bind,ro \"$%[1]d\"\n", i+1)
		fmt.Fprintf(&script, "if touch \"$%d/.probe\" 2>/dev/null; then echo \"$%[1]d can be written to\" >&2; exit 1; fi\n", i+1)
	}
	fmt.Fprintf(&script, "cd \"$PWD\"\nshift %d\nexec \"$@\"\n", len(dirs))
	shell := append([]string{"-m", "sh", "-euc", script.String(), "sh"}, dirs...)
	ts.Check(ts.Exec("unshare", append(shell, call...)...))
}

func privileged() bool { return os.Geteuid() == 0 }

// canReadonly reports whether this machine lets cmdReadonly do what it does.
func canReadonly() bool {
	switch {
	case runtime.GOOS == "windows": // folders have no such mode
		return false
	case !privileged():
		return true
	}
	return exec.Command("unshare", "-m", "true").Run() == nil
}

// setWritable gives the owner the right to write to the folder and all below it, or
// takes it.
func setWritable(dir string, writable bool) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() &^ 0o222
		if writable {
			mode |= 0o200
		}
		return os.Chmod(path, mode)
	})
}
