package instrument_test

// Mistakes in the declarations of rules on what is no function: new structs, struct
// definitions, variables and packages.

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/rule"
)

type (
	shape struct {
		Name string
		open bool //nolint:unused // a field that no rule can name
	}
	outer       struct{ shape }
	twin[T any] struct{ A, B T }
)

func hookHandler(h http.Handler) http.Handler { return h }
func hookBool(b bool) bool                    { return b }
func hookServer2(s *http.Server)              {}
func hookCookie(c http.Cookie)                {}
func hookPointer(s **http.Server)             {}
func hookDuration(d *time.Duration)           {}
func hookWithFunc(b bool, f *hook.Func) bool  { return b }
func hookShape(s *shape)                      { s.open = true }
func hookTwin(t *twin[int])                   {}
func hookTwo(a, b string) string              { return a }
func hookOther(a string) bool                 { return false }

func TestMistakesOfNewStructs(t *testing.T) {
	runMistakes(t, lines(t), []mistakeCase{
		{"a field", instrument.FieldOf[http.Server, http.Handler]("Handler").Wrap(hookHandler), ""},
		{"a field by name", instrument.FieldNamed("net/http.Server", "Handler").Wrap(hookHandler), ""},
		{"a field and a hook.Func", instrument.FieldNamed("database/sql.TxOptions", "ReadOnly").Wrap(hookWithFunc).With("a", 1), ""},
		{"a struct", instrument.LiteralOf[http.Server]().Amend(hookServer2), ""},
		{"an instance", instrument.LiteralOf[twin[int]]().Amend(hookTwin), ""},
		{"a struct by name", instrument.LiteralNamed("net/http.Server").Amend(hookServer2), ""},
		{"an unknown field",
			instrument.FieldOf[http.Server, http.Handler]("Handlers").Wrap(hookHandler), // MARK an unknown field
			"http.Server has no field Handlers; name one of its fields"},
		{"a field of another type",
			instrument.FieldOf[sql.TxOptions, bool]("Isolation").Wrap(hookBool), // MARK a field of another type
			`the field Isolation of sql.TxOptions is of type sql.IsolationLevel, not bool; write FieldOf[sql.TxOptions, sql.IsolationLevel]("Isolation")`},
		{"a field that is not exported",
			instrument.FieldOf[shape, bool]("open").Wrap(hookBool), // MARK a field that is not exported
			"the field open of instrument_test.shape is not exported, so woven code can not set it; choose another field"},
		{"a promoted field",
			instrument.FieldOf[outer, string]("Name").Wrap(hookIdentity), // MARK a promoted field
			"Name is not a field of instrument_test.outer itself but of a struct embedded in it; name that type"},
		{"no name of a field",
			instrument.FieldOf[http.Server, bool]("Handler.ServeHTTP").Wrap(hookBool), // MARK no name of a field
			`"Handler.ServeHTTP" is no name of a field; write that alone, such as "Handler"`},
		{"a pointer",
			instrument.LiteralOf[*http.Server]().Amend(hookPointer), // MARK a pointer
			"the type *http.Server is a pointer; name the struct type itself"},
		{"no struct",
			instrument.LiteralOf[time.Duration]().Amend(hookDuration), // MARK no struct
			"the type time.Duration is no struct; name a struct type"},
		{"an interface",
			instrument.FieldOf[http.Handler, bool]("X").Wrap(hookBool), // MARK an interface
			"the type http.Handler is no struct; name a struct type"},
		{"a struct without a name",
			instrument.FieldOf[struct{ X bool }, bool]("X").Wrap(hookBool), // MARK a struct without a name
			"the type struct { X bool } has no name to find it by; name a declared struct type"},
		{"a pointer by name",
			instrument.LiteralNamed("*net/http.Server").Amend(hookServer2), // MARK a pointer by name
			`"*net/http.Server" is a pointer; name the struct type itself, "net/http.Server"`},
		{"a method by name",
			instrument.FieldNamed("(*net/http.Server).Serve", "X").Wrap(hookBool), // MARK a method by name
			`"(*net/http.Server).Serve" does not name a type of a package; write "import/path.T"`},
		{"a hook that takes two",
			instrument.FieldNamed("net/http.Server", "Addr").Wrap(hookTwo), // MARK a hook that takes two
			"instrument_test.hookTwo is func(string, string) string, but returns what takes the place of a value; make it take the value and return one of the same type"},
		{"a hook that returns something else",
			instrument.FieldNamed("net/http.Server", "Addr").Wrap(hookOther), // MARK a hook that returns something else
			"instrument_test.hookOther is func(string) bool, but returns what takes the place of a value; make it take the value and return one of the same type"},
		{"a hook that amends a copy",
			instrument.LiteralNamed("net/http.Cookie").Amend(hookCookie), // MARK a hook that amends a copy
			"instrument_test.hookCookie is func(http.Cookie), but amends a new struct; make it take a pointer to that and return nothing"},
		{"With without a hook.Func",
			instrument.LiteralOf[shape]().Amend(hookShape).
				With("a", 1), // MARK With without a hook.Func
			`instrument_test.hookShape is given "a" by With but takes no *hook.Func to find it in; add that parameter`},
		{"Take on a struct",
			instrument.LiteralOf[shape]().Amend(hookShape).
				Take(instrument.Recv), // MARK Take on a struct
			"Take binds to the items of a body, and this rule is on none; drop it"},
		{"a zero Field", instrument.Field[shape, bool]{}.Wrap(hookBool), // MARK a zero Field
			"the join point is zero; make it with a function such as CallTo, RefTo, FieldOf or VarNamed"},
		{"a zero Literal", instrument.Literal[shape]{}.Amend(hookShape), // MARK a zero Literal
			"the join point is zero; make it with a function such as LiteralOf, StructOf, VarNamed or PackageNamed"},
	})
}

func hookIdentity(s string) string { return s }

func TestMistakesOfAddedFields(t *testing.T) {
	field := instrument.NewField[int]("count")
	runMistakes(t, lines(t), []mistakeCase{
		{"a field is added", instrument.StructOf[bufio.Writer]().Add(field), ""},
		{"a field is added by name", instrument.StructNamed("net/http.conn").Add(field), ""},
		{"a struct whose fields are all exported",
			instrument.StructOf[http.Cookie]().Add(field), // MARK a struct whose fields are all exported
			"the type http.Cookie has no unexported field, so any package may have literals of it without field names; no field can be added"},
		{"a struct that can be compared",
			instrument.StructOf[shape]().Add(field), // MARK a struct that can be compared
			"values of type instrument_test.shape can be compared, and a field would make equal ones differ; no field can be added"},
		{"an instance has no definition",
			instrument.StructOf[twin[int]]().Add(field), // MARK an instance has no definition
			`the type instrument_test.twin[int] is an instance, and a definition has all of them; use StructNamed("github.com/goweaver/weaver/instrument_test.twin")`},
		{"a name that is taken",
			instrument.StructOf[bufio.Writer]().
				Add(instrument.NewField[int]("buf")), // MARK a name that is taken
			"bufio.Writer has a field buf already; choose another name"},
		{"an exported name",
			instrument.StructOf[bufio.Writer]().Add(instrument.NewField[int]("Count")), // MARK an exported name
			"the field Count is exported, so encodings such as JSON would show it; start its name in lower case"},
		{"a zero field",
			instrument.StructOf[bufio.Writer]().Add(instrument.StructField{}), // MARK a zero field
			`"" is no name of a field; write that alone, such as "Handler"`},
		{"a type without a name",
			instrument.StructOf[bufio.Writer]().Add(instrument.NewField[struct{ N int }]("count")), // MARK a type without a name
			"the type struct { N int } has no name; declare one for it and use that"},
		{"With has no hook",
			instrument.StructOf[bufio.Writer]().Add(field).With("a", 1), // MARK With has no hook
			`there is no hook to give "a" to; drop the With`},
	})
}

func TestMistakesOfVariables(t *testing.T) {
	v := instrument.VarNamed("example.com/app.V")
	const rest = ", which is no constant; give a string, a boolean or a finite number that fits int64 or float64, or use Wrap"
	runMistakes(t, lines(t), []mistakeCase{
		{"a string", v.Set("x"), ""},
		{"a duration", v.Set(5 * time.Second), ""},
		{"a variable is wrapped", v.Wrap(hookBool), ""},
		{"a pointer is no constant", v.Set(new(int)), "Set has a value of type *int" + rest},                       // MARK a pointer is no constant
		{"nil is no constant", v.Set(nil), "Set has nil" + rest},                                                   // MARK nil is no constant
		{"infinity is no constant", v.Set(math.Inf(1)), "Set has the number +Inf" + rest},                          // MARK infinity is no constant
		{"a large number is no constant", v.Set(uint64(1 << 63)), "Set has the number 9223372036854775808" + rest}, // MARK a large number is no constant
		{"no variable", instrument.VarNamed("net/http.Server.Addr").Set("x"), // MARK no variable
			`"net/http.Server.Addr" does not name a variable of a package; write "import/path.V"`},
		{"a name alone", instrument.VarNamed("version").Set("x"), // MARK a name alone
			`"version" does not name a variable of a package; write "import/path.V"`},
		{"a hook of two values", v.Wrap(hookTwo), // MARK a hook of two values
			"instrument_test.hookTwo is func(string, string) string, but returns what takes the place of a value; make it take the value and return one of the same type"},
	})
}

func TestMistakesOfPackages(t *testing.T) {
	p := instrument.PackageNamed("net/http")
	const source = "package http\n\nfunc f() {}\n"
	runMistakes(t, lines(t), []mistakeCase{
		{"a file", p.AddFile("f.go", source), ""},
		{"an import", p.Import("time/tzdata"), ""},
		{"no path", instrument.PackageNamed("./http").Import("time/tzdata"), // MARK no path
			`"./http" is no import path; write one, such as net/http`},
		{"no path to import", p.Import(""), // MARK no path to import
			`"" is no import path; write one, such as net/http`},
		{"no package", p.Import("unsafe"), // MARK no package
			`"unsafe" is no package that a program could be linked with; name another`},
		{"a folder", p.AddFile("hooks/f.go", source), // MARK a folder
			`"hooks/f.go" is no name of a Go file; give one without a folder, ending in .go`},
		{"no Go file", p.AddFile("f.s", source), // MARK no Go file
			`"f.s" is no name of a Go file; give one without a folder, ending in .go`},
		{"a mistake in the file", p.AddFile("f.go", "package http\n\nfunc f( {}\n"), // MARK a mistake in the file
			"f.go:3: expected ')', found '{'; correct the file"},
		{"a constraint", p.AddFile("f.go", "//go:build linux\n\n"+source), // MARK a constraint
			"f.go:1: the file has a build constraint, which nothing looks at; drop it, and add the file where it is needed"},
		{"an embedded file", p.AddFile("f.go", source+"\n//go:embed x\nvar x string\n"), // MARK an embedded file
			"f.go:5: the file has a go:embed directive, which the go command does not see; embed in a package of its own"},
		{"a link alone", p.AddFile("f.go", "package http\n\n//go:linkname f\nfunc f() {}\n"), // MARK a link alone
			`f.go:3: a go:linkname directive needs the file to import "unsafe"; add import _ "unsafe"`},
		{"no body", p.AddFile("f.go", source+"func g()\n"), // MARK no body
			"f.go:4: g has no body; write one, or link it to a function with go:linkname"},
		{"cgo", p.AddFile("f.go", "package http\n\nimport \"C\"\n"), // MARK cgo
			`f.go:3: import "C" needs cgo, which has run before files are added; call C from a package of its own`},
	})
}

// What a file links its functions to is what programs need for the rule.
func TestLinksOfAddedFile(t *testing.T) {
	data, err := instrument.Describe(aspect("files", instrument.PackageNamed("net/http").AddFile("f.go", `package http

import _ "unsafe"

//go:linkname a example.com/hooks.A
func a()

//go:linkname b gopkg.in/yaml%2ev3.B
func b()

//go:linkname c example.com/other.C
func c() {}

//go:linkname d net/http.other
func d()

//go:linkname a2 example.com/hooks.A
func a2()
`)))
	var got []rule.Aspect
	if err == nil {
		err = json.Unmarshal(data, &got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"example.com/hooks", "gopkg.in/yaml.v3"}; !slices.Equal(got[0].Rules[0].Links, want) {
		t.Errorf("links %v, want %v", got[0].Rules[0].Links, want)
	}
}

// The scope of a rule on new structs is the main modules, that of the others is wherever
// what they name is.
func TestScopeOfParts(t *testing.T) {
	data, err := instrument.Describe(aspect("scopes",
		instrument.LiteralOf[http.Server]().Amend(hookServer2),
		instrument.FieldOf[os.ProcAttr, string]("Dir").Wrap(hookIdentity),
		instrument.StructNamed("net/http.conn").Add(instrument.NewField[int]("n")),
		instrument.VarNamed("net/http.DefaultClient").Set(1),
		instrument.PackageNamed("net/http").Import("time/tzdata"),
	))
	var got []rule.Aspect
	if err == nil {
		err = json.Unmarshal(data, &got)
	}
	if err != nil {
		t.Fatal(err)
	}
	var scopes []string
	for _, r := range got[0].Rules {
		scopes = append(scopes, fmt.Sprint(r.Scope))
	}
	if s := strings.Join(scopes, " "); s != "[@main] [@main] [...] [...] [...]" {
		t.Errorf("scopes %s", s)
	}
}
