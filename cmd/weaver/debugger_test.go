// What the scripts need to debug woven programs: delve, and a session with it as text. The
// debug_… scripts use it.
package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/testscript"
)

// delve is the debugger that the scripts run.
const delve = "github.com/go-delve/delve/cmd/dlv@v1.27.2"

// prompt stands before each command of a session.
const prompt = "(dlv) "

// cmdDelve has delve debug a program by the commands of a session, and fails unless its
// answers are those of the session as well. The program may also be a package, which delve
// builds with the value of -toolexec that a file holds:
//
//	delve [-toolexec FILE] PROGRAM SESSION
//
// A session is what delve's terminal shows, without addresses and counts, and without the
// lines around the one that delve stands at. The frames of package runtime are left out, and
// what weaver makes is weaver_aroundN in weaver.go.
func (l *lab) cmdDelve(ts *testscript.TestScript, neg bool, args []string) {
	call := []string{"exec"}
	if len(args) == 4 && args[0] == "-toolexec" {
		call = []string{"debug", "--build-flags=-toolexec=" + strings.TrimSpace(ts.ReadFile(args[1]))}
		args = args[2:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: delve [-toolexec FILE] PROGRAM SESSION")
	}
	program, err := l.developerTool(delve)
	if err != nil {
		scriptTB{ts}.Skipf("there is no delve: %v", err)
	}
	transcript := filepath.Join(ts.Getenv("WORK"), ".delve")
	ts.Check(os.RemoveAll(transcript))
	commands := []string{"transcript -x " + transcript}
	want := ts.ReadFile(args[1])
	for line := range strings.Lines(want) {
		if c, ok := strings.CutPrefix(line, prompt); ok {
			commands = append(commands, strings.TrimSpace(c))
		}
	}
	call = append(call, ts.MkAbs(args[0]), "--allow-non-terminal-interactive=true", "--check-go-version=false")
	cmd := exec.Command(program, call...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), scriptEnv(ts)
	cmd.Stdin = strings.NewReader(strings.Join(append(commands, "exit\n"), "\n"))
	out, err := cmd.CombinedOutput()
	if err != nil && bytes.Contains(out, []byte("operation not permitted")) {
		scriptTB{ts}.Skipf("delve may not trace processes here: %s", out)
	}
	must(ts, err == nil, "delve: %v\n%s", err, out)
	got := session(ts.ReadFile(transcript))
	if d := diff.Diff("the session", []byte(want), "delve", []byte(got)); d != nil {
		ts.Fatalf("%s: delve says something else:\n%s", args[1], d)
	}
}

// session returns what is compared of a transcript.
func session(transcript string) string {
	var (
		around  = regexp.MustCompile(`^ +\d+:`)
		current = regexp.MustCompile(`^=> +(\d+:)\s*`)
		where   = regexp.MustCompile(` \(PC: 0x[0-9a-f]+\)| \(hits .*\)| at 0x[0-9a-f]+|0x[0-9a-f]+ in `)
		made    = regexp.MustCompile(`(weaver_[a-z]+)\d+`)
		line    = regexp.MustCompile(`orchestrion/src/(weaver\.go):\d+`)
		frame   = regexp.MustCompile(`^\d+  0x[0-9a-f]+ in runtime\.`)
	)
	var b strings.Builder
	skip := false // the place of a frame that was left out
	for text := range strings.Lines(transcript) {
		switch {
		case skip:
			skip = false
			continue
		case frame.MatchString(text):
			skip = true
			continue
		case around.MatchString(text), strings.TrimSpace(text) == "", strings.HasPrefix(text, prompt+"exit"):
			continue
		}
		text = current.ReplaceAllString(text, "=> $1 ")
		text = made.ReplaceAllString(where.ReplaceAllString(text, ""), "${1}N")
		b.WriteString(line.ReplaceAllString(text, "$1"))
	}
	return b.String()
}

// scriptEnv returns the environment of the script, for programs that call the go command.
func scriptEnv(ts *testscript.TestScript) []string {
	env := os.Environ()
	for _, k := range []string{"HOME", "USERPROFILE", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GONOSUMDB", "GOSUMDB", "GOTOOLCHAIN", "GOENV", "WEAVER_CACHE"} {
		env = append(env, k+"="+ts.Getenv(k))
	}
	return append(env, "TERM=dumb", "GOWORK=off", "GOFLAGS=")
}

// developerTool returns the file of a program that is no part of what is tested, built once for
// all scripts in the folder of the lab: "example.com/cmd/name@version".
func (l *lab) developerTool(pkg string) (program string, err error) {
	build, _ := l.tools.LoadOrStore(pkg, sync.OnceValues(func() (string, error) {
		bin := filepath.Join(l.dir, "tools")
		cmd := exec.Command("go", "install", pkg)
		cmd.Dir, cmd.Env = l.dir, append(os.Environ(), append(l.env, "GOBIN="+bin, "GOWORK=off", "GOFLAGS=")...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go install %s: %w\n%s", pkg, err, out)
		}
		name, _, _ := strings.Cut(path.Base(pkg), "@")
		return exec.LookPath(filepath.Join(bin, name))
	}))
	return build.(func() (string, error))()
}
