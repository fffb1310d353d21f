package register

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A Go is the go command as the user calls it: the program, its working folder and
// its environment.
type Go struct {
	Program string
	Dir     string
	Env     []string
}

// output runs the go command and returns what it printed. The error holds the
// command's own message.
func (g *Go) output(args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(g.Program, args...)
	cmd.Dir, cmd.Env = g.Dir, g.Env
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if msg := bytes.TrimSpace(stderr.Bytes()); len(msg) > 0 {
			return nil, fmt.Errorf("%s", msg)
		}
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return stdout.Bytes(), nil
}

// Environment returns the variables of go env.
func (g *Go) Environment() (map[string]string, error) {
	out, err := g.output("env", "-json")
	if err != nil {
		return nil, err
	}
	var env map[string]string
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("reading the output of go env: %w", err)
	}
	return env, nil
}

// digestEnv returns a digest of the variables that can change an archive or what
// the go command finds. GOGCCFLAGS names a temporary folder; the others say where
// things are kept, and archives do not depend on that.
func digestEnv(env map[string]string) string {
	h := sha256.New()
	for _, k := range slices.Sorted(maps.Keys(env)) {
		switch k {
		case "GOGCCFLAGS", "GOTMPDIR", "GOTELEMETRY", "GOTELEMETRYDIR", "GOENV", "GOPROXY", "GOSUMDB", "GOAUTH":
			continue
		}
		fmt.Fprintf(h, "%s=%q\n", k, env[k])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// target returns the variables that say what the build is for. The go command hands
// them to its tools, which compare.
func target(env map[string]string) map[string]string {
	out := map[string]string{}
	for _, k := range []string{"GOOS", "GOARCH", "CGO_ENABLED", "GOEXPERIMENT", "GOFIPS140", "GOVERSION", archVariable(env["GOARCH"])} {
		if v, ok := env[k]; ok {
			out[k] = v
		}
	}
	return out
}

// archVariable returns the variable that chooses a variant of the architecture, as
// GOAMD64 does.
func archVariable(goarch string) string {
	switch goarch {
	case "mipsle":
		return "GOMIPS"
	case "mips64le":
		return "GOMIPS64"
	case "ppc64le":
		return "GOPPC64"
	}
	return "GO" + strings.ToUpper(goarch)
}

// hostGo returns the go command for building and running on this machine: for its
// own system and with none of the flags that are meant for the user's program.
func (g *Go) hostGo(env map[string]string) *Go {
	known := buildFlags()
	var flags []string
	for _, f := range strings.Fields(env["GOFLAGS"]) {
		name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		if known[name]&host != 0 {
			flags = append(flags, f)
		}
	}
	out := &Go{Program: g.Program, Dir: g.Dir}
	for _, kv := range g.Env {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "GOOS", "GOARCH", "GOFLAGS", "GOAMD64", "GOARM64", "GOARM", "GO386", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM", "GOFIPS140":
			continue
		}
		out.Env = append(out.Env, kv)
	}
	out.Env = append(out.Env, "GOOS="+env["GOHOSTOS"], "GOARCH="+env["GOHOSTARCH"], "GOFLAGS="+strings.Join(flags, " "))
	return out
}

// CacheDir returns weaver's cache folder, of its own below the user's cache folder
// or the one that WEAVER_CACHE names, after it has made it. The error may be that others
// than the user can write there.
func CacheDir() (string, error) {
	if dir := os.Getenv("WEAVER_CACHE"); dir != "" {
		if !filepath.IsAbs(dir) {
			return "", fmt.Errorf("WEAVER_CACHE=%s is not an absolute path; make it one", dir)
		}
		return dir, plan.PrivateAll(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder to keep compiled aspects in: %w; set WEAVER_CACHE", err)
	}
	dir = filepath.Join(dir, "weaver")
	return dir, plan.PrivateAll(dir)
}
