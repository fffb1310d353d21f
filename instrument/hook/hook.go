// Package hook holds what a hook may ask weaver for beside the values of its
// target. It is the only package of weaver's own that a hook has to import, and
// it imports nothing that is not in every program.
//
// A hook gets what it has a parameter for: which function it runs for ([Func]), that
// function's parameters as data ([Params]), and what the rule names of them
// ([Captured]). An exit function gets how the function ended ([Exit]) and what it
// panicked with ([Panic]):
//
//	func Log(f *hook.Func, params hook.Params) func(hook.Exit, error)
package hook

// A Func describes the function that a hook runs for. A hook gets one by having
// a parameter of type *Func; it is static data, shared by all calls from that
// function, and must not be changed.
//
// The layout is part of the contract between weaver and woven code: packages that
// can not import this one are compiled against a mirror of it.
type Func struct {
	// Package is the import path of the function's package; "main" for a command's.
	Package string
	// Name is the function's name without its package: Get, Server.Serve or
	// (*Server).Serve.
	Name string
	// File is the file that declares the function, as the compiler records it: an
	// absolute path, or with -trimpath one that starts with the import path or module.
	File string
	// Line is the line of the func keyword, from 1.
	Line int
	// Options holds the constants that the rule was given by With, in that order, and
	// behind them the key=value words of the directives that the rule is about.
	Options []Option
	// Args holds the other words of these directives.
	Args []string
}

// An Option is a constant that the rule was given by With, or by a directive.
type Option struct {
	Key string
	// Value is a string, bool, int64 or float64; a duration is an int64 of nanoseconds.
	Value any
}

// FullName returns the package and name of the function: net/http.(*Server).Serve.
func (f *Func) FullName() string { return f.Package + "." + f.Name }

// Option returns the value given for key, or nil if the rule has none.
// Of several the last one counts.
func (f *Func) Option(key string) any {
	for i := len(f.Options) - 1; i >= 0; i-- {
		if f.Options[i].Key == key {
			return f.Options[i].Value
		}
	}
	return nil
}

// Text returns the string given for key, or "" if there is none or it is no string.
func (f *Func) Text(key string) string {
	s, _ := f.Option(key).(string)
	return s
}
