//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// byHandTool builds a program with the same telemetry written by hand, by the go command
// alone: what any tool would come to that cost nothing itself.
func byHandTool() tool {
	return tool{
		name:    "byhand",
		install: func(b *bench) (string, string, error) { return "", b.machine.Go, nil },
		prepare: prepareByHand,
		command: func(string) []string { return []string{"go"} },
		marks:   func(*copied) []string { return []string{"main.telemetryByHand"} },
		alone:   true,
	}
}

// prepareByHand adds to main the file that bench/byhand has for the app, and the modules that it
// needs. Big programs of others have none.
func prepareByHand(b *bench, c *copied) error {
	data, err := os.ReadFile(filepath.Join(b.checkout, "bench", "byhand", c.app.name+".go.txt"))
	if err != nil {
		return fmt.Errorf("nobody has written its telemetry by hand: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.mainDir, "byhand.go"), data, 0o666); err != nil {
		return err
	}
	_, err = b.setup(c.dir, "go", "mod", "tidy")
	return err
}
