package register

import (
	"encoding/json"
	"fmt"

	"github.com/goweaver/weaver/internal/rule"
)

// Given is a registration without a file: the aspects are values of the process that
// asks for one, as in a test of theirs. The -toolexec program is then one that has no
// aspects in it, since the tools work from the plan alone.
type Given struct {
	// Aspects are as instrument.Describe has them.
	Aspects []byte
	// Main is the folder of the one main module. What else is in the workspace is there
	// as libraries are.
	Main string
}

// toolFile is the registration file of a -toolexec program without aspects.
const toolFile = `//go:build tools

// Command main weaves what the plans of tests of aspects say.
package main

import "github.com/goweaver/weaver/weaver"

func main() { weaver.Main() }
`

// given returns the aspects that were handed in.
func (p *preparation) given() ([]rule.Aspect, error) {
	var aspects []rule.Aspect
	if err := json.Unmarshal(p.Given.Aspects, &aspects); err != nil {
		return nil, fmt.Errorf("reading the given aspects: %w", err)
	}
	p.locateRules(aspects)
	return aspects, nil
}

// BuildTool builds the -toolexec program of given aspects and sets Binary. A plan that
// builds nothing needs none.
func (r *Registration) BuildTool() (err error) {
	if r.Binary == "" {
		r.Binary, err = r.tool.build()
	}
	return err
}

// Mark gives the plan marks for a build of the packages that fit the patterns. Where that
// can not have them it stays without.
func (r *Registration) Mark(patterns []string) error {
	p := r.tool
	line := *p.Line
	line.Patterns = patterns
	p.Line = &line
	p.graph = p.listGraph()
	return p.mark(r.Plan)
}

// Locate turns the file names at the starts of lines, as a binary that was compiled with
// -trimpath knows them, into those on disk.
func (r *Registration) Locate(lines string) string { return r.tool.locate(lines) }
