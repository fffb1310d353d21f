package pinfile

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"
)

// Where things are in the text of a file, for the edits: offsets in bytes, and what
// comments lie between. Between the tokens of a list and of an import block there is
// white space and comments alone.

func (f *file) offset(p token.Pos) int { return int(p - f.ast.FileStart) }

// line returns the line that the position is in, whatever //line directives say.
func (f *file) line(p token.Pos) int { return f.fset.PositionFor(p, false).Line }

// comment returns the comment that the byte at the offset belongs to, nil if there is none.
func (f *file) comment(at int) *ast.Comment {
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if f.offset(c.Pos()) <= at && at < f.offset(c.End()) {
				return c
			}
		}
	}
	return nil
}

// skip returns the first offset from at on that has neither a comment nor one of the blanks.
func (f *file) skip(at int, blanks string) int {
	for at < len(f.src) {
		if c := f.comment(at); c != nil {
			at = f.offset(c.End())
		} else if strings.IndexByte(blanks, f.src[at]) >= 0 {
			at++
		} else {
			break
		}
	}
	return at
}

// lineStart returns where the line of the offset starts. A line that starts in a comment
// counts to the one in which the comment starts.
func (f *file) lineStart(at int) int {
	at = bytes.LastIndexByte(f.src[:at], '\n') + 1
	if c := f.comment(at); c != nil && f.offset(c.Pos()) < at {
		return f.lineStart(f.offset(c.Pos()))
	}
	return at
}

// lead returns where the comment directly above what is at the offset starts, or the
// start of the line if there is none.
func (f *file) lead(at int) int {
	start := f.lineStart(at)
	for _, group := range f.ast.Comments {
		from, to := f.offset(group.Pos()), f.offset(group.End())
		if to > at {
			break
		}
		above := f.src[to:at]
		if bytes.Count(above, []byte("\n")) > 1 || len(bytes.TrimSpace(above)) > 0 {
			continue
		}
		// What has something before it on its line belongs to that.
		if line := f.lineStart(from); len(bytes.TrimSpace(f.src[line:from])) == 0 {
			start = min(start, line)
		}
	}
	return start
}

// headed reports whether there is a comment directly before the node, mostly above it.
func (f *file) headed(n ast.Node) bool {
	at := f.offset(n.Pos())
	return len(bytes.TrimSpace(f.src[f.lead(at):at])) > 0
}
