package report

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// The go command says on request what a build consisted of, whether it was compiled
// or came from a cache: -debug-actiongraph. What is read of that is a few fields,
// which have been there since the flag exists; a graph that lacks them is an error,
// never a build without findings.
//
// Source: actionJSON in cmd/go/internal/work/action.go of go1.25 and go1.26.

// An action is a step of a build.
type action struct {
	Mode     string // build, link, …
	Package  string // the import path; that of a variant may have it in brackets
	ActionID string
	BuildID  string // ActionID/hash of the output; empty if there is none
	Failed   bool
}

// path returns the import path, without a variant in brackets.
func (a *action) path() string {
	path, _, _ := strings.Cut(a.Package, " ")
	return path
}

// A Graph is what one call of the go command built.
type Graph struct{ actions []action }

// ReadGraph reads the file that -debug-actiongraph wrote.
func ReadGraph(file string) (*Graph, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	g := &Graph{}
	if err := json.Unmarshal(data, &g.actions); err != nil {
		return nil, fmt.Errorf("the go command's action graph: %w", err)
	}
	return g, nil
}

// compiles returns the actions that compile a package.
func (g *Graph) compiles() []action {
	var out []action
	for _, a := range g.actions {
		if a.Mode == "build" && a.Package != "unsafe" {
			out = append(out, a)
		}
	}
	return out
}

// Complete reports whether every package of the build was compiled, now or before.
func (g *Graph) Complete() bool {
	all := g.compiles()
	for _, a := range all {
		if a.ActionID == "" || a.BuildID == "" || a.Failed {
			return false
		}
	}
	return len(all) > 0
}

// Packages returns the import paths of the build's packages, variants under their
// plain path.
func (g *Graph) Packages() map[string]bool {
	out := map[string]bool{}
	for _, a := range g.compiles() {
		out[a.path()] = true
	}
	return out
}
