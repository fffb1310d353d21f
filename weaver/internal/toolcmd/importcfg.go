package toolcmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An ImportConfig says in which archive each package is that a compile or link
// reads. Lines that it has no use for are kept as they are.
type ImportConfig struct {
	file  string
	data  []byte
	Files map[string]string // packagefile: import path → archive
	Map   map[string]string // importmap: path in an import declaration → import path
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
