// Package pinfile adds built-in aspects to a registration file and leaves all else in
// it as the user wrote it. It is apart from package register, and handed to the command
// by its main function, so that registration binaries are not linked with gofmt's printer.
package pinfile

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/catalog"
)

// Refresh adds to the registration file src what it lacks of the wanted built-ins, where
// their order puts them, and their names to the directive [catalog.Directive]. What the
// directive names already, and what is commented out in the list, stays out.
//
// Comments, order and line endings of the user's stay. The error has the form
// "name:line: what is wrong; what to do", for a file that does not parse, whose list is
// not found, or that has to change and is not as gofmt prints it: to print it anew would
// change lines that are none of pin's business.
func Refresh(name string, src []byte, wanted []catalog.BuiltIn) (*catalog.Refresh, error) {
	text, endings, err := unify(name, src)
	if err != nil {
		return nil, err
	}
	f, err := read(name, text)
	if err != nil {
		return nil, err
	}
	out := &catalog.Refresh{Content: src}
	var add []catalog.BuiltIn
	for _, b := range wanted {
		named := slices.Contains(f.offered, b.Name)
		if !named {
			out.Recorded = append(out.Recorded, b.Name)
		}
		listed, err := f.uses(b.Path)
		switch {
		case err != nil:
			return nil, err
		case listed:
		case named || f.commentedOut(b):
			out.LeftOut = append(out.LeftOut, b.Name)
		default:
			out.Added = append(out.Added, b.Name)
			add = append(add, b)
		}
	}
	if len(out.Recorded) == 0 {
		return out, nil
	}
	edited, err := f.edit(add, wanted, out.Recorded)
	if err != nil {
		return nil, err
	}
	out.Content = endings.restore(edited)
	return out, nil
}

// edit returns the file with the built-ins added and the names recorded.
func (f *file) edit(add, wanted []catalog.BuiltIn, names []string) ([]byte, error) {
	// gofmt is to settle what pin adds, and so may not find anything else to do.
	formatted, err := format.Source(f.src)
	if err != nil {
		return nil, syntaxError(f.name, err)
	}
	if !bytes.Equal(formatted, f.src) {
		return nil, f.notFormatted(formatted)
	}
	after, err := f.edited(add, wanted, names)
	if err != nil || !f.kept(after) {
		return nil, fmt.Errorf("%s: %s can not be added without changing what is there; add it by hand, or write the list as go tool weaver pin does where there is no file", f.at(f.ast.Package), strings.Join(names, ", "))
	}
	return after, nil
}

// edited returns the text with all edits. It is read anew after each, so that every
// edit finds the one before it as if the user had made that.
func (f *file) edited(add, wanted []catalog.BuiltIn, names []string) ([]byte, error) {
	next, err := read(f.name, f.withImports(add))
	if err != nil {
		return nil, err
	}
	for _, b := range add {
		if next, err = read(f.name, next.withElement(b, wanted)); err != nil {
			return nil, err
		}
	}
	return format.Source(next.withDirective(names))
}

// notFormatted is the error for a file of which gofmt makes out.
func (f *file) notFormatted(out []byte) error {
	line := 1
	was, is := bytes.Split(f.src, []byte("\n")), bytes.Split(out, []byte("\n"))
	for line < min(len(was), len(is)) && bytes.Equal(was[line-1], is[line-1]) {
		line++
	}
	return fmt.Errorf("%s:%d: this is not how gofmt prints it, and pin changes no line but its own; run gofmt -w on the file, then pin again", f.name, line)
}

// kept reports whether out has every token and comment of the file, in the same order.
// The directive is the one comment that may have changed.
func (f *file) kept(out []byte) bool {
	is := tokens(out)
	for _, t := range tokens(f.src) {
		i := slices.Index(is, t)
		if i < 0 {
			return false
		}
		is = is[i+1:]
	}
	_, err := parser.ParseFile(token.NewFileSet(), f.name, out, parser.SkipObjectResolution)
	return err == nil
}

// tokens returns the texts of the tokens and comments of the file, without those that
// are not written.
func tokens(src []byte) []string {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	var out []string
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return out
		case tok == token.SEMICOLON && lit == "\n":
		case tok == token.COMMENT && isDirective(lit):
		case lit == "":
			out = append(out, tok.String())
		default:
			out = append(out, lit)
		}
	}
}

// isDirective reports whether the comment is the directive.
func isDirective(comment string) bool {
	rest, ok := strings.CutPrefix(comment, catalog.Directive)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// endings are what package printer does not know of a file.
type endings struct{ mark, crlf bool }

const byteOrderMark = "\xef\xbb\xbf"

// unify returns the text with newlines alone and no byte order mark.
func unify(name string, src []byte) ([]byte, endings, error) {
	var e endings
	src, e.mark = bytes.CutPrefix(src, []byte(byteOrderMark))
	n := bytes.Count(src, []byte("\r\n"))
	if n == 0 {
		return src, e, nil
	}
	if n != bytes.Count(src, []byte("\n")) {
		return nil, e, fmt.Errorf("%s:1: some lines of it end in CRLF and some do not; run gofmt -w on the file, then pin again", name)
	}
	e.crlf = true
	return bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), e, nil
}

func (e endings) restore(text []byte) []byte {
	if e.crlf {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if e.mark {
		text = append([]byte(byteOrderMark), text...)
	}
	return text
}

// syntaxError returns the parser's first mistake as an error for the user.
func syntaxError(name string, err error) error {
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return fmt.Errorf("%s:%d: %s; correct it, then run pin again", name, list[0].Pos.Line, list[0].Msg)
	}
	return fmt.Errorf("%s:1: %w", name, err)
}
