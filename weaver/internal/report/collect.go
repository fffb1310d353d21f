package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// A package that came from the go command's cache was compiled by another build, and
// its record is in the archive. To look into hundreds of archives costs time, and so
// does asking the go command where they are. Therefore the wrapper remembers what it
// has seen: a file for each identity, with the keys of the compiles and the records of
// those that had one. The go command's key covers the identity and all sources, so
// what is remembered can not become wrong. A key that is not remembered leads to the
// archive.

// maxKnown is the size in bytes from which on a file of what is known is begun anew.
const maxKnown = 1 << 20

// seen is one line of the file: what one build added.
type seen struct {
	Actions []string           `json:"actions"`
	Records map[string]*Record `json:"records,omitempty"`
}

// A Source is where the records of a build come from.
type Source struct {
	Graph *Graph
	Now   map[string]*Record // of what was compiled in this build, with something to say or not
	Known string             // the file that keeps what is known
	// Woven says which packages can have a record, by import path; nil stands for all.
	Woven func(importPath string) bool

	// Archives asks the go command where the archives of the build's packages are, by
	// build ID, and those of commands by import path too, from whatever build they are.
	// It is called only if there is a package that is not known.
	Archives func() (byID, commands map[string]string, err error)
}

// Collect returns what the packages of the build say, by the go command's keys of their
// compiles; a record may be nil. missing counts those whose record is nowhere to be found,
// though the build had them.
func Collect(s Source) (records map[string]*Record, missing int, err error) {
	known, size := readKnown(s.Known)
	records = map[string]*Record{}
	news := seen{Records: map[string]*Record{}}
	if rec := s.Now[""]; rec != nil { // of no package, but of the build itself
		records[""] = rec
	}
	var unknown []action
	for _, a := range s.Graph.compiles() {
		if a.ActionID == "" || a.BuildID == "" || a.Failed || !s.concerns(&a) {
			continue
		}
		rec, now := s.Now[a.ActionID]
		before, old := known[a.ActionID]
		switch {
		case now && rec.Empty():
			rec = nil
		case now:
		case old:
			rec = before
		default:
			unknown = append(unknown, a)
			continue
		}
		news.learn(a.ActionID, rec, old)
		records[a.ActionID] = rec
	}
	if len(unknown) > 0 {
		if missing, err = s.ask(unknown, records, &news); err != nil {
			return nil, 0, err
		}
	}
	if size > maxKnown {
		for id, rec := range known { // what of it is needed still
			if _, used := records[id]; used {
				news.learn(id, rec, false)
			}
		}
	}
	return records, missing, s.remember(news, size > maxKnown)
}

func (s *Source) concerns(a *action) bool { return s.Woven == nil || s.Woven(a.path()) }

// learn adds what was not known before.
func (n *seen) learn(id string, rec *Record, old bool) {
	if old {
		return
	}
	n.Actions = append(n.Actions, id)
	if rec != nil {
		n.Records[id] = rec
	}
}

// ask looks into the archives of the actions. That of a command may be of another
// action: what weaving makes of a command does not follow how it is linked. But its
// sources may have changed since, so that is remembered only of the main package of a
// test, which has none of its own, while all that it imports is as it was.
func (s *Source) ask(unknown []action, records map[string]*Record, news *seen) (missing int, err error) {
	byID, commands, err := s.Archives()
	if err != nil {
		return 0, err
	}
	moved := func(a action) bool { return s.concerns(&a) && byID[a.BuildID] == "" && commands[a.Package] == "" }
	unmoved := !slices.ContainsFunc(s.Graph.compiles(), moved)
	for _, a := range unknown {
		file, exact := byID[a.BuildID]
		if !exact {
			file = commands[a.Package]
		}
		if file == "" {
			missing++
			continue
		}
		rec, err := Kept(file)
		if err != nil {
			return 0, err
		}
		if rec.Empty() {
			rec = nil
		}
		if exact || unmoved && strings.HasSuffix(a.Package, ".test") {
			news.learn(a.ActionID, rec, false)
		}
		records[a.ActionID] = rec
	}
	return missing, nil
}

// readKnown returns what the file holds: nil for a compile that had nothing to say.
func readKnown(file string) (known map[string]*Record, size int) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, 0
	}
	known = map[string]*Record{}
	for text := range bytes.Lines(data) {
		var n seen
		if json.Unmarshal(text, &n) != nil {
			continue // cut short, perhaps by a full disk: asked for again
		}
		for _, id := range n.Actions {
			known[id] = n.Records[id]
		}
	}
	return known, len(data)
}

// remember adds to the file what is new, or begins it anew with that.
func (s *Source) remember(news seen, anew bool) error {
	if len(news.Actions) == 0 {
		return nil
	}
	data, err := json.Marshal(news)
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if anew {
		return plan.WriteFile(s.Known, data)
	}
	if err := os.MkdirAll(filepath.Dir(s.Known), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(s.Known, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
