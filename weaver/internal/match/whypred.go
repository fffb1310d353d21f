package match

// What predicates are true or false of, in words. Whether they are is for holds to say.

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// denies says why the predicate, which does not hold of the function, does not.
func (f *function) denies(p *rule.Pred) string {
	switch p.Kind {
	case rule.PredNot:
		return f.affirms(&p.Of[0]) + ", which the rule leaves out"
	case rule.PredAny:
		var each []string
		for i := range p.Of {
			each = append(each, f.denies(&p.Of[i]))
		}
		return "none of what the rule wants one of: " + strings.Join(each, "; ")
	case rule.PredAll:
		for i := range p.Of {
			if !f.holds(&p.Of[i]) {
				return f.denies(&p.Of[i])
			}
		}
	case rule.PredPackage:
		return fmt.Sprintf("package %s does not match %s", f.unit.ImportPath, p.Text)
	case rule.PredGenerated:
		return "no tool generated " + f.fileName()
	case rule.PredInTests:
		return f.fileName() + " is no test file"
	case rule.PredTestMain:
		return fmt.Sprintf("package %s is not the main package that go test makes", f.unit.ImportPath)
	}
	if f.obj == nil {
		return "it is in no function, and the rule wants one"
	}
	return f.deniesOf(p)
}

// deniesOf is denies of a predicate about a function, which there is.
func (f *function) deniesOf(p *rule.Pred) string {
	switch p.Kind {
	case rule.PredParam:
		return f.isOfType(rule.Item{Kind: rule.Param, Index: p.Index}) + ", the rule wants " + rule.Pretty(p.Type)
	case rule.PredResult:
		return f.isOfType(rule.Item{Kind: rule.Result, Index: p.Index}) + ", the rule wants " + rule.Pretty(p.Type)
	case rule.PredRecv:
		return f.isOfType(rule.Item{Kind: rule.Recv}) + ", the rule wants " + rule.Pretty(p.Type)
	case rule.PredImplements:
		return f.isOfType(*p.Item) + f.without(p)
	case rule.PredName:
		return fmt.Sprintf("name %s does not match %s", f.name.Name, p.Text)
	case rule.PredReceiver:
		if f.name.Recv == "" {
			return "there is no receiver, the rule wants one that matches " + p.Text
		}
		return fmt.Sprintf("receiver %s does not match %s", f.name.Recv, p.Text)
	case rule.PredExported:
		if isExported(f.name.Name) {
			return fmt.Sprintf("the receiver's type %s is not exported", f.name.Recv)
		}
		return fmt.Sprintf("name %s is not exported", f.name.Name)
	case rule.PredDirective:
		return "there is no " + written(p.Text) + " above it"
	case rule.PredWithout:
		return written(p.Text) + " is above it, and what that asks for goes before the rule"
	case rule.PredWords:
		return "there is no " + written(p.Text) + " with a word above it"
	}
	return "the rule does not describe it"
}

// affirms says why the predicate, which holds of the function, does.
func (f *function) affirms(p *rule.Pred) string {
	switch p.Kind {
	case rule.PredNot:
		return f.denies(&p.Of[0])
	case rule.PredAny:
		for i := range p.Of {
			if f.holds(&p.Of[i]) {
				return f.affirms(&p.Of[i])
			}
		}
	case rule.PredAll:
		var each []string
		for i := range p.Of {
			each = append(each, f.affirms(&p.Of[i]))
		}
		return strings.Join(each, " and ")
	case rule.PredPackage:
		return fmt.Sprintf("package %s matches %s", f.unit.ImportPath, p.Text)
	case rule.PredGenerated:
		return f.fileName() + " is generated"
	case rule.PredInTests:
		return f.fileName() + " is compiled for tests only"
	case rule.PredTestMain:
		return "the package is the main package that go test makes"
	}
	return f.affirmsOf(p)
}

// affirmsOf is affirms of a predicate about a function.
func (f *function) affirmsOf(p *rule.Pred) string {
	switch p.Kind {
	case rule.PredParam:
		return f.isOfType(rule.Item{Kind: rule.Param, Index: p.Index})
	case rule.PredResult:
		return f.isOfType(rule.Item{Kind: rule.Result, Index: p.Index})
	case rule.PredRecv:
		return f.isOfType(rule.Item{Kind: rule.Recv})
	case rule.PredImplements:
		return f.isOfType(*p.Item) + ", which implements " + rule.Pretty(p.Type)
	case rule.PredName:
		return fmt.Sprintf("name %s matches %s", f.name.Name, p.Text)
	case rule.PredReceiver:
		return fmt.Sprintf("receiver %s matches %s", f.name.Recv, p.Text)
	case rule.PredExported:
		return fmt.Sprintf("name %s is exported", f.name.Name)
	case rule.PredDirective:
		return written(p.Text) + " is above it"
	case rule.PredWithout:
		return "there is no " + written(p.Text) + " above it"
	case rule.PredWords:
		return written(p.Text) + " with a word is above it"
	}
	return "the rule describes it"
}

func (f *function) fileName() string { return filepath.Base(f.file.Name) }

// isOfType says what type the item has, or that there is none.
func (f *function) isOfType(i rule.Item) string {
	slots, at := slotsOf(f.target, i)
	noun := map[string]string{rule.Param: "parameter", rule.Result: "result", rule.Recv: "receiver"}[i.Kind]
	if at < 0 || at >= len(slots) {
		switch {
		case i.Kind == rule.Recv, len(slots) == 0:
			return "there is no " + noun
		case len(slots) == 1:
			return "there is only 1 " + noun
		}
		return fmt.Sprintf("there are only %d %ss", len(slots), noun)
	}
	is := rule.Pretty(slots[at].Type)
	if slots[at].ReadOnly {
		is = "of a type with a type parameter"
	}
	if i.Kind == rule.Recv {
		return "the receiver is " + is
	}
	return fmt.Sprintf("%s %d is %s", noun, at+1, is)
}

// without says which method of those that the predicate asks for the item's type has not got.
func (f *function) without(p *rule.Pred) string {
	want := ", the rule wants what implements " + rule.Pretty(p.Type)
	if v := item(f.obj.Signature(), *p.Item); v != nil {
		if lack := lacks(v.Type(), p.Methods); lack != nil {
			return fmt.Sprintf("%s, and it has no method %s%s", want, lack.Name, strings.TrimPrefix(rule.Pretty(lack.Type), "func"))
		}
	}
	return want
}
