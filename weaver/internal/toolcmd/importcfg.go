package toolcmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// An ImportConfig says in which archive each package is that a compile or link
// reads. Lines that it has no use for are kept as they are.
type ImportConfig struct {
	file  string
	data  []byte
	Files map[string]string // packagefile: import path → archive
	Map   map[string]string // importmap: path in an import declaration → import path

	// Info is what the program will say of itself, in the config of a link whose main
	// package the go command knows a module of. Who changes it calls [ImportConfig.SetInfo].
	Info *debug.BuildInfo
	mark [2]string // what the linker finds the build info by, before and behind it
}

// ReadImportConfig reads the file; a name of "" is an empty config, which is what
// the packages without imports are compiled with.
func ReadImportConfig(file string) (*ImportConfig, error) {
	c := &ImportConfig{file: file, Files: map[string]string{}, Map: map[string]string{}}
	if file == "" {
		return c, nil
	}
	var err error
	if c.data, err = os.ReadFile(file); err != nil {
		return nil, fmt.Errorf("import config: %w", err)
	}
	for line := range strings.Lines(string(c.data)) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if verb == "modinfo" {
			if err := c.readInfo(rest); err != nil {
				return nil, fmt.Errorf("import config %s: %w", file, err)
			}
			continue
		}
		key, value, ok := strings.Cut(rest, "=")
		if !ok {
			continue
		}
		switch verb {
		case "packagefile":
			c.Files[key] = value
		case "importmap":
			c.Map[key] = value
		}
	}
	return c, nil
}

// Add makes the config name that archive for path, unless it names one already.
func (c *ImportConfig) Add(path, archive string) {
	if _, ok := c.Files[path]; ok {
		return
	}
	c.Files[path] = archive
	if n := len(c.data); n > 0 && c.data[n-1] != '\n' {
		c.data = append(c.data, '\n')
	}
	c.data = fmt.Appendf(c.data, "packagefile %s=%s\n", path, archive)
}

// markLen is the length of the marks around build info.
//
// Source: ModInfoData in cmd/go/internal/modload/build.go of go1.26.
const markLen = 16

func (c *ImportConfig) readInfo(quoted string) error {
	text, err := strconv.Unquote(quoted)
	if err != nil || len(text) < 2*markLen {
		return fmt.Errorf("the build info can not be read: %.40s", quoted)
	}
	c.mark = [2]string{text[:markLen], text[len(text)-markLen:]}
	c.Info, err = debug.ParseBuildInfo(text[markLen : len(text)-markLen])
	return err
}

// SetInfo writes the build info into the config, after a change of it.
func (c *ImportConfig) SetInfo() {
	line := fmt.Sprintf("modinfo %q\n", c.mark[0]+c.Info.String()+c.mark[1])
	var out []byte
	for old := range bytes.Lines(c.data) {
		if bytes.HasPrefix(old, []byte("modinfo ")) {
			old = []byte(line)
		}
		out = append(out, old...)
	}
	c.data = out
}

// Write saves the extended config over the file it was read from and keeps that
// one's content beside it with the suffix ".original". A config that was not read
// from a file is written to dir.
func (c *ImportConfig) Write(dir string) (file string, err error) {
	file = c.file
	if file == "" {
		file = filepath.Join(dir, "importcfg")
	}
	old, err := os.ReadFile(file)
	if err != nil && c.file != "" {
		return "", fmt.Errorf("import config: %w", err)
	}
	if bytes.Equal(old, c.data) {
		return file, nil
	}
	if err := os.WriteFile(file+".original", old, 0o666); err != nil {
		return "", fmt.Errorf("import config: %w", err)
	}
	if err := os.WriteFile(file, c.data, 0o666); err != nil {
		return "", fmt.Errorf("import config: %w", err)
	}
	return file, nil
}
