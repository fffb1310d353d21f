// Package stamp tells whether the packages of a build are still what go list said of them,
// without asking it again: whether there are the same files in the same folders, with the
// same heads.
//
// It serves register, in the wrapper, before the outer go command. What it overlooks can not
// spoil a program: a package that is not what it was when it got its mark is refused by the
// process that compiles it.
package stamp

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Sources is what there was in the folders of some packages.
type Sources struct {
	When    int64    `json:"when"` // in nanoseconds since 1970
	Folders []Folder `json:"folders"`
}

// A Folder is one folder of sources.
type Folder struct {
	Path  string   `json:"path"`
	Times times    `json:"times"`
	Below bool     `json:"below,omitempty"` // the folders in it count, too
	Names []string `json:"names"`           // what counts of what is in it: folders end in a slash
	Files []File   `json:"files,omitempty"` // the Go files
}

// A File is a Go file. Its head is what it has before its first declaration, and whether there
// is a directive of weaver's below: no more of it decides what the packages of a build are.
type File struct {
	Name  string `json:"name"`
	Size  int64  `json:"size"`
	Times times  `json:"times"`
	Head  string `json:"head"`
}

// times are when something was written and when its inode was changed, in nanoseconds since
// 1970. Who edits a file can set the first to what it was, and not the second.
type times [2]int64

// Take returns what there is now in the folders, and in all that are below the roots but for
// those of other modules. Heads that before has of files which are as they were are taken
// from there.
func Take(folders, roots []string, directed func(src []byte) bool, before *Sources) (*Sources, error) {
	s := &Sources{When: time.Now().UnixNano()}
	known := map[string]*Folder{}
	if before != nil {
		for i := range before.Folders {
			known[before.Folders[i].Path] = &before.Folders[i]
		}
	}
	seen := map[string]bool{}
	add := func(dir string, below bool) (*Folder, error) {
		if seen[dir] {
			return nil, nil
		}
		seen[dir] = true
		f, err := take(dir, below, !slices.Contains(roots, dir), directed, known[dir], before)
		if err == nil {
			s.Folders = append(s.Folders, *f)
		}
		return f, err
	}
	for todo := slices.Clone(roots); len(todo) > 0; todo = todo[1:] {
		f, err := add(todo[0], true)
		if err != nil {
			return nil, err
		}
		if f == nil {
			continue
		}
		for _, name := range f.Names {
			if strings.HasSuffix(name, "/") {
				todo = append(todo, filepath.Join(f.Path, name))
			}
		}
	}
	for _, dir := range folders {
		if _, err := add(dir, false); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func take(dir string, below, nested bool, directed func([]byte) bool, known *Folder, before *Sources) (*Folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: dir, Times: timesOf(info), Below: below}
	if f.Names, err = names(dir, below); err != nil {
		return nil, err
	}
	if nested && slices.Contains(f.Names, "go.mod") { // what is below is of that module
		f.Below = false
		f.Names = slices.DeleteFunc(f.Names, func(name string) bool { return strings.HasSuffix(name, "/") })
	}
	for _, name := range f.Names {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		file := File{Name: name}
		if known != nil {
			if i := slices.IndexFunc(known.Files, func(g File) bool { return g.Name == name }); i >= 0 && before.isAsItWas(dir, &known.Files[i]) {
				f.Files = append(f.Files, known.Files[i])
				continue
			}
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			continue // a dangling link: the go command will say
		}
		file.Size, file.Times = info.Size(), timesOf(info)
		if file.Head, err = head(filepath.Join(dir, name), directed); err != nil {
			return nil, err
		}
		f.Files = append(f.Files, file)
	}
	return f, nil
}

// names returns what counts of what is in the folder, sorted.
func names(dir string, below bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, e := range entries {
		name := e.Name()
		switch {
		case name[0] == '.' || name[0] == '_':
		case e.IsDir():
			if below && name != "testdata" && name != "vendor" {
				out = append(out, name+"/")
			}
		case name == "go.mod", filepath.Ext(name) != "" && isSource(filepath.Ext(name)):
			out = append(out, name)
		}
	}
	return out, nil
}

// isSource reports whether the go command looks at files with that extension.
//
// Source: go help filetype, and the fields for files in go help list, of go1.26.
func isSource(ext string) bool {
	return slices.Contains([]string{
		".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx",
		".f", ".F", ".for", ".f90", ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso",
	}, ext)
}

// head returns a digest of the file's head.
func head(file string, directed func([]byte) bool) (string, error) {
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	fset := token.NewFileSet()
	end := len(src)
	if f, err := parser.ParseFile(fset, file, src, parser.ImportsOnly|parser.SkipObjectResolution); err == nil {
		end = fset.PositionFor(f.Name.End(), false).Offset
		for _, d := range f.Decls {
			end = max(end, fset.PositionFor(d.End(), false).Offset)
		}
	}
	sum := sha256.Sum256(bytes.TrimSpace(src[:min(end, len(src))]))
	out := hex.EncodeToString(sum[:8])
	if directed(src) {
		out += "d"
	}
	return out, nil
}

// Changed reports whether there is something else now.
func (s *Sources) Changed(directed func(src []byte) bool) bool {
	for i := range s.Folders {
		f := &s.Folders[i]
		info, err := os.Stat(f.Path)
		if err != nil {
			return true
		}
		if timesOf(info) != f.Times || s.recent(f.Times) {
			if now, err := names(f.Path, f.Below); err != nil || !slices.Equal(now, f.Names) {
				return true
			}
		}
		for j := range f.Files {
			if s.isAsItWas(f.Path, &f.Files[j]) {
				continue
			}
			if now, err := head(filepath.Join(f.Path, f.Files[j].Name), directed); err != nil || now != f.Files[j].Head {
				return true
			}
		}
	}
	return false
}

// isAsItWas reports whether nobody has written to the file since.
func (s *Sources) isAsItWas(dir string, f *File) bool {
	info, err := os.Stat(filepath.Join(dir, f.Name))
	return err == nil && info.Size() == f.Size && timesOf(info) == f.Times && f.Times[1] != 0 && !s.recent(f.Times)
}

// recent reports whether something was written so shortly before the stamp was made, in
// ticks of a coarse clock, that it could have been written to again at the same time.
func (s *Sources) recent(t times) bool {
	return s.When-max(t[0], t[1]) < int64(2*time.Second)
}
