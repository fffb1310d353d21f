package weaver

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// What version -m prints: what somebody who is to find a bug asks for first. It is pasted
// where others read it, so each value goes through redact.

// printFacts prints the facts, and why some are missing. That is no failure: a registration
// file that does not build is a reason to ask.
func (c *command) printFacts() error {
	f := &facts{}
	f.home, _ = os.UserHomeDir()
	f.self()
	g, err := c.goCommand("")
	if err != nil {
		return err
	}
	env, err := g.Environment()
	if err != nil {
		f.add("", "go", err.Error())
	} else {
		f.toolchain(env)
	}
	f.registration(c, g)
	f.cache()
	f.environment(os.Environ())
	_, err = os.Stdout.WriteString(f.String())
	return err
}

// facts is the text, in sections.
type facts struct {
	strings.Builder
	home string
}

// add adds a line to a section, which "" starts. Of a value with several lines each goes on
// one of its own.
func (f *facts) add(section, name, value string) {
	indent := "    "
	if section == "" {
		indent = ""
	}
	lines := strings.Split(strings.TrimSpace(redact(value, f.home)), "\n")
	fmt.Fprintln(f, strings.TrimRight(fmt.Sprintf("%s%-*s %s", indent, 26-len(indent), name, strings.TrimSpace(lines[0])), " "))
	for _, line := range lines[1:] {
		fmt.Fprintf(f, "%27s%s\n", "", strings.TrimRight(line, " \r"))
	}
}

// self adds what this program was built from.
func (f *facts) self() {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		f.add("", "built", "without build info")
		return
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == catalog.Module {
			f.add("", "weaver", moduleText(m.Version, m.Sum))
			if m.Replace != nil {
				f.add("weaver", "replaced by", m.Replace.Path+" "+moduleText(m.Replace.Version, m.Replace.Sum))
			}
		}
	}
	for _, s := range info.Settings {
		if slices.Contains([]string{"vcs.revision", "vcs.time", "vcs.modified"}, s.Key) {
			f.add("weaver", strings.TrimPrefix(s.Key, "vcs."), s.Value)
		}
	}
}

func moduleText(version, sum string) string {
	return strings.TrimSpace(cmp.Or(version, "(devel)") + " " + sum)
}

// toolchain adds what the go command says of itself.
func (f *facts) toolchain(env map[string]string) {
	f.add("", "go", fmt.Sprintf("%s for %s/%s, on %s/%s", env["GOVERSION"], env["GOOS"], env["GOARCH"], env["GOHOSTOS"], env["GOHOSTARCH"]))
	for _, name := range []string{"GOROOT", "GOMOD", "GOWORK", "GOMODCACHE", "GOCACHE", "GOFLAGS", "GOPROXY", "GOEXPERIMENT", "GOTOOLCHAIN", "CGO_ENABLED", "GOCACHEPROG"} {
		if value := env[name]; value != "" {
			switch name {
			case "GOFLAGS":
				value = redactFlags(value)
			case "GOCACHEPROG": // a command line of whatever it needs
				value, _, _ = strings.Cut(value, " ")
			}
			f.add("go", name, value)
		}
	}
}

// registration adds what the builds in the working folder are woven with, or why there are none.
func (f *facts) registration(c *command, g *register.Go) {
	line, err := register.ParseCommandLine("build", []string{"./..."}, os.Getenv("GOFLAGS"))
	var reg *register.Registration
	if err == nil {
		reg, err = c.register(g, line, register.Options{Marks: true, Anew: true})
	}
	var build *register.BuildError
	switch {
	case errors.Is(err, register.ErrNoModule):
		f.add("", "registration", "none: not inside a module")
		return
	case errors.As(err, &build):
		f.add("", "registration", build.File+" does not build:\n"+err.Error())
		return
	case err != nil:
		f.add("", "registration", "it can not be used:\n"+err.Error())
		return
	}
	file := reg.File
	if reg.Default {
		file += " (the default list)"
	}
	f.add("", "registration", file)
	f.add("registration", "identity", reg.Plan.Identity)
	if reg.Plan.Marks != nil {
		f.add("registration", "marks", fmt.Sprintf("%d, of packages and patterns", len(reg.Plan.Marks.Patterns)))
	} else {
		f.add("registration", "marks", "none: "+reg.Unmarked)
	}
	f.aspects(reg)
}

// aspects adds the aspects, each with its module, and the modules of the registration.
func (f *facts) aspects(reg *register.Registration) {
	modules := map[string]plan.Module{}
	all := reg.Modules()
	for _, m := range all {
		modules[m.Path] = m
	}
	for _, a := range reg.Aspects {
		where := "no rules"
		if len(a.Rules) > 0 {
			if m := reg.ModuleOf(position(a.Rules[0].Pos).File); m != "" {
				where = strings.TrimSpace(m + " " + modules[m].Version)
			} else {
				where = a.Rules[0].Pos
			}
		}
		f.add("registration", "aspect", a.Name+", "+where)
	}
	for _, m := range all {
		text := m.Path + " " + moduleText(m.Version, m.Sum)
		if m.Replace != nil {
			text = m.Path + " " + m.Version + " => " + m.Replace.Path + " " + moduleText(m.Replace.Version, m.Replace.Sum)
		}
		f.add("registration", "module", text)
	}
}

// cache adds weaver's cache folder, and what its parts take.
func (f *facts) cache() {
	dir, err := register.CacheDir()
	if err != nil {
		f.add("", "cache", err.Error())
		return
	}
	f.add("", "cache", dir)
	sizes := map[string]int64{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // it may have gone since
		}
		if info, err := d.Info(); err == nil {
			rel, _ := filepath.Rel(dir, path)
			part, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
			sizes[part] += info.Size()
		}
		return nil
	})
	if err != nil {
		f.add("cache", "sizes", err.Error())
	}
	var parts []string
	for part := range sizes {
		parts = append(parts, part)
	}
	slices.Sort(parts)
	for _, part := range parts {
		f.add("cache", part, fmt.Sprintf("%.1f MB", float64(sizes[part])/1e6))
	}
}

// environment adds the variables that weaver reads. Of one that only looks like these the
// value is nobody's business.
func (f *facts) environment(env []string) {
	f.add("", "environment", "")
	env = slices.Clone(env)
	slices.Sort(env)
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		switch {
		case slices.Contains([]string{"ORCHESTRION_LOG_LEVEL", "ORCHESTRION_LOG_FILE", "ORCHESTRION_STRICT", "WEAVER_CACHE", "NO_COLOR"}, name):
			f.add("environment", name, value)
		case strings.HasPrefix(name, "ORCHESTRION_"), strings.HasPrefix(name, "WEAVER_"):
			f.add("environment", name, "(weaver does not read it)")
		}
	}
}

// redact returns the text without the user's home folder, and without what of URLs may be
// secret: users and passwords, queries, and paths, in which some proxies have a token.
func redact(text, home string) string {
	if len(home) > 1 {
		text = strings.ReplaceAll(text, home, "~")
	}
	var out strings.Builder
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			return out.String() + text
		}
		out.WriteString(text[:i+3])
		file := strings.HasSuffix(text[:i], "file")
		text = text[i+3:]
		end := strings.IndexAny(text, ",| \t\n'\"")
		if end < 0 {
			end = len(text)
		}
		url := text[:end]
		text = text[end:]
		host, rest, below := strings.Cut(url, "/")
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			host = "…@" + host[i+1:]
		} else if strings.Contains(rest, "@") {
			host = "…" // a password may have a slash in it
		}
		host, _, _ = strings.Cut(host, "?")
		out.WriteString(host)
		switch {
		case !below:
		case file:
			out.WriteString("/" + rest)
		case rest != "":
			out.WriteString("/…")
		}
	}
}

// redactFlags returns the value of GOFLAGS without that of -ldflags, which may set anything.
func redactFlags(flags string) string {
	i := strings.Index(flags, "ldflags=")
	if i < 0 {
		return flags
	}
	if strings.ContainsAny(flags, `'"`) {
		return flags[:i] + "ldflags=…, and perhaps more"
	}
	out := strings.Fields(flags)
	for i, f := range out {
		if name, _, ok := strings.Cut(f, "="); ok && strings.TrimLeft(name, "-") == "ldflags" {
			out[i] = name + "=…"
		}
	}
	return strings.Join(out, " ")
}
