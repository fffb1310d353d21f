package instrument

import (
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// A NamedFunc is a hook that is given by name; see [Named].
type NamedFunc struct{ name string }

// Named returns the hook function of that name, written "import/path.Func". Its
// package is not linked into the registration binary: that is right for a hook
// that needs a heavy library. weaver reads the signature from the source; the
// package must be in the module graph, which an import in a file under
// "//go:build tools" beside the aspect sees to.
func Named(name string) NamedFunc { return NamedFunc{name} }

// hooked sets the rule's hook and its signature.
func (r Rule) hooked(hook any, p position) Rule {
	r.made = true
	if n, ok := hook.(NamedFunc); ok {
		f, err := rule.ParseFunc(n.name)
		if err == nil && f.Recv != "" {
			err = errorf("%s is a method; a hook is a package-level function", n.name)
		}
		r.rule.Hook = f
		return r.mistaken(p, err)
	}
	f, sig, err := funcValue(hook, "hook")
	r.rule.Hook, r.rule.HookSig = f, sig
	switch {
	case err != nil:
	case f.Recv != "":
		err = errorf("%s is a method; a hook is a package-level function", f.Short())
	case sig == nil:
		err = errorf("%s is generic; a hook is one function, so write it for the type that it needs, or with any", f.Short())
	case sig.Variadic && r.rule.Advice != rule.Replace:
		err = errorf("%s is variadic; take the values as a slice", f.Short())
	case f.Pkg == "main":
		err = errorf("%s is in package main, which woven code can not import; move it to a package of its own", f.Short())
	}
	return r.mistaken(p, err)
}

// funcValue returns the name and signature of the function v. The signature is nil
// where v is an instance of a generic function. what says what v is, for messages.
func funcValue(v any, what string) (rule.Func, *rule.Signature, error) {
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid(), rv.Kind() == reflect.Func && rv.IsNil():
		return rule.Func{}, nil, errorf("the %s is nil; name a function", what)
	case rv.Kind() != reflect.Func:
		return rule.Func{}, nil, errorf("the %s is %#v, a value of type %v; name a function", what, v, rv.Type())
	}
	name := outermost(rv.Pointer())
	f, generic, err := parseRuntimeName(name)
	if err != nil {
		return f, nil, err
	}
	if generic {
		return f, nil, nil
	}
	if f.Recv != "" && rv.Type().In(0).Kind() == reflect.Interface {
		return f, nil, errorf("%s is a method of an interface, which has no body; name the method of a type", f.Short())
	}
	sig, err := signature(rv.Type())
	return f, sig, err
}

// outermost returns the name of the function that starts at pc. A function whose
// first instruction comes from a call that was inlined has several names there, and
// runtime.FuncForPC gives the innermost.
func outermost(pc uintptr) string {
	frames := runtime.CallersFrames([]uintptr{pc + 1})
	for {
		f, more := frames.Next()
		if !more {
			return f.Function
		}
	}
}

// parseRuntimeName parses a function's name as package runtime spells it:
// path.F, path.T.M, path.(*T).M, path.F[...], with -fm for a method value and
// .func1 for a function literal.
func parseRuntimeName(name string) (f rule.Func, generic bool, err error) {
	if value, ok := strings.CutSuffix(name, "-fm"); ok {
		return f, false, errorf("%s is a method value, bound to one receiver; write the method expression, like (*http.Server).Serve", value)
	}
	slash := strings.LastIndexByte(strings.SplitN(name, "[", 2)[0], '/') + 1
	dot := slash + strings.IndexByte(name[slash:], '.')
	f.Pkg = rule.UnescapeSymbol(name[:dot])
	rest := strings.ReplaceAll(name[dot+1:], "[...]", "")
	generic = rest != name[dot+1:]
	if regexp.MustCompile(`\.func\d+(\.\d+)*$|\.gowrap\d+$`).MatchString(rest) {
		return f, false, errorf("the function literal %s has no name that woven code could call; declare a package-level function", name)
	}
	if ptr, ok := strings.CutPrefix(rest, "(*"); ok {
		f.Ptr = true
		f.Recv, f.Name, _ = strings.Cut(ptr, ").")
	} else if recv, method, ok := strings.Cut(rest, "."); ok {
		f.Recv, f.Name = recv, method
	} else {
		f.Name = rest
	}
	return f, generic, nil
}

func errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }
