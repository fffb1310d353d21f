//go:build unix

// Command shim stands in the place of bin/go and the tools of a GOROOT that counts its calls
// (../count.go makes it, and adds up what is written). It appends a line to the file calls of
// the GOROOT, and becomes the program that was meant, which it finds beside itself.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	if err := run(); err != nil {
		log.Fatal("shim: ", err)
	}
}

// run returns only if it fails.
func run() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, name := filepath.Split(self)
	root, meant := filepath.Join(dir, "..", "..", ".."), filepath.Join(dir, "..", "real", name)
	if name == "go" {
		root, meant = filepath.Join(dir, ".."), self+".real"
	}
	calls, err := os.OpenFile(filepath.Join(root, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	// One write is one line, whoever else writes.
	if _, err := fmt.Fprintf(calls, "%s %s\n", name, word(os.Args[1:])); err != nil {
		return err
	}
	if err := calls.Close(); err != nil {
		return err
	}
	return syscall.Exec(meant, os.Args, os.Environ())
}

// word returns the first of the arguments, which is the verb of a go command unless that is
// told to run in another folder.
func word(args []string) string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-C") {
		if args[0] == "-C" && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return "-"
	}
	return strings.ReplaceAll(args[0], "\n", " ")
}
