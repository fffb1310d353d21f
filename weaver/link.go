package weaver

import (
	"path/filepath"

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
	stage := filepath.Dir(cmd.ImportCfg)
	if err := t.resolver().Link(importPath(), filepath.Dir(stage), cmd, cfg); err != nil {
		return 1, err
	}
	file, err := cfg.Write(stage)
	if err != nil {
		return 1, err
	}
	return t.exec(cmd.With(file)), nil
}
