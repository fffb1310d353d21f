package weaver

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/weave"
	"github.com/goweaver/weaver/weaver/internal/weave/verify"
)

// Weave weaves the packages that the patterns name, and those that they import if
// libraries says so, and returns those with a site or a finding, imports first. Nothing is
// built but what the packages import, without weaver.
//
// The error is a [SourceError] for each package that does not compile as it is, or a
// [MistakeError] if a hook does not fit the target that it was declared for.
func (l *Loom) Weave(libraries bool, patterns ...string) ([]*Woven, error) {
	err := l.look.load(nil, patterns)
	if err = errors.Join(err, sourceErrors(l.look.packages)); err != nil {
		return nil, err
	}
	var out []*Woven
	var mistakes []string
	for _, p := range l.look.packages {
		if p.DepOnly && !libraries {
			continue
		}
		w, err := l.look.woven(p, (*compilation).sitesAlone)
		if text, ok := mismatches(err); ok {
			mistakes = append(mistakes, text)
		} else if err != nil {
			return nil, err
		} else if len(w.Sites)+len(w.Findings) > 0 {
			out = append(out, w)
		}
	}
	if len(mistakes) > 0 {
		return nil, &MistakeError{strings.Join(mistakes, "\n")}
	}
	return out, nil
}

// mismatches returns what the error says if it is about hooks that do not fit.
func mismatches(err error) (text string, ok bool) {
	var mismatch *match.MismatchError
	if !errors.As(err, &mismatch) {
		return "", false
	}
	return err.Error(), true
}

// sitesAlone weaves what rules are about, without the hooks that commands import.
func (c *compilation) sitesAlone() error {
	rules, spared := c.unit.Candidates()
	if len(rules)+len(spared) == 0 && !c.unit.InMain() {
		return nil
	}
	return c.weave(rules, spared)
}

// Verify holds the woven package against what must be true of every one: it
// type-checks, each token of the user's is in its file and line, a file
// without a site is as it was, weaving once more makes the same bytes, and without
// a rule nothing is made at all. A difference is a defect of weaver's.
func (w *Woven) Verify() error {
	c := w.c
	if c.result == nil {
		return nil
	}
	errs := []error{verify.Moved(c.pkg, c.result.Woven, c.result), verify.Untouched(c.result.Woven, c.result)}
	if len(c.result.Woven) > 0 {
		errs = append(errs, c.checkWoven())
	}
	again, err := c.again()
	if err == nil && !same(c.result, again) {
		err = errors.New("weaving the package twice makes two results")
	}
	errs = append(errs, err)
	if none, _ := weave.Package(c.pkg, c.goarch(), nil); len(none.Files)+len(none.Generated)+len(none.Added)+len(none.Hooks) > 0 {
		errs = append(errs, errors.New("the package is changed where no rule is woven"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: this is a defect of weaver; please report it: %w", w.ImportPath, err)
	}
	return nil
}

// checkWoven type-checks what the compiler would be given.
func (c *compilation) checkWoven() error {
	cmd := *c.cmd
	cmd.Files = c.files
	p, err := source.Read(&cmd)
	if err != nil {
		return err
	}
	if err := p.Parse(); err != nil {
		return err
	}
	p.Imports = c.unit.Imports
	return p.Check(c.goarch(), true)
}

// again weaves the package once more, from its files on.
func (c *compilation) again() (*weave.Result, error) {
	d := c.newCompilation(c.cmd, c.unit.ImportPath, c.unit.Imports)
	rules, spared := d.unit.Candidates()
	if err := d.weave(rules, spared); err != nil {
		return nil, err
	}
	return d.result, nil
}

// same reports whether two results of one package, read twice, are the same bytes.
func same(a, b *weave.Result) bool {
	files := func(r *weave.Result) map[string]string {
		out := map[string]string{}
		for f, data := range r.Files {
			out[f.Name] = string(data)
		}
		return out
	}
	return bytes.Equal(a.Generated, b.Generated) && slices.Equal(a.Added, b.Added) && maps.Equal(files(a), files(b))
}
