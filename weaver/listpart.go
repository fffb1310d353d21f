package weaver

import (
	"strings"

	"github.com/goweaver/weaver/internal/rule"
	"github.com/goweaver/weaver/weaver/internal/register"
)

// How the list command shows rules whose join point is no function.

// listPart sets the target, and what such rules alone have.
func (l *listedRule) listPart(r *rule.Rule) {
	switch {
	case r.Point == rule.Package:
		l.Target = r.Target.Pkg
	case r.Type != "":
		l.Target = string(r.Type)
	case r.Target != nil:
		l.Target = r.Target.String()
	}
	if r.Field != nil {
		l.Field = &listedField{r.Field.Name, r.Field.Type}
	}
	if r.Value != nil {
		l.Set = r.Value.Text
	}
	if r.File != nil {
		l.File = r.File.Name
	}
}

// does returns what the advice does it with: the hook, the value, the field, the file or
// the package.
func (l *listedRule) does() string {
	switch l.Advice {
	case rule.Set:
		return l.Set
	case rule.Add:
		return l.Field.Name + " " + rule.Pretty(l.Field.Type)
	case rule.AddFile:
		return l.File
	case rule.Import:
		return strings.Join(l.Needs, ", ")
	}
	return l.Hook
}

// bindValue lists the binding of a hook that is given a value or a new struct's address.
func bindValue(r *rule.Rule, hook *register.Names) *listedBinding {
	what := roleVariable
	switch {
	case r.Advice == rule.Amend:
		what = roleStruct
	case r.Field != nil:
		what = roleField
	}
	b := &listedBinding{}
	for i, t := range r.HookSig.Params {
		v := listedValue{Name: nth(hook.Params, i), Type: t, Role: what}
		if t == rule.HookFuncType {
			v.Role = roleFunc
		}
		b.Takes = append(b.Takes, v)
	}
	for i, t := range r.HookSig.Results {
		b.Returns = append(b.Returns, listedValue{Name: nth(hook.Results, i), Type: t, Role: what})
	}
	return b
}
