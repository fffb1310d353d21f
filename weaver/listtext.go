package weaver

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// The text form of a listing: for each rule a line with the join point, and below it
// labelled rows, of which those of the binding are a table.

const (
	textWidth  = 100 // columns that prose is kept within; names are never broken
	labelWidth = 14  // of the widest label and two blanks
)

// text returns the listing for people. Files below dir are named from there.
func (l *listing) text(dir string) string {
	if l.File == "" {
		return ""
	}
	w := &listWriter{dir: dir}
	w.b.WriteString(w.path(l.File))
	if l.Default {
		w.b.WriteString(" (the default list)")
	}
	w.b.WriteString("\n")
	for _, a := range l.Aspects {
		w.aspect(a)
	}
	return w.b.String()
}

type listWriter struct {
	b   strings.Builder
	dir string
}

// path returns the file as the go command shows it: from the working folder on, if it is
// below that.
func (w *listWriter) path(file string) string {
	if rel, err := filepath.Rel(w.dir, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}

func (w *listWriter) aspect(a listedAspect) {
	w.b.WriteString("\n" + a.Name)
	if a.Strict {
		w.b.WriteString(" (strict)")
	}
	if a.Doc != "" {
		w.b.WriteString(": " + a.Doc)
	}
	w.b.WriteString("\n")
	each := slices.ContainsFunc(a.Rules, func(r listedRule) bool { return !slices.Equal(r.Scope, a.Rules[0].Scope) })
	if !each {
		fmt.Fprintf(&w.b, "  scope: %s\n", scopeText(a.Rules[0].Scope))
	}
	for _, r := range a.Rules {
		w.rule(r, each)
	}
}

// rule writes one rule, with its scope if the rules of the aspect have several.
func (w *listWriter) rule(r listedRule, scope bool) {
	fmt.Fprintf(&w.b, "  %s %s\n", r.Point, r.joinPoint())
	w.row(string(r.Advice), r.does())
	at := w.path(r.Declared.File)
	if r.Declared.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, r.Declared.Line)
	}
	w.row("declared", at)
	if scope {
		w.row("scope", scopeText(r.Scope))
	}
	var with []string
	for _, o := range r.With {
		text := o.Key + "=" + o.Value
		if o.May != "" {
			text += " (" + o.May + ")"
		}
		with = append(with, text)
	}
	w.row("with", strings.Join(with, " "))
	var take []string
	for _, i := range r.Take {
		take = append(take, itemText(i))
	}
	w.row("take", strings.Join(take, ", "))
	w.row("words", r.Words)
	capture := r.Capture
	if r.CaptureWords {
		capture = append(slices.Clip(capture), "the directive's words")
	}
	w.row("capture", strings.Join(capture, ", "))
	if r.File != "" {
		w.row("linked to", strings.Join(r.Needs, ", "))
	}
	w.row("sites", r.Sites.text())
	w.prose("problem", r.Problem)
	if r.Open != "" {
		w.prose("bound", "where it is woven, since "+r.Open)
	}
	if r.Binding != nil {
		w.binding(r.Binding)
	}
}

// joinPoint returns the target and the conditions.
func (r *listedRule) joinPoint() string {
	target := r.Target
	if r.Field != nil && r.Advice == rule.Wrap {
		target += " field " + r.Field.Name
	}
	var where []string
	for _, p := range r.where {
		where = append(where, predicate(p, rule.Pretty))
	}
	if len(where) == 0 {
		return target
	}
	return strings.TrimSpace(target + " where " + strings.Join(where, ", "))
}

func scopeText(scope []string) string {
	var out []string
	for _, s := range scope {
		switch s {
		case rule.MainModules:
			s = "the main modules"
		case rule.Everywhere:
			s = "everywhere"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func itemText(item string) string { return strings.TrimPrefix(item, "instrument.") }

// row writes a labelled line, or nothing if there is no text for it.
func (w *listWriter) row(label, text string) {
	if text != "" {
		fmt.Fprintf(&w.b, "    %-*s%s\n", labelWidth, label, text)
	}
}

// prose writes a row that is broken between words where it would be too wide.
func (w *listWriter) prose(label, text string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && 4+labelWidth+len(line)+1+len(word) > textWidth {
			w.row(label, line)
			label, line = "", ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	w.row(label, line)
}

// A boundRow is one value of a binding: what it is to the hook, and to the target.
type boundRow struct{ label, hook, target string }

func (w *listWriter) binding(b *listedBinding) {
	rows := boundRows("takes", "from", b.Takes)
	if b.Body != nil {
		rows = slices.Concat(rows, boundRows("body takes", "to", b.Body.Takes), boundRows("body returns", "from", b.Body.Returns))
	}
	rows = append(rows, boundRows("returns", "to", b.Returns)...)
	if b.Exit != nil {
		rows = slices.Concat(rows, boundRows("exit takes", "from", b.Exit.Takes), boundRows("exit returns", "to", b.Exit.Returns))
	}
	if len(rows) == 0 {
		w.row("takes", "nothing")
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r.hook))
	}
	for _, r := range rows {
		fmt.Fprintf(&w.b, "    %-*s%-*s  %s\n", labelWidth, r.label, width, r.hook, r.target)
	}
}

// boundRows returns a row for each of the values, the first with the label. The
// direction is from or to.
func boundRows(label, direction string, values []listedValue) []boundRow {
	var out []boundRow
	for _, v := range values {
		typ := rule.Pretty(v.Type)
		if v.Role == roleBody || v.Role == roleExit {
			typ = "func" // the rows below say the rest
		}
		out = append(out, boundRow{label, strings.TrimSpace(v.Name + " " + typ), v.targetText(direction)})
		label = ""
	}
	return out
}

// targetText says what the value is to the target.
func (v *listedValue) targetText(direction string) string {
	item := itemText(v.Item)
	if v.ItemName != "" {
		item += " " + v.ItemName
	}
	switch v.Role {
	case roleFunc:
		return "given by weaver"
	case roleParams:
		return "given by weaver: its parameters"
	case roleCaptured:
		return "given by weaver: what is captured"
	case roleEnded:
		return "given by weaver: how it ended"
	case rolePanic:
		return "given by weaver: its panic"
	case roleBody:
		return "the body"
	case roleExit:
		return "runs at exit"
	case roleError:
		return "ends the function, as " + item
	case roleField:
		return direction + " the field"
	case roleStruct:
		return direction + " the address of the new struct"
	case roleVariable:
		return direction + " the variable"
	case roleArgument:
		if item == "" {
			item = "the last parameter"
		}
		return "appended to " + item
	case roleEntry:
		return direction + " its receiver or parameter of that type"
	case roleTarget:
		if direction == "to" {
			return "takes the target's place"
		}
		return "the target, as a function"
	case roleResult:
		return direction + " its result of that type"
	case roleTaken:
		return "to what the hook took of that type"
	}
	if v.Address {
		return direction + " the address of " + item
	}
	return direction + " " + item
}
