// Command weaver runs the go command so that the aspects of a module are woven into
// what it builds:
//
//	go get -tool github.com/goweaver/weaver/cmd/weaver
//	go tool weaver go build ./...
//
// Run "go tool weaver help" for the rest.
package main

import (
	"os"

	// Not used: "go get -tool" writes the checksums of what the tool imports, and a test of
	// an aspect needs that of instrumenttest's too.
	_ "golang.org/x/tools/txtar"

	"github.com/goweaver/weaver/internal/pinfile"
	"github.com/goweaver/weaver/weaver"
)

func main() { os.Exit(weaver.Command(os.Args[1:], pinfile.Refresh)) }
