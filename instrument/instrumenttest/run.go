package instrumenttest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

// The flag has a prefix since a test package may well have an -update of its own, and a
// flag that is defined twice is a panic. See updating.
var update = flag.Bool("weaver.update", false, "instrumenttest: write the want files of the cases")

// updating reports whether want files are to be written: by the kit's own flag, or by a
// boolean flag "update" of the test package's, so that one writes all there is.
func updating() bool {
	if own := flag.Lookup("update"); own != nil && own.Value.String() == "true" {
		return true
	}
	return *update
}

// Run tests the aspect with each of the cases that fit the pattern, in a subtest named
// after the file. More aspects are registered behind it, in order.
//
// The pattern is one of [filepath.Glob], relative to the package's folder; without a
// file that fits it the test fails. Run is not for parallel tests of one name, and its
// cases run one after the other.
func Run(t *testing.T, aspect *instrument.Aspect, pattern string, more ...*instrument.Aspect) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	if len(files) == 0 {
		t.Fatalf("no case fits %s; write one, or correct the pattern", pattern)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(dir + "\n" + t.Name()))
	r := &runner{dir: dir, config: weaver.LoomConfig{
		Aspects: append([]*instrument.Aspect{aspect}, more...), From: dir, Name: hex.EncodeToString(sum[:8]),
	}}
	defer r.close()
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) {
			t.Helper() // what fails, fails at the call of Run
			r.run(t, file)
		})
	}
}

// A runner runs the cases of one call of Run.
type runner struct {
	dir    string // of the test package
	config weaver.LoomConfig
	loom   *weaver.Loom // for cases with that go.mod; nil before the first
}

func (r *runner) close() {
	if r.loom != nil {
		r.loom.Close()
	}
	r.loom = nil
}

// loomFor returns the loom for cases with that go.mod.
func (r *runner) loomFor(goMod string) (*weaver.Loom, error) {
	if r.loom != nil && r.config.GoMod == goMod {
		return r.loom, nil
	}
	r.close()
	r.config.GoMod = goMod
	var err error
	r.loom, err = weaver.NewLoom(r.config)
	return r.loom, err
}

// run runs one case.
func (r *runner) run(t *testing.T, file string) {
	t.Helper()
	c, err := readCase(file)
	if err != nil {
		t.Fatal(err)
	}
	if !c.claims() && !updating() {
		t.Fatalf("%s: the case claims nothing; add // want comments or a want file, or have -weaver.update write what there is", file)
	}
	l, err := r.loomFor(c.goMod)
	x := &trial{T: t, c: c, dirs: []string{r.dir}, got: map[string]string{}}
	var mistake *weaver.MistakeError
	if errors.As(err, &mistake) {
		x.failed(mistake)
		x.compare()
		return
	} else if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	x.loom, x.dirs = l, []string{l.Dir, r.dir}
	if err := c.write(l.Dir); err != nil {
		t.Fatal(err)
	}
	x.weave()
	if !t.Failed() && c.runs() {
		x.program()
	}
	x.compare()
}
