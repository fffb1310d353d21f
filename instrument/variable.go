package instrument

import (
	"github.com/goweaver/weaver/internal/rule"
)

// A Var is a join point: a package-level variable or constant. The zero value is not
// valid.
type Var struct{ r Rule }

// VarNamed returns the package-level variable or constant of that name, written
// "import/path.V".
func VarNamed(name string) Var {
	return Var{Rule{point: rule.Variable, target: targetName(name), pos: here()}}
}

// Set gives the variable or constant another value: a string, a boolean or a number that
// can be converted to its type. A variable is set as soon as it has been initialised,
// before anything that is initialised with it. A constant has the value wherever it is
// used; it keeps its type.
func (v Var) Set(value any) Rule {
	at := here()
	v.r.part.value = &constant{value: value, pos: at}
	return v.r.advise(rule.Set, nil, at)
}

// Wrap hands the value that the variable is initialised with to hook, which is a func(T)
// T for a variable of type T, and assigns what it returns. Where the hook's package is
// initialised after the variable's that is done once it is, and always before main. The
// hook may take a *hook.Func as well.
func (v Var) Wrap(hook any) Rule { return v.r.advise(rule.Wrap, hook, here()) }
