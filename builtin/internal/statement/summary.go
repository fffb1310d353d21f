package statement

import (
	"strings"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// longestSummary is what the conventions allow for, in bytes.
const longestSummary = 255

// summarize returns the operations and targets of the tokens, and marks what is in double
// quotes and a target as a name.
func summarize(tokens []token) string {
	s := summary{tokens: tokens, frames: []frame{{start: true}}}
	for s.skip(); s.i < len(tokens); s.skip() {
		s.token()
	}
	return telemetry.Text(string(s.out))
}

// A summary is on its way through the tokens of a statement.
type summary struct {
	tokens []token
	i      int
	out    []byte
	full   bool
	frames []frame  // of the statement and the parentheses that are open
	common []string // names that the statement gives to its own subqueries
	last   string   // the word before, in upper case
}

// A frame is a statement, or what is in parentheses.
type frame struct {
	start bool   // an operation may be next
	with  bool   // it starts with WITH, and its own operation is still to come
	op    string // the last operation, in upper case
	list  bool   // after a comma there is another target
}

// skip goes to the next token that counts.
func (s *summary) skip() {
	for s.i < len(s.tokens) && s.tokens[s.i].kind <= comment {
		s.i++
	}
}

// token takes one token, or what belongs to it.
func (s *summary) token() {
	f := &s.frames[len(s.frames)-1]
	t := s.tokens[s.i]
	if t.kind == word {
		s.word(f)
		return
	}
	s.i++
	s.last = ""
	switch t.text {
	case "(":
		s.frames = append(s.frames, frame{start: true})
	case ")":
		if len(s.frames) > 1 {
			s.frames = s.frames[:len(s.frames)-1]
		}
		f = &s.frames[len(s.frames)-1]
		f.start = f.with
	case ";":
		s.frames = append(s.frames[:0], frame{start: true})
	case ",":
		if f.list {
			s.target(f, true)
		}
	case "{": // {call f}
	default:
		f.start = false
	}
}

// word takes a word: an operation, what stands before a target, or anything else.
func (s *summary) word(f *frame) {
	upper := strings.ToUpper(s.tokens[s.i].text)
	before := s.last
	s.last = upper
	if f.with && s.names() {
		return
	}
	if f.start || upper == "SELECT" {
		s.operation(f, upper)
		return
	}
	s.i++
	switch upper {
	case "FROM":
		// In extract(year from t) it stands behind no operation, and in IS DISTINCT FROM
		// not before a table.
		if before != "DISTINCT" && (f.op == "SELECT" || f.op == "DELETE" || f.op == "COPY" || f.op == "UPDATE" || f.op == "SHOW") {
			s.target(f, true)
		}
	case "JOIN":
		s.target(f, true)
	case "USING":
		if f.op == "MERGE" || f.op == "DELETE" {
			s.target(f, true)
		}
	case "INTO":
		if f.op != "" && f.op != "FETCH" {
			s.target(f, false)
		}
	case "TABLE", "ON":
		if f.op == "LOCK" || f.op == "TRUNCATE" || f.op == "CREATE INDEX" || f.op == "CREATE TRIGGER" {
			s.target(f, false)
		}
	case "WHERE", "SET", "GROUP", "ORDER", "HAVING", "LIMIT", "VALUES", "WINDOW", "RETURNING", "UNION", "INTERSECT", "EXCEPT":
		f.list = false
	}
}

// names takes the name of a subquery, which is followed by AS and the subquery, and
// reports whether it was one.
func (s *summary) names() bool {
	i := s.i
	for i++; i < len(s.tokens) && s.tokens[i].kind <= comment; i++ {
	}
	if i == len(s.tokens) || s.tokens[i].text != "(" && !strings.EqualFold(s.tokens[i].text, "as") {
		return false
	}
	switch s.last {
	case "AS", "MATERIALIZED", "SELECT", "VALUES":
		return false
	}
	s.common = append(s.common, s.tokens[s.i].text)
	s.i++
	s.frames[len(s.frames)-1].start = false
	return true
}

// operation takes the word that a statement or subquery starts with.
func (s *summary) operation(f *frame, upper string) {
	t := s.tokens[s.i]
	f.start, f.list = false, false
	switch {
	case upper == "WITH", upper == "AS": // AS stands behind a subquery's columns
		f.with = true
		s.i++
		return
	case len(s.frames) > 1 && !isOperation(upper):
		s.i++
		return // a list of columns or values
	case isName(t) && s.i+1 < len(s.tokens) && s.tokens[s.i+1].text == ".":
		s.target(f, false) // a procedure, called by its name alone
		return
	case !isPlain(t.text):
		s.i++
		return
	}
	f.op, f.with = upper, false
	s.add(t.text)
	s.i++
	switch upper {
	case "EXPLAIN", "DESCRIBE", "DESC":
		s.words("ANALYZE", "ANALYSE", "VERBOSE", "QUERY", "PLAN", "EXTENDED")
		f.start = true
	case "CREATE", "ALTER", "DROP":
		s.definition(f)
	case "UPDATE", "COPY", "CALL", "EXEC", "EXECUTE", "TRUNCATE", "MERGE":
		s.words("TABLE", "ONLY", "LOW_PRIORITY", "IGNORE", "INTO")
		s.target(f, false)
	case "INSERT", "REPLACE", "UPSERT":
		s.words("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "OVERWRITE", "OR", "REPLACE", "ROLLBACK", "ABORT", "FAIL", "INTO", "TABLE")
		s.target(f, false)
	}
}

// definition takes what is created, altered or dropped.
func (s *summary) definition(f *frame) {
	s.words("OR", "REPLACE", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "CLUSTERED",
		"NONCLUSTERED", "MATERIALIZED", "RECURSIVE", "VIRTUAL", "EXTERNAL", "FOREIGN", "FULLTEXT", "SPATIAL", "PUBLIC")
	s.skip()
	if s.i == len(s.tokens) || !isPlain(s.tokens[s.i].text) {
		return
	}
	object := s.tokens[s.i].text
	f.op += " " + strings.ToUpper(object)
	s.add(object)
	s.i++
	switch strings.ToUpper(object) {
	case "TABLE", "INDEX", "VIEW", "DATABASE", "SCHEMA", "SEQUENCE", "FUNCTION", "PROCEDURE", "TRIGGER", "TYPE", "EXTENSION":
		s.words("IF", "NOT", "EXISTS", "CONCURRENTLY", "ONLY")
		if s.skip(); s.i < len(s.tokens) && strings.EqualFold(s.tokens[s.i].text, "on") {
			return // an index without a name
		}
		s.target(f, false)
	}
}

// words skips those that are listed.
func (s *summary) words(list ...string) {
	for s.skip(); s.i < len(s.tokens); s.skip() {
		known := false
		for _, w := range list {
			known = known || strings.EqualFold(s.tokens[s.i].text, w)
		}
		if !known {
			return
		}
		s.i++
	}
}

// target adds the name that is next, if there is one, with all of its parts. In a list
// of tables, what is followed by a parenthesis is a function.
func (s *summary) target(f *frame, list bool) {
	f.list = list
	if list {
		s.words("ONLY", "LATERAL")
	}
	s.skip()
	from, n := s.i, 0 // n counts the parts
	for s.i < len(s.tokens) && isName(s.tokens[s.i]) {
		s.tokens[s.i].name = true
		s.i++
		n++
		for s.i < len(s.tokens) && s.tokens[s.i].text == "." {
			s.i++
		}
		if s.tokens[s.i-1].text != "." {
			break
		}
	}
	if n == 0 || list && s.i < len(s.tokens) && s.tokens[s.i].text == "(" {
		return
	}
	s.last = ""
	var name strings.Builder
	for _, t := range s.tokens[from:s.i] {
		name.WriteString(t.text)
	}
	for _, c := range s.common {
		if strings.EqualFold(c, name.String()) {
			return
		}
	}
	s.add(name.String())
}

// add appends an operation or a target, if there is room.
func (s *summary) add(name string) {
	if s.full = s.full || len(s.out)+1+len(name) > longestSummary; s.full {
		return
	}
	if len(s.out) > 0 {
		s.out = append(s.out, ' ')
	}
	s.out = append(s.out, name...)
}

// isName reports whether the token may be a part of a target's name.
func isName(t token) bool {
	return t.kind == quotedName || t.kind == word && t.text[0] != '@' && t.text[0] != '$' && !isReserved(t.text)
}

// isReserved reports whether the word is never the name of a table.
func isReserved(s string) bool {
	switch strings.ToUpper(s) {
	case "SELECT", "VALUES", "SET", "WHERE", "FROM", "INTO", "ON", "USING", "TRUE", "FALSE", "NULL", "DEFAULT", "OUTFILE", "DUMPFILE", "UNNEST", "STRICT":
		return true
	}
	return false
}

// isOperation reports whether a subquery may start with the word.
func isOperation(upper string) bool {
	switch upper {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH":
		return true
	}
	return false
}

// isPlain reports whether s looks like a keyword and not like data: other words would make
// the name of a span out of anything that a program sends.
func isPlain(s string) bool {
	if len(s) > 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && s[i] != '_' {
			return false
		}
	}
	return true
}
