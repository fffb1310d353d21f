package plan

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// An Overlay says what -overlay puts in the place of files: it maps the name of each to
// that of the one which is read instead, or to "" if there is to be none.
type Overlay map[string]string

// Overlay returns that of the build. It is empty if there is none.
func (b *Build) Overlay() (Overlay, error) {
	file := b.Flag("overlay")
	if file == "" {
		return Overlay{}, nil
	}
	data, err := os.ReadFile(b.Abs(file))
	if err != nil {
		return nil, fmt.Errorf("the overlay: %w", err)
	}
	var content struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("the overlay %s: %w", file, err)
	}
	out := Overlay{}
	for from, to := range content.Replace {
		out[b.Abs(from)] = b.Abs(to)
	}
	return out, nil
}

// Abs returns a file name of a command line as an absolute one.
func (b *Build) Abs(file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(b.Dir, file)
}

// Files returns the files that are read instead of those in the folder, sorted.
func (o Overlay) Files(dir string) []string {
	var out []string
	for from, to := range o {
		if to != "" && filepath.Dir(from) == filepath.Clean(dir) {
			out = append(out, to)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Digest writes to w what stands in the place of the files in that folder, or of all
// files if it is "": their names, without the folder, and contents.
func (o Overlay) Digest(w io.Writer, dir string) error {
	for _, from := range slices.Sorted(maps.Keys(o)) {
		name := from
		if dir != "" {
			if filepath.Dir(from) != filepath.Clean(dir) {
				continue
			}
			name = filepath.Base(from)
		}
		data, err := readIfThere(o[from])
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "overlay %q %v %x\n", name, o[from] == "", sha256.Sum256(data))
	}
	return nil
}

// readIfThere returns the content of the file, none if there is no such file: the go
// command will say that.
func readIfThere(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
