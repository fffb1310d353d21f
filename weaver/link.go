package weaver

import (
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// link extends the linker's import config by the hook packages and what they import,
// and runs the linker.
func (t *tool) link() (int, error) {
	cmd, err := toolcmd.ParseLink(t.path, t.args)
	if err != nil {
		return 1, err
	}
	if cmd.ImportCfg == "" {
		return t.exec(t.args), nil
	}
	cfg, err := toolcmd.ReadImportConfig(cmd.ImportCfg)
	if err != nil {
		return 1, err
	}
	if t.bare {
		if err := t.checkLink(cfg.Info); err != nil {
			return 1, err
		}
	}
	t.traceFile("import config", cmd.ImportCfg)
	before := len(cfg.Files)
	stage := filepath.Dir(cmd.ImportCfg)
	if err := t.resolver().Link(importPath(), filepath.Dir(stage), cmd, cfg); err != nil {
		return 1, err
	}
	linked := func(importPath string) bool { _, ok := cfg.Files[importPath]; return ok }
	if cfg.Info != nil {
		program, err := t.plan.Program()
		if err != nil {
			return 1, err
		}
		restored := t.restore(cfg.Info)
		if injected(cfg.Info, program.Modules, linked) || restored {
			cfg.SetInfo()
		}
	}
	file, err := cfg.Write(stage)
	if err != nil {
		return 1, err
	}
	t.log.Info("hooks linked", "package", importPath(), "packages", len(cfg.Files)-before)
	t.traceFile("extended import config", file)
	return t.exec(cmd.With(file)), nil
}

// injected adds the modules of the packages that weaver links into the program to its
// build info, where go version -m and scanners for vulnerabilities find them.
func injected(info *debug.BuildInfo, modules []plan.Module, linked func(importPath string) bool) (added bool) {
	known := map[string]bool{info.Main.Path: true}
	for _, m := range info.Deps {
		known[m.Path] = true
	}
	for _, m := range modules {
		if known[m.Path] || !slices.ContainsFunc(m.Packages, linked) {
			continue
		}
		info.Deps = append(info.Deps, module(&m))
		added = true
	}
	slices.SortFunc(info.Deps, func(a, b *debug.Module) int { return strings.Compare(a.Path, b.Path) })
	return added
}

// restore has the build info name the -gcflags that the user gave, and no marks.
func (t *tool) restore(info *debug.BuildInfo) (changed bool) {
	i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-gcflags" })
	switch {
	case t.plan.Marks == nil || i < 0:
		return false
	case t.plan.Build.GCFlags == "":
		info.Settings = slices.Delete(info.Settings, i, i+1)
	default:
		info.Settings[i].Value = t.plan.Build.GCFlags
	}
	return true
}

func module(m *plan.Module) *debug.Module {
	if m == nil {
		return nil
	}
	return &debug.Module{Path: m.Path, Version: m.Version, Sum: m.Sum, Replace: module(m.Replace)}
}
