package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Stamp says what was in a file, or in a folder of sources, when the plan was made. A
// build with the wrapper makes its plan anew; one without has the plan that it was given,
// and by the stamps it notices that the plan is out of date.
type Stamp struct {
	Path string `json:"path"`
	// Sum is the digest of the content, "" for a file that was not there.
	Sum string `json:"sum,omitempty"`
	// Dir is true of a folder, and Embedded are its files that count beside the sources.
	Dir      bool     `json:"dir,omitempty"`
	Embedded []string `json:"embedded,omitempty"`
}

// Take sets the stamp's sum to that of what is there now.
func (s *Stamp) Take() error {
	sum, err := s.now()
	s.Sum = sum
	return err
}

// Changed reports whether what is there now is something else. What can not be read is.
func (s *Stamp) Changed() bool {
	sum, err := s.now()
	return err != nil || sum != s.Sum
}

func (s *Stamp) now() (string, error) {
	if s.Dir {
		return DigestSources(s.Path, s.Embedded)
	}
	data, err := os.ReadFile(s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// DigestSources returns a digest of the files in the folder that a build could use,
// whatever their build constraints, and of those that are embedded.
func DigestSources(dir string, embedded []string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() && name[0] != '.' && name[0] != '_' && isSource(name) {
			names = append(names, name)
		}
	}
	for _, name := range embedded {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	h := sha256.New()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a dangling link, or gone since the listing: the build will say
		} else if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %x\n", name, sha256.Sum256(data))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// isSource reports whether a build could compile or link the file.
//
// Source: go help list, the fields for files of go1.26, and go help filetype.
func isSource(name string) bool {
	switch filepath.Ext(name) {
	case ".go":
		return !strings.HasSuffix(name, "_test.go")
	case ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".inc",
		".f", ".F", ".for", ".f90", ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso":
		return true
	}
	return false
}
