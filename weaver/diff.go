package weaver

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// The diff command. An [inspection] has the packages woven; what became of each is shown as a
// unified diff (difftext.go), as a table of files (diffstat.go), or as JSON.

// A changed is what weaving makes of one package. With -json each is printed as an object,
// whose fields keep their names and meaning from version to version; new ones may be added.
type changed struct {
	Package string `json:"package"` // the import path
	// ForTest is the package whose tests this one was compiled for, with what they add to it.
	ForTest string         `json:"forTest,omitempty"`
	Dir     string         `json:"dir"`
	Files   []changedFile  `json:"files"` // those that changed, and then those that are new
	Sites   []changedSite  `json:"sites"` // where a rule was woven, in source order
	Found   []changedFound `json:"findings"`
}

// A changedFile is a file as the compiler is given it.
type changedFile struct {
	// Path is the user's file. Compiled is the name of what is compiled, which is another
	// where the go command makes it of the user's, by cgo or for coverage.
	Path     string `json:"path"`
	Compiled string `json:"compiled"`
	New      bool   `json:"new,omitempty"` // weaving adds it
	Woven    string `json:"woven"`         // all of it
	// Splices are what was changed in it, in order.
	Splices []changedSplice `json:"splices,omitempty"`
	Diff    string          `json:"diff"` // as the command prints it, without colour

	file *WovenFile
	show string // the name in diffs
	rest string // what stands behind it
}

// A changedSplice says what was put in the place of a text, which may be empty.
type changedSplice struct {
	Line     int    `json:"line"`   // of what is compiled, from 1 on
	Column   int    `json:"column"` // in bytes, from 1 on
	Removed  string `json:"removed,omitempty"`
	Inserted string `json:"inserted"`
}

// A changedSite is a place at which a rule was woven.
type changedSite struct {
	File     string         `json:"file,omitempty"` // none for a package as a whole
	Line     int            `json:"line,omitempty"`
	Func     string         `json:"func,omitempty"` // the declared function that it is in
	Aspect   string         `json:"aspect"`
	Point    rule.Kind      `json:"point"`  // what kind of place it is, as list has it
	Advice   rule.Kind      `json:"advice"` // what happens there
	Hook     string         `json:"hook,omitempty"`
	Declared listedPosition `json:"declared"` // the rule
}

// A changedFound is something that could not be woven.
type changedFound struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Aspect string `json:"aspect"`
	Text   string `json:"text"`
}

// diff prints what weaving makes of packages.
func (c *command) diff() int {
	line, err := register.ParseCommandLine("weaver diff", c.args, os.Getenv("GOFLAGS"))
	if err != nil {
		return complain(err, 2)
	}
	colors, err := colored(line.Own("color"), os.Stdout)
	if err == nil && line.Has("json") && line.Has("stat") {
		err = errors.New("-json and -stat do not go together; choose one")
	}
	if err != nil {
		return complain(err, 2)
	}
	in, code := c.inspect(line)
	if in == nil {
		return code
	}
	defer in.close()
	out := &diffPrinter{w: os.Stdout, colors: colors}
	stat := &statTable{}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	nothing := true
	code = in.each(func(w *Woven) {
		p := in.changed(w)
		nothing = nothing && len(p.Files) == 0
		switch {
		case line.Has("json"):
			if len(p.Files)+len(p.Found) > 0 {
				err = encoder.Encode(p)
			}
		case line.Has("stat"):
			stat.add(p)
		default:
			for i := range p.Files {
				out.file(&p.Files[i], w.Sites)
			}
		}
	})
	if line.Has("stat") {
		out.print(stat.text())
	}
	if err == nil {
		err = out.err
	}
	if err != nil {
		return complain(err, 1)
	}
	if nothing && code == 0 {
		c.notice(in.unchanged())
	}
	return code
}

// unchanged says that there is nothing to show.
func (in *inspection) unchanged() string {
	what := "packages"
	for _, p := range in.named() {
		what = p.Path()
		break
	}
	if n := len(in.named()); n > 1 {
		return fmt.Sprintf("weaving changes none of these %d packages; go tool weaver explain %s says why not, of one of them", n, what)
	}
	return fmt.Sprintf("weaving does not change %s; go tool weaver explain %[1]s says why not", what)
}

// changed returns what there is to show of a package.
func (in *inspection) changed(w *Woven) *changed {
	out := &changed{
		Package: w.ImportPath, ForTest: w.pkg.ForTest, Dir: w.Dir,
		Files: []changedFile{}, Sites: []changedSite{}, Found: []changedFound{},
	}
	for i := range w.Sites {
		s := &w.Sites[i]
		site := changedSite{
			File: s.File, Line: s.Line, Func: s.Func, Aspect: s.Aspect,
			Point: s.rule.Point, Advice: s.rule.Advice, Declared: position(s.rule.Pos),
		}
		if s.of == "" { // a package as a whole
			site.File, site.Line, site.Func = "", 0, ""
		}
		if s.rule.Hook.Pkg != "" {
			site.Hook = s.rule.Hook.String()
		}
		out.Sites = append(out.Sites, site)
	}
	for i := range w.Files {
		f := &w.Files[i]
		file := changedFile{Path: f.Name, Compiled: f.compiled, New: f.Added, Woven: string(f.Woven), file: f, show: in.shown(w, f.Name)}
		switch {
		case f.made:
			file.show, file.rest = in.shown(w, filepath.Join(w.Dir, f.compiled)), "\tmade from "+file.show
		case f.Added && w.ImportPath != w.pkg.ForTest && (w.pkg.ForTest != "" || w.pkg.IsTestMain()):
			file.rest = "\tof " + w.ImportPath // it has its folder in common with another
		}
		for _, s := range f.splices {
			line, column := lineOf(f.src, s.Offset)
			file.Splices = append(file.Splices, changedSplice{line, column, string(f.src[s.Offset:s.End]), s.Text})
		}
		var b strings.Builder
		(&diffPrinter{w: &b}).file(&file, w.Sites)
		file.Diff = b.String()
		out.Files = append(out.Files, file)
	}
	for _, f := range w.Findings {
		out.Found = append(out.Found, changedFound(f))
	}
	return out
}

// shown returns the name of a file in diffs: from the working folder on if it is below that,
// and else that which -trimpath records.
func (in *inspection) shown(w *Woven, name string) string {
	if rel, err := filepath.Rel(in.g.Dir, name); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return recordedDir(w.pkg) + "/" + filepath.Base(name)
}
