package instrument

// Predicates as plain data, and what can be wrong with them.

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// where describes the rule's predicates.
func (d *description) where(r Rule) {
	for _, p := range r.preds {
		d.rule.Where = append(d.rule.Where, p.describe(r.pos, d.mistaken))
	}
}

// describe returns the predicate as plain data; at is the line that it was given to,
// for one that has no line of its own.
func (p Predicate) describe(at position, mistaken func(position, error)) rule.Pred {
	at = p.pos.or(at)
	out := rule.Pred{Kind: p.kind, Index: p.index, Text: p.text}
	var err error
	switch p.kind {
	case "":
		err = errors.New("a Predicate that is zero sets no condition; make one with a function such as instrument.Name")
	case noCondition:
		err = errors.New("Where without a predicate sets no condition; list one, or drop it")
	case rule.PredParam, rule.PredResult, rule.PredRecv:
		out.Type, err = p.typeArgument()
	case typeIs:
		out, err = p.describeTypeIs()
	case rule.PredImplements:
		err = p.describeImplements(&out)
	case rule.PredName, rule.PredPackage, rule.PredReceiver:
		err = checkGlob(p.kind, p.text)
	case rule.PredDirective, rule.PredWithout, rule.PredWords:
		out.Keys = p.keys
		err = checkDirective(p.text, p.keys)
	case rule.PredAny:
		if len(p.of) == 0 {
			err = errors.New("Any without a predicate holds for no function; list one, or drop it")
		}
	case rule.PredAll:
		if len(p.of) == 0 {
			err = errors.New("All without a predicate holds for every function; list one, or drop it")
		}
	}
	if err != nil {
		mistaken(at, err)
	}
	for _, q := range p.of {
		out.Of = append(out.Of, q.describe(at, mistaken))
	}
	return out
}

// typeArgument returns the spelling of the type argument.
func (p Predicate) typeArgument() (rule.Type, error) {
	if strings.Contains(p.whole.Name(), localMark) {
		return "", fmt.Errorf("the type %v has one in it that is declared in a function, and that no other function can name; use one declared in a package", p.typ)
	}
	spelled, err := typeString(p.typ)
	if err != nil {
		return "", err
	}
	return spelled, nil
}

// describeTypeIs returns the predicate that the type argument would have been given to.
func (p Predicate) describeTypeIs() (rule.Pred, error) {
	item, ok := p.item.plain()
	if !ok {
		return rule.Pred{}, notAnItem("TypeIs is about", p.item)
	}
	t, err := rule.ParseType(p.text)
	kind := map[string]string{rule.Recv: rule.PredRecv, rule.Param: rule.PredParam, rule.Result: rule.PredResult}[item.Kind]
	return rule.Pred{Kind: kind, Index: item.Index, Type: t}, err
}

// describeImplements sets the item and the methods that its type must have.
func (p Predicate) describeImplements(out *rule.Pred) error {
	item, ok := p.item.plain()
	switch {
	case !ok:
		return notAnItem("Implements is about", p.item)
	case p.typ.Kind() != reflect.Interface:
		return fmt.Errorf("Implements[%v] is about a type that is no interface; name one, or use TypeIs", p.typ)
	case p.typ.NumMethod() == 0:
		return errors.New("Implements of an interface without methods holds for every type; drop it")
	}
	out.Item, out.Type = &item, rule.Type(shownType(p.typ))
	if spelled, err := typeString(p.typ); err == nil {
		out.Type = spelled
	}
	for i := range p.typ.NumMethod() {
		m := p.typ.Method(i)
		t, err := typeString(m.Type)
		if err != nil {
			return fmt.Errorf("Implements[%s]: the method %s needs the type %s, which has %s; declare one for it and use that", shownType(p.typ), m.Name, err.shown(), err.lacks())
		}
		out.Methods = append(out.Methods, rule.Method{Name: m.Name, Pkg: m.PkgPath, Type: t})
	}
	return nil
}

func checkGlob(kind, glob string) error {
	written := map[string]string{rule.PredName: "Name", rule.PredPackage: "Package", rule.PredReceiver: "Receiver"}[kind]
	if glob == "" {
		return fmt.Errorf("%s(\"\") fits nothing; give it a glob, such as *Order* in which * is any string", written)
	}
	if _, err := path.Match(glob, ""); err != nil {
		return fmt.Errorf("%s(%q) is not a valid glob; see path.Match for its syntax", written, glob)
	}
	return nil
}

// checkDirective reports a name or key that no directive can have.
func checkDirective(name string, keys []string) error {
	tool, rest, foreign := strings.Cut(name, ":")
	if !foreign {
		tool, rest = "weaver", name
	}
	switch {
	case !isTool(tool) || !isDirectiveName(rest):
		return fmt.Errorf("HasDirective(%q) can be the name of no directive; write \"span\" for //weaver:span, or \"tool:span\" for //tool:span, in letters, digits, '-', '_' and '.', the first one in lower case", name)
	case foreign && tool == "weaver":
		return fmt.Errorf("HasDirective(%q) names weaver itself; write %q", name, rest)
	case !foreign && (rest == "ignore" || rest == "pin"):
		return fmt.Errorf("HasDirective(%q) is about a directive that weaver itself reads; choose another name", name)
	}
	for i, k := range keys {
		switch {
		case k == "" || strings.ContainsAny(k, " \t=\"`"):
			return fmt.Errorf("HasDirective(%q) has the key %q, which can stand in no directive; write a word without blanks, quotes and '='", name, k)
		case slices.Contains(keys[:i], k):
			return fmt.Errorf("HasDirective(%q) has the key %q twice; list it once", name, k)
		}
	}
	return nil
}

// isTool reports whether s can stand before the colon of a directive, and
// isDirectiveName whether it can stand behind it. What does not start so is text for
// gofmt, which sets it apart from the slashes.
func isTool(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isLower(r) })
}

func isDirectiveName(s string) bool {
	return s != "" && isLower(rune(s[0])) && !strings.ContainsFunc(s, func(r rune) bool {
		return !isLower(r) && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_.", r)
	})
}

func isLower(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }
