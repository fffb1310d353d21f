// Package instrumenttest tests an aspect alone: what it is woven into, what it leaves
// alone, and what a woven program does. A test of an aspect is one call, with a file for
// each case:
//
//	func TestAspect(t *testing.T) { instrumenttest.Run(t, timing.Aspect, "testdata/*.txtar") }
//
// It is an ordinary go test, with no registration file and no go tool weaver.
//
// # A case
//
// A case is a txtar file, see [golang.org/x/tools/txtar]. It begins with its claim: a
// sentence or two that say what it shows. Below that come the Go sources of a module,
// in as many packages as it takes, and with them what the case wants:
//
//	A function that takes a context first has a span, and no other has.
//
//	-- main.go --
//	package main
//
//	import "example.com/case/orders"
//
//	func main() { orders.Load(context.Background()) }
//	-- orders/orders.go --
//	package orders
//
//	func Load(ctx context.Context) { // want "around hooks.Span"
//		find(1)
//	}
//
//	func find(id int) {}
//	-- want/stdout --
//	orders.Load
//
// The module is example.com/case, in the language version of the aspect's own module.
// It may import its own packages, the standard library, and all that the module under
// test may import, in the versions that this one has: that module's packages, and those of
// the modules that its go.mod requires, or that its workspace has. It is the main
// module, to which rules apply that name no other scope, and the only one: the aspect's own
// module is a library here, as it is for those who use the aspect. A case with a go.mod
// of its own chooses another path or language version, at the price that its program is
// compiled with a standard library of its own. Test files are not looked at, and
// packages of a case can not use cgo.
//
// # What a case wants
//
// A comment // want "regexp" is about its line, and lists a regular expression for each
// rule that is woven there and for each finding. A woven place is reported as advice and
// hook, "around hooks.Span" or "replace clock.Now"; a function on the line of its func, a
// call on the line of its opening parenthesis. A finding is reported by its text, on its
// line or, if it is about the whole package, on that of the package clause. As soon as
// there is one such comment in a case, or the file want/nothing, all that is woven in the
// case's packages must be wanted.
//
// Files below want/ ask for the rest:
//
//	want/nothing      nothing is woven in the case's packages; the file is empty
//	want/sites        what is woven in the libraries that the case imports, net/http say: a
//	                  line "import/path: function: advice hook" for each place, sorted
//	want/findings     all findings, a line "file:line: aspect: text" for each, sorted
//	want/error        why the aspect can not be woven: a wrong declaration, or a hook that
//	                  does not fit its target
//	want/main.go      main.go as it is woven; so for any other source
//	want/weaver.go    the file that weaver adds to the package beside it, weaver_.go if
//	                  there is a weaver.go; so for a file that a rule adds
//	want/stdout       what the program prints, which is package main at the root
//	want/stderr       likewise
//	want/exit         the program's exit code, if it is not 0
//
// A finding that no comment and no want/findings asks for fails the case whatever else it
// wants. Woven files show how weaver does its work, which may change from version to
// version, and from one architecture to another; comments and the program's output say
// what an aspect does, and last longer.
// Paths are relative to the case or to the test's folder.
//
// The program is given, if the case has them, the variables in run/env, one NAME=value a
// line, the arguments in run/args, one a line, and run/stdin.
//
// With the flag -weaver.update the want files are written:
//
//	go test ./timing -weaver.update
//
// Those that a case has are brought up to date, so that an empty one is enough to begin
// with; a case that claims nothing yet gets the woven files. Nothing is written before
// the comments fit and what was woven has been compiled. A test package's own boolean
// flag -update has the same effect, so that one flag can write all of its files.
//
// # Without being asked
//
// Every case fails that claims nothing, or whose sources do not compile before they are
// woven. And of every case it is checked that the woven packages type-check; that every
// token of theirs stays at its file, line and column; that a file in which nothing is
// woven stays as it is, byte for byte; that weaving twice makes the same bytes; and that
// without a rule nothing changes. If one of these fails, the defect is weaver's.
//
// # What it costs
//
// Without want/stdout, want/stderr or want/exit nothing is built but the case's packages,
// plainly: a case takes some tenths of a second, net/http in want/sites a second or two.
//
// With one of them the program is built as go tool weaver go build does, with -trimpath.
// The go command then compiles the standard library once for the aspects of a Run, which
// may take a minute, and again when the rules or hooks have changed; from then on a build
// takes a second. It is the same for several Run calls and packages that register the same
// aspects, so programs are best kept together. Under go test -short none is built.
//
// Programs lie in weaver's cache folder while they are tested. Vendor folders are not
// used: the modules come from the module cache, or from where GOPROXY says. Of GOFLAGS
// -tags, -p, -buildvcs and -modcacherw count.
package instrumenttest
