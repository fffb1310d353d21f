// Package report carries what weaving has to say of a package to whoever builds it:
// how many places each rule was woven at, and the findings.
//
// It comes after match and weave, in the process that compiles the package, and
// around the outer go command, in the wrapper. The compile keeps the record in the
// archive and appends it to the report of the build that it belongs to; the wrapper
// puts together the records of all packages of its build, of those that came from
// the go command's cache too (see [Collect]).
package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/goweaver/weaver/weaver/internal/match"
	"github.com/goweaver/weaver/weaver/internal/toolcmd"
)

// member is the name of the archive member that holds a [Record].
const member = "record.json"

// A Record is what weaving made of one package. Nothing in it depends on where a
// module or a cache lies, unless the go command's own key of the archive does.
type Record struct {
	// Sites counts the places at which each rule was woven, by the rule's ID. A rule that
	// matches only where sources opt out of it counts 0, and one that does not is not there.
	Sites map[string]int `json:"sites,omitempty"`
	// Linked counts those in packages that hooks bring into a command, which are compiled
	// apart from the build's own, in the same way. Packages of the build may be among them.
	Linked map[string]int `json:"linked,omitempty"`
	// Found is what could not be woven.
	Found []match.Finding `json:"found,omitempty"`
}

// Empty reports whether there is nothing to say.
func (r *Record) Empty() bool { return len(r.Sites)+len(r.Linked)+len(r.Found) == 0 }

// Add adds what o says, each finding once.
func (r *Record) Add(o *Record) {
	r.Sites, r.Linked = added(r.Sites, o.Sites), added(r.Linked, o.Linked)
	r.find(o.Found)
}

// Link adds what o says, the record of a package that hooks bring into the command.
func (r *Record) Link(o *Record) {
	r.Linked = added(r.Linked, o.Sites)
	r.find(o.Found)
}

// added returns the sums of both counts. The first map may be changed.
func added(to, counts map[string]int) map[string]int {
	if to == nil && len(counts) > 0 {
		to = map[string]int{}
	}
	for id, n := range counts {
		to[id] += n
	}
	return to
}

func (r *Record) find(found []match.Finding) {
	for _, f := range found {
		if !slices.Contains(r.Found, f) {
			r.Found = append(r.Found, f)
		}
	}
}

// Count adds a place at which the rule was woven.
func (r *Record) Count(id string) {
	if r.Sites == nil {
		r.Sites = map[string]int{}
	}
	r.Sites[id]++
}

// Meet takes down that the rule matches in the package, whether or not it is woven.
func (r *Record) Meet(id string) {
	if r.Sites == nil {
		r.Sites = map[string]int{}
	}
	r.Sites[id] += 0
}

// Keep writes the record into the archive, where there is something to say.
func (r *Record) Keep(archive string) error {
	if r.Empty() {
		return nil
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return toolcmd.AppendMember(archive, member, append(data, '\n'))
}

// Kept returns the record in the archive, an empty one if it has none.
func Kept(archive string) (*Record, error) {
	r := &Record{}
	data, err := toolcmd.ReadMember(archive, member)
	if err != nil || data == nil {
		return r, err
	}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", archive, member, err)
	}
	return r, nil
}

// A line is one line of a build's report.
type line struct {
	Action string  `json:"action"` // the go command's key of the compile
	Record *Record `json:"record"`
}

// Append adds the record of a compile to the report file. A line goes out in one
// write to a file that is open for appending, so that processes which run at the same
// time do not tear each other's.
func Append(file, action string, r *Record) error {
	data, err := json.Marshal(line{action, r})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	return errors.Join(err, f.Close())
}

// Read returns the records in a report file by the go command's key of the compile.
func Read(file string) (map[string]*Record, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	out := map[string]*Record{}
	for text := range bytes.Lines(data) {
		var l line
		if json.Unmarshal(text, &l) == nil && l.Record != nil {
			out[l.Action] = l.Record
		}
	}
	return out, nil
}

// Total returns what all the records say together, its findings in order.
func Total(records map[string]*Record) *Record {
	sum := &Record{}
	for _, action := range slices.Sorted(maps.Keys(records)) {
		if r := records[action]; r != nil {
			sum.Add(r)
		}
	}
	slices.SortFunc(sum.Found, match.Finding.Compare)
	return sum
}
