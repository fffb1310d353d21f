// Package instrument is the language of aspects: what weaver changes in a program
// while the go command compiles it, declared as Go values.
//
// An aspect is a named set of rules. A rule is a join point, which says where, with
// an advice, which says what, and most advices call a hook: a plain Go function that
// opens a span, checks a right, measures, or logs.
//
//	// Package timing times every HTTP request that the program sends.
//	package timing
//
//	import (
//		"net/http"
//
//		"example.com/shop/timing/hooks"
//		"github.com/goweaver/weaver/instrument"
//	)
//
//	var Aspect = &instrument.Aspect{
//		Name: "timing",
//		Doc:  "log how long an HTTP request took",
//		Rules: []instrument.Rule{
//			instrument.BodyOf((*http.Client).Do).Around(hooks.Do),
//		},
//	}
//
// The hook has a package of its own, since the program links it, and the program
// has no use for the aspect:
//
//	package hooks
//
//	// Do logs a request when it ends.
//	func Do(req *http.Request) func(err error) {
//		start := time.Now()
//		return func(err error) { log.Println(req.URL, time.Since(start), err) }
//	}
//
// The aspect is listed in orchestrion.tool.go at the module's root, the registration
// file, and is part of every build by "go tool weaver go build".
//
// # Join points
//
// A join point is the body of a function, so that all its callers are served, also
// those in packages that nobody can change:
//
//	BodyOf((*http.Server).Serve)                     the body of the function given by value
//	BodyNamed("example.com/shop/orders.Process")     the body of the function of that name
//	BodyWhere(ParamIs[context.Context](0))           each body that fits a description (see Predicates)
//
// or the call of a function, so that only the callers in scope are changed, and the
// function itself may be one without a body in Go:
//
//	CallTo(time.Now)                                 the calls of the function given by value
//	CallNamed("example.com/shop/clock.Now")          the calls of the function of that name
//
// or a reference, where a function is used as a value and not called: f := time.Now,
// the method value c.Do, the method expression (*T).Do:
//
//	RefTo(time.Now)                                  the references to the function given by value
//	RefNamed("example.com/shop/clock.Now")           the references to the function of that name
//
// A function given by value is spelled as Go spells it: http.Get, or for a method the
// method expression (*http.Client).Do. A typo does not compile, and the hook is held
// against it at once. But it is then linked into the registration binary, with all
// that it imports, and that binary is built again when one of them changes. So give
// by name what belongs to the module that is built, and what is heavy. A name is
// written "import/path.Func", "(import/path.T).Method" or "(*import/path.T).Method";
// the hook is held against its target when the target's package is woven.
//
// Calls and references are found by what they refer to, not by how they are written: a
// renamed or dot import, a parenthesis or an embedded field on the way to the method make
// no difference. A method is one of the type that declares it; a call through an
// interface is not a call of it.
//
// It is a call of the interface's method, which is a target of its own: CallTo(io.Writer.Write)
// is the calls where the static type of the receiver is io.Writer, an interface that
// embeds it, or a type parameter constrained by one of these. An interface that is
// declared as "type W io.Writer" is another one. The method of error is named
// "(error).Error".
//
// Of a generic function, or a method of a generic type, a rule on calls or references is
// about those instances that its hook fits, whichever of them names it, and leaves the
// others alone. CallTo(slices.Max[[]int]).Replace(hooks.Max) is the calls that take a
// []int, with the type argument written or inferred, in generic code too.
//
// It may also be no function at all. A new struct, or the value of one of its fields:
//
//	FieldOf[http.Server, http.Handler]("Handler")    the field in every new http.Server
//	FieldNamed("example.com/shop.Config", "Level")   the same, by name
//	LiteralOf[http.Server]()                         every new http.Server
//	LiteralNamed("example.com/shop.Config")          the same, by name
//
// the definition of a struct, a variable or constant, and a package:
//
//	StructOf[bufio.Writer]()                         the struct type given by value
//	StructNamed("net/http.conn")                     the struct type of that name
//	VarNamed("example.com/shop.Version")             a package-level variable or constant
//	PackageNamed("net/http")                         a package
//
// # Advices on a body
//
// Before runs the hook when the body is entered:
//
//	func Serve(l net.Listener)
//
// Check lets the hook refuse. Its last result is an error; if that is not nil, the
// function returns at once, with it as the last result and zero values for the
// others. The last result of the target has to be an error:
//
//	func Authorize(ctx context.Context, f *hook.Func) error
//
// Around runs the hook at entry and the exit function, which the hook returns last,
// when the function ends, be it by a return, a panic or [runtime.Goexit]. A panic
// passes through; the results are then what they had been set to. A nil exit function
// is not called. How the function ended is told one that asks (see Values and ends):
//
//	func Query(ctx context.Context, query string) (_ context.Context, end func(err error))
//
// Enclose runs the hook in place of the body, which is its last parameter, to be
// called once, several times or not at all. Each call gives the body fresh copies of
// the parameters:
//
//	func Retry(ctx context.Context, body func() error) error
//
// # The binding rule
//
// Hooks take values and return values, and types say which. The rule is the same for
// every advice on a body:
//
// A hook's parameters are taken, in order, from the target's receiver and
// parameters, those of an exit function from its results, each with the type of what
// it takes. The types of package hook are given by weaver. What a hook returns is
// assigned back, in order, to what it took of that type. If another item of the target
// has the same type, the rule is ambiguous and refused, unless Take says which is
// meant. A pointer may be asked for instead of a value.
//
// In parts, for the target
//
//	func (db *DB) QueryContext(ctx context.Context, query string, args ...any) (*Rows, error)
//
// Taken, in order. A hook takes as much as it needs and leaves out the rest, but the
// order is the target's, receiver first. Types are equal or they are not: a parameter
// of type any does not take a string. The variadic args are a []any:
//
//	func(query string)                               takes query
//	func(db *sql.DB, query string, args []any)       takes the receiver, query and args
//	func(args []any, query string)                   is refused: the order is another one
//	func(c *sql.Conn)                                is refused: there is no such item
//
// Given by weaver. A *hook.Func, from package instrument/hook, may stand anywhere among
// the hook's parameters. It says which function the hook runs for, and holds the
// rule's constants (see [Rule.With]). An exit function finds it in the hook that made
// it:
//
//	func(ctx context.Context, f *hook.Func, query string)
//
// So may [hook.Params] and [hook.Captured], and among those of an exit function [hook.Exit]
// and [hook.Panic]: see Values and ends.
//
// Exit functions take from the results by the same rule, and what they return
// replaces the results:
//
//	func() func(err error)                           the exit function takes the error
//	func() func(rows *sql.Rows, err error) error     and this one replaces it
//
// Assigned back. What the hook returns, before the error of Check and the exit
// function of Around, replaces what it took, for all of the body that follows. It can
// replace only what it took:
//
//	func(ctx context.Context) context.Context        replaces ctx
//	func(query string) (string, error)               with Check: replaces query, may refuse
//	func(query string) context.Context               is refused: ctx was not taken
//
// Ambiguous. Where the target has more items of a type than the hook asks for, no
// order can tell which are meant:
//
//	os.Rename(oldpath, newpath string) error
//
//	func(oldpath, newpath string)                    takes both, in order
//	func(path string)                                is refused: it might be either
//
// [Rule.Take] is the explicit form. It lists an item for each of the hook's
// parameters that is not given by weaver, and then for each of those of the exit
// function, or of the body's parameters and results; order and type then need not
// tell:
//
//	BodyOf(os.Rename).Before(hooks.Path).Take(Param(1))
//	BodyOf(os.Rename).Around(hooks.Swap).Take(Param(1), Param(0), Result(-1))
//
// By address. A *T takes the address of an item of type T, if the target has no item
// of type *T. What the hook writes there is seen at once, but the item then moves to
// the heap at each call. Values do not, so prefer them:
//
//	func(query *string)
//
// An Enclose hook's own parameters are taken as by Before. Those of the body that it
// is given replace the target's, and the rest of the target's keep the values that
// they came with. The results of that body are taken from the target's, and the hook
// returns the same ones:
//
//	func(query string, body func(query string) (*sql.Rows, error)) (*sql.Rows, error)
//
// Type parameters. A generic function is woven for all its instances at once, whichever
// of them names it: BodyOf(slices.Sort[[]int]). An item whose type has a type parameter
// in it is taken as any, and can neither be replaced nor be taken by address.
//
// For [BodyWhere] the binding rule is one more condition: functions that the hook
// does not fit are left alone. For a target that was named a hook that does not fit
// is an error.
//
// # Values and ends
//
// A hook that logs or records takes whatever its target has, as data. hook.Params is
// all parameters; hook.Captured is what [Rule.Capture] names: the receiver, parameters,
// and fields behind them. Each value has a name, a type and a kind, and basic types are
// handed over without an allocation, up to four values of them:
//
//	func Log(f *hook.Func, params hook.Params)
//	func Log(f *hook.Func, c hook.Captured)
//
//	BodyOf((*store.Orders).Place).Before(hooks.Log).Capture("order.ID", "s.cfg.Name")
//
// They are what they are when the hook is called: what earlier rules assigned back is
// in them. Behind a nil pointer there is no value, and its kind says so. Of a generic
// function, what has a type parameter in its type is boxed. Nothing is locked to read a
// field, so capture those that the target itself may read at entry.
//
// An exit function may ask how its target ended. A hook.Exit is Returned, Panicked or
// Goexit, and costs nothing but the time to find out: nothing is recovered. A function
// that recovers from its own panic has returned.
//
//	func Trace(f *hook.Func) func(hook.Exit, error)
//
// A hook.Panic has the value of the panic. Only for it weaver recovers, and only where
// the hook has returned an exit function that is not nil, so that a hook can leave a
// function alone by returning nil; when the exit function is done, the woven function
// panics with the same value. Who recovers further up gets that value, be it an error,
// a runtime.Error or a *runtime.PanicNilError. Two things show. A program that crashes
// writes "[recovered, repanicked]" behind the value, once however many functions the
// panic has passed. And the trace starts with the woven code that panicked anew, the
// user's frames below it. So take hook.Exit where the value is not needed.
//
//	func Span(ctx context.Context) (context.Context, func(hook.Panic, error))
//
// In a package that declares recover anew, such a rule is not woven.
//
// # Advices on a call
//
// On a call the hook's signature follows from the target's. A method's receiver is its
// first parameter, as in a method expression.
//
//	CallTo(time.Now).Replace(clock.Now)              same signature; called instead
//	CallTo(http.NewRequest).Wrap(hooks.Request)      func(*http.Request, error) (*http.Request, error)
//	CallTo(grpc.NewClient).Append(hooks.Option)      func() grpc.DialOption, or a slice of them
//
// Replace hands on the arguments of the call. Wrap is given all results and returns
// what takes their place. Append adds to variadic arguments, and never writes to a
// slice that the caller passed with "...". The hooks of Wrap and Append may take a
// *hook.Func as well.
//
// Wrap has a form for all instances of a generic function. It takes results whose declared
// types have a type parameter as any, to look at, and returns only the others:
//
//	func Load[T any](key string) (T, error)
//	func(value any, err error) error                 a hook for every Load
//	func(value int, err error) (int, error)          a hook for Load[int]
//
// A call stays in the function that makes it, so what is called sees the same caller, but
// where Go leaves no room for that: in f(g()) with Append, in x.M(g()) and T.M(x) with
// Replace, where g has several results or T is not the type of the receiver, and in a go
// statement with Wrap a function of weaver's comes between. A call through a nil interface
// hands the nil to the hook of Replace, and panics where that calls the method; of a go or
// defer statement the statement itself panics, as it did.
//
// # Advices on a reference
//
// A reference has the type of the function, and keeps it. A method is a function with its
// receiver first here too:
//
//	RefTo(time.Now).Replace(clock.Now)               same signature; the value instead
//	RefTo(time.Now).Wrap(hooks.Clock)                func(func() time.Time) func() time.Time
//	RefTo((*http.Client).Do).Replace(hooks.Do)       func(*http.Client, *http.Request) (*http.Response, error)
//
// The hook of Wrap is given the function and returns one, each time that the reference is
// evaluated; if given to [RefNamed] it may take a *hook.Func as well. The receiver of a
// method value is evaluated when it was, panics if it did, and is the first argument of
// whatever is called in the end. What is called by name is a call and no reference.
//
// # New structs
//
// A struct is new where the program writes that it is made: T{…}, &T{…}, {…} where the type
// is left out, new(T), and a variable that is declared as var x T. An alias of T is T, and
// an instance of a generic type is a type of its own. Nothing is written for elements that
// an array has beyond those that are listed, for parameters and results, and for a struct
// that is embedded in another one; those are no join points.
//
//	FieldOf[http.Server, http.Handler]("Handler").Wrap(hooks.Handler)    func(http.Handler) http.Handler
//	LiteralOf[http.Server]().Amend(hooks.Server)                         func(*http.Server)
//
// Wrap hands the field's value to the hook when the struct has been made, the zero value
// too, and assigns what it returns. Amend hands over the address of the struct. Where the
// program takes none, that is the address of a copy, which moves on to where the struct is
// used; so a hook keeps the pointer only of structs that it knows to be made by address.
//
// Package-level variables are often made before the hook's package is initialised. A
// variable that is a struct, and a struct in the value of a package-level variable that is
// made by address, are then changed once that is initialised, and always before main. Other
// structs that are made so early are left as they are.
//
// Hooks of FieldNamed and LiteralNamed may take a *hook.Func, which describes the function
// that makes the struct; outside of any its name is init.
//
// # Struct definitions
//
// Add gives a struct type one more field, for code of an added file to use:
//
//	StructOf[bufio.Writer]().Add(NewField[int]("flushes"))
//
// It is only done where the program can not tell; see [Struct.Add] for the conditions.
// Package fmt and reflect show the field, as they do any.
//
// # Variables
//
//	VarNamed("example.com/shop.Version").Set("1.2.3")            a string, boolean or number
//	VarNamed("net/http.DefaultTransport").Wrap(hooks.Transport)  func(http.RoundTripper) http.RoundTripper
//
// Set and Wrap change a variable right after it was initialised, so that whatever is
// initialised with it has the new value; an initialiser with effects of its own still has
// them. Where Wrap's hook is not ready by then, the variable is wrapped once it is, and
// what was initialised with it has the old value. A constant that is Set has the value
// wherever it is used and keeps its type, or its kind if it has none. Where a value can
// not be of the type, or the package does not compile with it, the build stops, with the
// lines of both.
//
// The linker's flag -X works as before, but for variables that a rule sets.
//
// # Packages
//
// AddFile compiles a Go file with the package, such as an adapter that hands a hook what
// the package does not export. Import has programs with the package initialise another one
// as well:
//
//	PackageNamed("net/http").AddFile("adapter.go", adapter)      a file that the aspect embeds
//	PackageNamed("main").Import("time/tzdata")                   every command
//
// A hook that calls a function of an added file can not be linked into the registration
// binary, where that file is not: give such hooks by [Named].
//
// # Hooks
//
// A hook is a package-level function, exported or not, that is neither generic nor a
// method, and not variadic but as a replacement. It stands in a package of its own,
// which the program links and which never imports instrument: not in package main and
// not in the standard library. Woven code does not import that package, so a hook may
// use the very package that it is woven into, net/http in a hook on net/http, say. As
// long as the hook's package is not initialised, functions run as if they were not
// woven.
//
// [Named] gives a hook by name. Its package is then not linked into the registration
// binary, which is right for one that needs a heavy library.
//
// # Predicates
//
// A predicate is a condition on a function. [BodyWhere] takes the functions for which all
// of several hold, and Where, which every join point has, sets further conditions on
// what it was made with. It stands before the advice:
//
//	BodyWhere(ParamIs[context.Context](0), Name("*Order*"))
//	BodyNamed("(*example.com/shop/orders.Store).Put").Where(Not(Generated()))
//	CallTo(time.Now).Where(Not(InTests()))
//	VarNamed("main.version").Where(Package("example.com/shop/cmd/*"))
//
// By name and place: [Name], [Receiver] and [Package] take a glob; [Exported]; [InTests]
// and [TestMain] for what only go test compiles, and [Generated] for what a tool wrote. A
// file that imports "C" is what its author wrote, and of the functions that cgo adds to
// call C none is chosen by a predicate.
//
// By type: [ParamIs], [ResultIs] and [ReceiverIs] name the type, and [TypeIs] gives it as
// text, where its package is better not imported. [Implements] asks for methods:
//
//	ParamIs[*http.Request](-1)                       the last parameter is a *http.Request
//	TypeIs(Recv, "*example.com/shop/orders.Store")   the method's receiver is a *Store
//	Implements[io.Reader](Param(0))                  the first parameter can be read from
//
// By directive: [HasDirective], [Without] and [HasWords], see below. [Not], [Any] and [All] combine them.
//
// A rule on uses, that is on calls, references and new structs, asks them of the function
// that the use is written in: of the declared one, where it stands in a function literal.
// What stands in no function, such as the initialiser of a package variable, has a
// package and a file, and no predicate about a function holds for it.
//
// A function that was named and for which a condition does not hold is left alone, also
// where the hook would not fit it.
//
// # Directives
//
// A directive is a comment by which the source itself asks for a rule, or says more to
// its hook. [HasDirective] is the predicate, so the aspect says what it stands for:
//
//	BodyWhere(HasDirective("span", "op", "sampled")).Around(hooks.Span).With("sampled", true)
//
//	// Checkout takes the money.
//	//
//	//weaver:span checkout op="take the money" sampled=false
//	func (s *Shop) Checkout(ctx context.Context) error {
//
// It stands alone on its line, in the comment directly above a function declaration.
// Words are separated by blanks; one of them, or the value behind a key, may be a Go
// string in quotes. The hook finds them in its [hook.Func]: key=value among the Options,
// behind the rule's own constants, which it thereby replaces, and of the kind that With
// gave for the key, or else a string; all other words among the Args, or by CaptureWords as
// selectors in its [hook.Captured].
//
// What may stand there the rule says. A value that is out of its limits is a mistake, in a
// directive and in With, and told at the line that has it:
//
//	BodyWhere(HasDirective("retry", "attempts", "initial")).Enclose(hooks.Retry).Words(0, 0).
//		With("attempts", 3).Range("attempts", 1, 100).
//		With("initial", 50*time.Millisecond).Range("initial", time.Millisecond, time.Hour)
//
//	//weaver:retry attempts=5 initial=100ms
//
// Directives are also the way to a function literal, which no other predicate chooses. A
// directive above the line on which literals start is about the first of them, and of
// those inside of each other about the outermost; a line that begins with a closing
// bracket has none. Every advice on a body fits; the literal has no receiver, and its name
// is what package runtime has for it in the plain program where nothing is inlined, without
// the [...] of generic functions:
//
//	//weaver:span op=refresh
//	go func() { cache.refresh(ctx) }()
//
// A typo is reported: a directive of weaver's in the main modules that no registered rule
// asks for, or that is about nothing where it stands; a key that HasDirective does not
// list, if it lists any; a value that is not of its kind; a function that the hook of no
// rule fits which asks for the directive, or that does not meet their other conditions. Of
// an aspect that is Strict it stops the build, and while there is one, so does a directive
// that no rule asks for. A name with a colon is that of another tool's directive:
// HasDirective("dd:span") is //dd:span.
//
// One directive is weaver's own. What stands below it is left alone, with all that is in
// it, and nothing is reported there:
//
//	//weaver:ignore                                  by all aspects
//	//weaver:ignore spans timing                     by the aspects of these names
//
// It stands above a function, the line of a function literal, or the declaration of
// variables, constants or types, also one inside of a function; before the package clause
// it is about the whole file. One in the main modules that is about nothing where it
// stands, a statement say, or names what is no registered aspect, is reported.
//
// # Scope
//
// [Aspect.Scope] lists the packages that the rules change: import paths and patterns
// as the go command has them, [MainModules], or [Everywhere]. Without it, a rule on
// the body of a function, on a struct definition, a variable or a package that it names
// applies wherever that is, and every other rule to the packages of the main modules. The
// main package that go test makes is in no module: without a scope, a rule of the second
// kind is woven there if [TestMain] or [InTests] is among its predicates, and the tests
// are those of a main module's package.
//
// For a body the scope is where the function is declared, for a call or a reference where
// that is written, for a new struct where it is made. Rules on these and those of
// BodyWhere never change a package that a hook
// needs, whatever the scope: a hook would call itself. A rule that names the body may,
// but for the hook's own package; its author makes sure that the hook does not get
// there.
//
// # Order
//
// Several rules on one join point are woven in the order of registration: of the
// aspects in the registration file, and within an aspect of its rules. The first is the
// outermost: its hook runs first at entry and its exit function last. On a body, in
// particular:
//
//   - Entry. Each hook sees what those before it assigned back. Where a Check refuses,
//     no later hook runs, nor the body; the exit functions of those before it do, with
//     the error.
//   - Enclose. Rules before it run once, outside; rules behind it belong to the body, and
//     run each time that the hook calls it.
//   - Return. The target's own deferred functions run first, then the exit functions from
//     the last rule's to the first's. Each is given the results as the one before has left
//     them.
//   - Panic. It passes the exit functions in the same order, and each of them is told
//     Panicked. A hook that panics at entry does so in its target: the exit functions of
//     earlier rules run, later rules and the body do not. So does an exit function that
//     panics: what is further out sees the new panic, as with any deferred function.
//   - Goexit. As with a panic, but there is no value, and nobody can recover.
//   - [os.Exit] ends the program, and no exit function runs.
//
// Of several that change one value, a new struct or a variable, the last one's hook runs
// first, so the first has the last word.
//
// # What cannot be woven
//
// A rule that meets one of these is reported with its place and the reason, and the
// program is as without it:
//
//   - the runtime and what it is made of; the FIPS 140 module; weaver's own packages
//   - a function without a body in Go: one in assembly, or found by the linker
//   - a function marked //go:nosplit, or with a directive like it
//   - a few functions of the standard library: those that the runtime calls where no
//     hook can run, time.Now among them, and intrinsics, in whose place the compiler puts
//     instructions, such as math.FMA
//   - with Enclose: main, init, a generic function, a function literal with a type
//     parameter or a type of that function's own in its signature, a function that calls
//     recover itself, one that looks at its caller by runtime.Caller or Callers, the Helper
//     method of package testing or an Output of package log, one that carries a
//     //go:linkname or //go:wasmexport
//   - with Wrap: a call in a defer statement, since a deferred function recovers only if
//     nothing comes between; one in a go statement with a hook for all instances
//   - with Replace, or a reference: a method that is reached through an unexported field of
//     another package, or an interface or type that the package can not name
//   - on a new struct: a type that the package where it is made can not name; a field that
//     is not exported to it
//   - a variable with //go:embed or a //go:linkname; a constant whose expression is
//     repeated for others, as in a list of iota
//   - a field for a struct that might be compared, listed without field names or
//     converted, or of a type that the package does not import
//   - a file that imports what the package does not, or that does not type-check in it
//
// What is never evaluated, as in unsafe.Sizeof(f()), is neither a call nor a reference.
//
// These can not be declared in the first place: a method value, which is bound to one
// receiver; a function literal, which has no name, but may have a directive; the body of an interface's method,
// which has none; a method that the compiler makes, such as one promoted from an embedded
// field or (*T).M where M has the receiver T; a function of the registration file; by
// value, a function whose signature has a struct or an interface in it that is without a
// name.
//
// # Mistakes
//
// Constructors and advices never panic and never print, and look at nothing: an aspect
// costs a build next to no time where it is not woven. [Validate] looks at all of it
// before anything is built, and reports every mistake with the line that made it:
//
//	timing.go:17: timing: hooks.Path: parameter 1 is string, and os.Rename has 2 of that type, …
//
// A function that declares rules for others, from options that they give it, has mistakes
// told at the line that called it: see [Here].
//
// A test of the package that declares an aspect needs one line:
//
//	if err := instrument.Validate(timing.Aspect); err != nil {
//		t.Fatal(err)
//	}
//
// Package instrument/instrumenttest tests what an aspect does: what it is woven into, and
// what a woven program prints.
//
// [hook.Func]: https://pkg.go.dev/github.com/goweaver/weaver/instrument/hook#Func
// [hook.Captured]: https://pkg.go.dev/github.com/goweaver/weaver/instrument/hook#Captured
// [hook.Params]: https://pkg.go.dev/github.com/goweaver/weaver/instrument/hook#Params
// [hook.Exit]: https://pkg.go.dev/github.com/goweaver/weaver/instrument/hook#Exit
// [hook.Panic]: https://pkg.go.dev/github.com/goweaver/weaver/instrument/hook#Panic
package instrument
