// The end-to-end scripts of testdata/script. Each installs weaver the way a user
// does, from a module proxy (modproxy_test.go), builds a program with "go tool
// weaver" and looks at what that program does. A script is one claim, which its
// first line states; the commands it has beside those of testscript are in
// commands_test.go, logs_test.go, spans_test.go, docs_test.go, walk_test.go and help_test.go.
//
// WEAVER_E2E_LONG=1 has the long scripts run too, and WEAVER_E2E_TOOLCHAIN=go1.25.0 has
// all of them run with the toolchain of that name, as GOTOOLCHAIN takes it.
package main_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// modulePath is the module under test.
const modulePath = "github.com/goweaver/weaver"

func TestScript(t *testing.T) {
	if testing.Short() {
		t.Skip("the scripts build whole programs, which takes minutes")
	}
	l := newLab(t)
	testscript.Run(t, l.params("script", l.setup))
}

// params returns how the scripts of a folder of testdata run.
func (l *lab) params(folder string, setup func(*testscript.Env) error) testscript.Params {
	return testscript.Params{
		Dir:                 filepath.Join("testdata", folder),
		Setup:               setup,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Condition:           condition,
		Cmds:                l.commands(),
	}
}

func (l *lab) commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"appended":   cmdAppended,
		"archives":   cmdArchives,
		"bare":       cmdBare,
		"checkout":   l.cmdCheckout,
		"clonecache": cmdClonecache,
		"compiles":   cmdCompiles,
		"damage":     cmdDamage,
		"delve":      l.cmdDelve,
		"docs":       l.cmdDocs,
		"examples":   l.cmdExamples,
		"exits":      cmdExits,
		"faults":     l.cmdFaults,
		"full":       cmdFull,
		"getweaver":  l.cmdGetweaver,
		"gopls":      l.cmdGopls,
		"greeted":    cmdGreeted,
		"interrupt":  cmdInterrupt,
		"lab":        l.cmdLab,
		"listens":    cmdListens,
		"logs":       cmdLogs,
		"otlp":       cmdOTLP,
		"picture":    l.cmdPicture,
		"postgres":   cmdPostgres,
		"private":    cmdPrivate,
		"publish":    cmdPublish,
		"readonly":   cmdReadonly,
		"redis":      cmdRedis,
		"rabbitmq":   cmdRabbitMQ,
		"memcached":  cmdMemcached,
		"replace":    cmdReplace,
		"serve":      l.cmdServe,
		"spans":      cmdSpans,
		"tree":       cmdTree,
		"trim":       cmdTrim,
		"walk":       l.cmdWalk,
	}
}

// A lab is what the scripts of one test run share.
type lab struct {
	root    string   // the checkout
	version string   // of weaver, as the proxy serves it
	env     []string // of every script
	goMod   string   // what "go get -tool" adds to a new module's go.mod
	goSum   string   // and to its go.sum
	dir     string   // for what is made on the way
	servers sync.Map // of cmdServe, by name: a func() (string, error) that builds it once
	tools   sync.Map // of developerTool, by package, the same
}

// newLab serves the checkout as a module and gets weaver into a module once.
//
// The scripts share a build cache, a module cache and weaver's own cache, since a
// set of aspects that a build cache has not seen costs a compile of the standard
// library. The folder named by WEAVER_E2E_CACHE keeps them from run to run; without
// it they live as long as the test. Modules that the developer has already
// downloaded come from there, the rest from the ordinary proxy.
func newLab(t *testing.T) *lab {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	shared := os.Getenv("WEAVER_E2E_CACHE")
	if shared == "" {
		shared = t.TempDir()
		t.Cleanup(func() { cleanModules(t, shared) })
	}
	proxy := filepath.Join(t.TempDir(), "proxy")
	l := &lab{root: root, dir: t.TempDir()}
	if l.version, err = serveModules(proxy, root); err != nil {
		t.Fatal(err)
	}
	ambient := goEnv(t, root)
	l.env = []string{
		"WEAVER_VERSION=" + l.version,
		"WEAVER_CACHE=" + filepath.Join(shared, "weaver"),
		"GOCACHE=" + filepath.Join(shared, "build"),
		"GOMODCACHE=" + filepath.Join(shared, "mod"),
		"GOPATH=" + filepath.Join(shared, "gopath"),
		"GOPROXY=" + strings.Join([]string{
			fileURL(proxy),
			fileURL(filepath.Join(ambient["GOMODCACHE"], "cache", "download")),
			ambient["GOPROXY"],
		}, ","),
		// The version under test is in no checksum database, all others are.
		"GONOSUMDB=" + modulePath,
		"GOSUMDB=" + ambient["GOSUMDB"],
		"GOTOOLCHAIN=" + cmp.Or(os.Getenv("WEAVER_E2E_TOOLCHAIN"), "local"),
		"GOENV=off",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com",
		"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com",
	}
	l.getOnce(t)
	return l
}

// setup gives a script its environment: that of the lab, and a HOME of its own.
func (l *lab) setup(e *testscript.Env) error {
	home := filepath.Join(e.WorkDir, ".home")
	if err := os.Mkdir(home, 0o777); err != nil {
		return err
	}
	for _, kv := range append(l.env, "HOME="+home, "USERPROFILE="+home, "GOTRACEBACK=single") {
		k, v, _ := strings.Cut(kv, "=")
		e.Setenv(k, v)
	}
	e.Values[otlpKey{}] = &otlpReceiver{}
	e.Values[testKey{}] = e.T()
	return nil
}

// getOnce runs "go get -tool" in a new module and keeps what it wrote, so that
// scripts about something else need not resolve the module graph again.
func (l *lab) getOnce(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	mod := filepath.Join(dir, "go.mod")
	const start = "module example.com/app\n\ngo 1.25.0\n"
	if err := os.WriteFile(mod, []byte(start), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "get", "-tool", modulePath+"/cmd/weaver@"+l.version)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), l.env...)
	cmd.Env = append(cmd.Env, "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go get -tool: %v\n%s", err, out)
	}
	got, err := os.ReadFile(mod)
	if err != nil {
		t.Fatal(err)
	}
	var ok bool
	if l.goMod, ok = strings.CutPrefix(string(got), start); !ok {
		t.Fatalf("go get -tool changed more than it added:\n%s", got)
	}
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	l.goSum = string(sum)
}

// goEnv returns what "go env" says in dir.
func goEnv(t *testing.T, dir string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", "env", "-json", "GOMODCACHE", "GOPROXY", "GOSUMDB")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	env := map[string]string{}
	if err := json.Unmarshal(out, &env); err != nil {
		t.Fatalf("go env: %v", err)
	}
	return env
}

// cleanModules removes the module cache below shared, whose folders the go command
// makes read-only, so that no other means can.
func cleanModules(t *testing.T, shared string) {
	t.Helper()
	cmd := exec.Command("go", "clean", "-modcache")
	cmd.Env = append(os.Environ(), "GOMODCACHE="+filepath.Join(shared, "mod"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// fileURL returns dir as the go command takes it in GOPROXY.
func fileURL(dir string) string {
	return fmt.Sprintf("file:///%s", strings.TrimPrefix(filepath.ToSlash(dir), "/"))
}
