package match

// Rules whose hooks do not fit what they name. They are collected while a package is
// matched; what becomes of each depends on whose rule it is. What else is found of a strict
// aspect's rules comes to the same, once all of a package has been woven.

import (
	"errors"
	"fmt"
	"go/token"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A MismatchError is a rule that names its target, and whose hook does not fit the
// target that was found, or one of a strict aspect that could not be woven.
type MismatchError struct {
	Finding
	Declared string // file:line of the rule

	at         token.Pos
	signatures string // of a body and its hook
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s\n\t%s: the rule is declared here", e.Finding, e.Declared)
}

// settle returns the mistakes. A rule of the main modules is the user's own, and no build is
// good before it is put right. One of another module's aspect was right for another version
// of its target, which is not the user's to put right: nothing is woven there, the
// build says so, and goes on.
func (m *matcher) settle() error {
	var errs []error
	for _, e := range m.mismatches {
		if m.unit.Plan.Declares(e.Declared) || m.unit.Plan.IsStrict(e.Rule) {
			errs = append(errs, e)
			continue
		}
		why, _, _ := strings.Cut(e.Text, "; ") // what to do is the aspect's author's
		if e.signatures != "" {
			why = e.signatures + ": " + why
		}
		e.Pos = m.pkg.Place(e.at)
		e.Text = "nothing is woven here, since the aspect knows it otherwise: " + why + "; take a version of the aspect's module that fits this one"
		m.findings = append(m.findings, e.Finding)
	}
	return errors.Join(errs...)
}

// mismatch is for the user's eyes now: its place is one on disk.
func (m *matcher) mismatch(r *rule.Rule, pos token.Pos, err error) *MismatchError {
	p := m.pkg.Position(pos)
	return &MismatchError{
		Finding:  Finding{Pos: fmt.Sprintf("%s:%d", p.Filename, p.Line), Aspect: r.Aspect, Rule: r.ID, Text: err.Error()},
		Declared: r.Pos, at: pos,
	}
}
