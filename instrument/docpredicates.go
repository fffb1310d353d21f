// Package instrument goes on with what narrows a join point down: predicates, and directives
// in the source.
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
// and [TestMain] for what only go test compiles, and [Generated] for what a tool wrote.
//
// By type: [ParamIs], [ResultIs] and [ReceiverIs] name the type, and [TypeIs] gives it as
// text, where its package is better not imported. [Implements] asks for methods:
//
//	ParamIs[*http.Request](-1)                       the last parameter is a *http.Request
//	TypeIs(Recv, "*example.com/shop/orders.Store")   the method's receiver is a *Store
//	Implements[io.Reader](Param(0))                  the first parameter can be read from
//
// By directive: [HasDirective], see below. [Not], [Any] and [All] combine them.
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
// gave for the key, or else a string; all other words among the Args.
//
// Directives are also the way to a function literal, which no other predicate chooses. A
// directive above the line on which literals start is about the first of them, and of
// those inside of each other about the outermost. Every advice on a body fits; the
// literal has no receiver, and its name is what package runtime has for it:
//
//	//weaver:span op=refresh
//	go func() { cache.refresh(ctx) }()
//
// A typo is reported: a directive of weaver's in the main modules that no registered rule
// asks for, or that is about nothing where it stands; a key that HasDirective does not
// list, if it lists any; a value that is not of its kind; a function that the hook of no
// rule fits which asks for the directive. A name with a colon is that of another tool's
// directive: HasDirective("dd:span") is //dd:span.
//
// One directive is weaver's own. What stands below it is left alone, with all that is in
// it, and nothing is reported there:
//
//	//weaver:ignore                                  by all aspects
//	//weaver:ignore spans timing                     by the aspects of these names
//
// It stands above a function, the line of a function literal, or the declaration of
// variables, constants or types, also one inside of a function; before the package clause
// it is about the whole file.
package instrument
