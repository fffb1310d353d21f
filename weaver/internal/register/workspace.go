package register

import (
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A Workspace is a module without a home, for a program that a test writes: it may
// import whatever another module may, in the same versions. It is a go.work that uses
// that module, or the modules of its workspace, and the program's own beside it. So no
// go.mod is edited or made up, and the module graph is the go command's.
//
// A vendor folder takes no part: it has what its module imports, and a test may import
// something else. The modules have to be in the module cache, or where GOPROXY says.
type Workspace struct {
	Go    *Go    // in Dir
	Dir   string // of the program's module, whose go.mod is written
	Close func() // gives the folder up to the next one who wants it
}

// NewWorkspace makes a workspace below dir, for what the module of the folder from may
// import. A goMod of "" stands for module example.com/case in from's language version.
// If dir is in use, that is waited for; what an earlier workspace left there is removed.
//
// The folder's name should outlast the test: what weaver and the go command keep of a
// build is found again by it.
func NewWorkspace(dir, from, program, goMod string, environ []string) (*Workspace, error) {
	unlock, err := plan.Lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	w, err := newWorkspace(dir, from, program, goMod, environ)
	if err != nil {
		unlock()
		return nil, err
	}
	w.Close = unlock
	return w, nil
}

func newWorkspace(dir, from, program, goMod string, environ []string) (*Workspace, error) {
	g := &Go{Program: program, Dir: from, Env: environ}
	env, err := g.Environment()
	if err != nil {
		return nil, err
	}
	if env["GOMOD"] == "" || env["GOMOD"] == os.DevNull || env["GO111MODULE"] == "off" {
		return nil, ErrNoModule
	}
	goflags, err := workspaceFlags(env["GOFLAGS"])
	if err != nil {
		return nil, err
	}
	mods, err := readModules(env)
	if err != nil {
		return nil, err
	}
	w := &Workspace{Dir: filepath.Join(dir, "case")}
	if err := os.RemoveAll(w.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(w.Dir, 0o777); err != nil {
		return nil, err
	}
	lang := ""
	for _, m := range mods.mains {
		if m.file.Go != nil && version.Compare("go"+m.file.Go.Version, "go"+lang) > 0 {
			lang = m.file.Go.Version
		}
	}
	if goMod == "" {
		goMod = "module example.com/case\n"
		if lang != "" {
			goMod += "\ngo " + lang + "\n"
		}
	}
	if err := os.WriteFile(filepath.Join(w.Dir, "go.mod"), []byte(goMod), 0o666); err != nil {
		return nil, err
	}
	work := filepath.Join(dir, "go.work")
	if err := writeWork(work, env["GOWORK"], lang, append(mods.dirs(), w.Dir)); err != nil {
		return nil, err
	}
	w.Go = &Go{Program: program, Dir: w.Dir, Env: append(slices.Clone(environ), "GOWORK="+work, "GOFLAGS="+goflags, "PWD="+w.Dir)}
	return w, nil
}

// writeWork writes a go.work that uses the folders, with what that of the user's, if
// there is one, says besides.
func writeWork(file, users, lang string, dirs []string) error {
	w := &modfile.WorkFile{Syntax: &modfile.FileSyntax{}}
	sums := []byte(nil)
	if users != "" && users != "off" {
		data, err := os.ReadFile(users)
		if err != nil {
			return err
		}
		if w, err = modfile.ParseWork(users, data, nil); err != nil {
			return err
		}
		if w.Go != nil {
			lang = w.Go.Version
		}
		for _, u := range slices.Clone(w.Use) {
			if err := w.DropUse(u.Path); err != nil {
				return err
			}
		}
		for _, r := range w.Replace {
			if to := r.New.Path; modfile.IsDirectoryPath(to) && !filepath.IsAbs(to) {
				if err := w.AddReplace(r.Old.Path, r.Old.Version, filepath.Join(filepath.Dir(users), to), ""); err != nil {
					return err
				}
			}
		}
		if sums, err = os.ReadFile(users + ".sum"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if lang != "" {
		if err := w.AddGoStmt(lang); err != nil {
			return err
		}
	}
	for _, dir := range dirs {
		if err := w.AddUse(dir, ""); err != nil {
			return err
		}
	}
	w.Cleanup()
	if err := os.WriteFile(file+".sum", sums, 0o666); err != nil {
		return err
	}
	return os.WriteFile(file, modfile.Format(w.Syntax), 0o666)
}

// workspaceFlags returns what of GOFLAGS a workspace keeps: how modules are found is its
// own matter, and whether the tests themselves are woven, covered or run with the race
// detector has nothing to do with the program.
func workspaceFlags(goflags string) (string, error) {
	var keep []string
	for _, f := range strings.Fields(goflags) {
		switch name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "="); name {
		case "modfile", "overlay":
			return "", fmt.Errorf("-%s=%s in GOFLAGS: aspects are tested in a workspace, which can not have it; take it out of GOFLAGS", name, value)
		case "tags", "p", "modcacherw", "buildvcs":
			keep = append(keep, f)
		}
	}
	return strings.Join(keep, " "), nil
}
