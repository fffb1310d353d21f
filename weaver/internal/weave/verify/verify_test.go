package verify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/source"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
	"github.com/goweaver/weaver/weaver/internal/weave"
	"github.com/goweaver/weaver/weaver/internal/weave/verify"
)

// What a splice may do to a file, and what not.
func TestMoved(t *testing.T) {
	const src = "package p\n\nfunc f() { g(1) }\n\nfunc g(int) {}\n"
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := source.Read(&toolcmd.Compile{Package: "p", Files: []string{file}})
	if err == nil {
		err = p.Parse()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ woven, want string }{
		{src, ""},
		{strings.Replace(src, "{ g", "{ h(); g", 1), ""},
		{strings.Replace(src, "{ g", "{ h()\ng", 1), `"g" is at `}, // another line
		{strings.Replace(src, "{ g", "{ h()\n/*line :3:12*/g", 1), ""},
		{strings.Replace(src, "g(1)", "g()", 1), `"1" is at `}, // left out
		{src[:len(src)-2] + "\n", `"}" is at `},
		{"//line other.go:1:1\n" + src, `"package" is at `},
	} {
		res := &weave.Result{Files: map[*source.File][]byte{p.Files[0]: []byte(tt.woven)}}
		err := verify.Moved(p, nil, res)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
			t.Errorf("%v, want %q of\n%s", err, tt.want, tt.woven)
		}
		if err := verify.Untouched(nil, res); err == nil {
			t.Error("a file without a site was changed, and that is not said")
		}
		if err := verify.Untouched([]match.Site{{File: p.Files[0]}}, res); err != nil {
			t.Error(err)
		}
	}
}
