package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// An archived is a package as "go list -export -deps -json=ImportPath,BuildID,Export" has it.
type archived struct{ ImportPath, BuildID, Export string }

// action returns the go command's key of the compile.
func (a archived) action() string {
	id, _, _ := strings.Cut(a.BuildID, "/")
	return id
}

// readArchived returns the packages in the output of go list that a file holds, by import
// path, those without an archive left out.
func readArchived(ts *testscript.TestScript, file string) map[string]archived {
	out := map[string]archived{}
	for dec := json.NewDecoder(strings.NewReader(ts.ReadFile(file))); ; {
		var b archived
		if err := dec.Decode(&b); errors.Is(err, io.EOF) {
			return out
		} else {
			ts.Check(err)
		}
		if b.Export != "" {
			out[b.ImportPath] = b
		}
	}
}

// cmdArchives compares the archives of two builds, as go list with -export, -deps and
// -json=ImportPath,BuildID,Export printed them into files. Those that the go command has
// the same key for must be the same, byte by byte. N packages at least must have one key
// and two archives; the packages that are named must be among them.
//
//	archives N FILE1 FILE2 [PACKAGE…]
func cmdArchives(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: archives N FILE1 FILE2 [PACKAGE...]")
	}
	least, err := strconv.Atoi(args[0])
	ts.Check(err)
	first, second := readArchived(ts, args[1]), readArchived(ts, args[2])
	var compared, other, differ []string
	for path, a := range first {
		b, ok := second[path]
		switch {
		case !ok:
		case a.action() != b.action():
			other = append(other, path)
		case a.Export != b.Export:
			compared = append(compared, path)
			if why := unequal(ts, a.Export, b.Export); why != "" {
				differ = append(differ, path+why)
			}
		}
	}
	slices.Sort(differ)
	slices.Sort(other)
	must(ts, len(differ) == 0, "%d packages have one key and different archives:\n%s", len(differ), strings.Join(differ, "\n"))
	must(ts, len(compared) >= least, "%d packages have one key, want %d; these have two: %s", len(compared), least, strings.Join(other, " "))
	for _, path := range args[3:] {
		must(ts, slices.Contains(compared, path), "%s does not have one key and two archives", path)
	}
	ts.Logf("%d archives are equal, %d packages have two keys", len(compared), len(other))
}

// unequal returns "" for files of the same content, or how they differ.
func unequal(ts *testscript.TestScript, file1, file2 string) string {
	a, err := os.ReadFile(file1)
	ts.Check(err)
	b, err := os.ReadFile(file2)
	ts.Check(err)
	if bytes.Equal(a, b) {
		return ""
	}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	around := func(data []byte) string {
		return strconv.Quote(string(data[max(at-40, 0):min(at+80, len(data))]))
	}
	return ": from byte " + strconv.Itoa(at) + "\n\t" + around(a) + "\n\t" + around(b)
}

// cmdTrim removes from the build cache the archives of packages, which go list printed
// into a file as for the archives command.
//
//	trim FILE PACKAGE…
func cmdTrim(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: trim FILE PACKAGE...")
	}
	all := readArchived(ts, args[0])
	for _, path := range args[1:] {
		ts.Check(os.Remove(all[path].Export))
	}
}
