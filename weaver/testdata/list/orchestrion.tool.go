//go:build tools

// Command main has a rule for each join point, advice and outcome that list can show.
package main

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
	"github.com/goweaver/weaver/weaver/testdata/list/hooks"
)

const named = "github.com/goweaver/weaver/weaver/testdata/list/hooks."

var aspects = []*instrument.Aspect{
	{
		Name: "bodies",
		Doc:  "each advice on a body",
		Rules: []instrument.Rule{
			instrument.BodyOf(os.Rename).Before(hooks.Rename),
			instrument.BodyOf(os.Chmod).Before(hooks.Address),
			instrument.BodyOf((*http.Server).Close).Before(hooks.Server),
			instrument.BodyNamed("os.Setenv").Check(instrument.Named(named+"Allow")).
				With("needs", "a badge").With("level", 2).Take(instrument.Param(0)),
			instrument.BodyNamed("(*database/sql.DB).QueryContext").Around(instrument.Named(named + "Query")),
			instrument.BodyOf((*http.Transport).RoundTrip).Enclose(hooks.Handle),
			instrument.BodyNamed("slices.Clip").Around(hooks.Any),
			instrument.BodyNamed("main.main").Before(hooks.Nothing),
			instrument.BodyNamed("main.greet").Check(hooks.Allow),
		},
	},
	{
		Name:  "patterns",
		Scope: []instrument.Scope{"example.com/shop/...", instrument.MainModules},
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.ParamIs[context.Context](0), instrument.ResultIs[error](-1)).
				Around(hooks.Query),
			instrument.BodyWhere(instrument.Any(instrument.Name("Get*"), instrument.Package("example.com/*/api")), instrument.Not(instrument.Exported())).
				Enclose(hooks.Handle).Take(instrument.Param(1), instrument.Param(-1), instrument.Result(0), instrument.Result(1)),
			instrument.BodyWhere(instrument.ParamIs[*sql.Rows](1)).Check(hooks.Allow),
			instrument.BodyWhere(instrument.HasDirective("span", "op"), instrument.Not(instrument.All(instrument.InTests(), instrument.Generated()))).
				Before(hooks.Nothing),
			instrument.BodyWhere(instrument.ReceiverIs[*http.Server](), instrument.Receiver("S*"),
				instrument.TypeIs(instrument.Result(-1), "[]byte")).Before(hooks.Nothing),
			instrument.BodyWhere(instrument.TestMain(), instrument.Implements[http.ResponseWriter](instrument.Param(0))).Before(hooks.Nothing),
		},
	},
	{
		Name: "calls",
		Doc:  "each advice on a call",
		Rules: []instrument.Rule{
			instrument.CallTo(time.Now).Replace(hooks.Now),
			instrument.CallTo((*os.File).WriteString).Replace(hooks.WriteString),
			instrument.CallTo(os.Hostname).Where(instrument.Name("Get*")).Wrap(hooks.Hostname),
			instrument.CallNamed("errors.Join").Append(hooks.Extra),
			instrument.CallNamed("main.join").Append(hooks.Extra),
			instrument.CallNamed("main.hostname").Wrap(hooks.Hostname),
		},
	},
	{
		Name: "uses",
		Doc:  "calls of instances and through interfaces, and references",
		Rules: []instrument.Rule{
			instrument.CallNamed("slices.Clone").Replace(hooks.Clone),
			instrument.CallTo(io.Writer.Write).Wrap(hooks.Wrote),
			instrument.CallNamed("(io.ReadWriter).Write").Replace(hooks.Write),
			instrument.CallNamed("(error).Error").Wrap(hooks.Text),
			instrument.RefTo(time.Now).Replace(hooks.Now),
			instrument.RefNamed("os.Hostname").Wrap(hooks.HostnameFunc),
			instrument.RefTo(slices.Clone[[]int]).Wrap(hooks.CloneFunc),
			instrument.RefNamed("main.hostname").Wrap(hooks.HostnameFunc),
		},
	},
	{
		Name: "mistakes",
		Doc:  "what a build would not weave",
		Rules: []instrument.Rule{
			instrument.BodyNamed("example.com/none.F").Before(hooks.Enter),
			instrument.BodyNamed("os.Nosuch").Before(hooks.Enter),
			instrument.BodyNamed("(io.Writer).Write").Before(hooks.Enter),
			instrument.BodyNamed("os.Getenv").Before(hooks.Number),
			instrument.BodyNamed("time.Sleep").Before(hooks.Enter),
			instrument.BodyNamed("runtime.GC").Before(hooks.Enter),
			instrument.CallNamed("errors.New").Replace(hooks.Error),
			instrument.CallNamed("(io.Writer).Nosuch").Wrap(hooks.Text),
			instrument.RefNamed("errors.New").Wrap(hooks.HostnameFunc),
		},
	},
	{
		Name: "given",
		Doc:  "what weaver gives beside the function",
		Rules: []instrument.Rule{
			instrument.BodyOf(os.Link).Around(hooks.Ended),
			instrument.BodyOf(os.Link).Before(hooks.Seen).Capture("oldname", "newname"),
			instrument.BodyNamed("os.Symlink").Before(hooks.Seen).Capture("from"),
			instrument.BodyWhere(instrument.Name("Place*")).Before(hooks.Seen).Capture("order.ID"),
		},
	},
	{
		Name:   "limited",
		Doc:    "what options and directives may be",
		Strict: true,
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.HasDirective("limited", "wait", "level")).Before(hooks.Limited).
				With("wait", 50*time.Millisecond).Range("wait", time.Duration(0), time.Minute).
				With("level", "info").OneOf("level", "info", "warn").
				CaptureWords().Words(1, -1),
		},
	},
	{
		Name: "parts",
		Doc:  "each advice on what is no function",
		Rules: []instrument.Rule{
			instrument.FieldOf[http.Server, http.Handler]("Handler").Wrap(hooks.Handler),
			instrument.FieldNamed("database/sql.TxOptions", "ReadOnly").Wrap(hooks.ReadOnly).With("always", true),
			instrument.LiteralOf[http.Client]().Amend(hooks.Client),
			instrument.LiteralNamed("main.Config").Amend(instrument.Named(named + "Client")),
			instrument.StructNamed("net/http.Server").Add(instrument.NewField[context.Context]("span")),
			instrument.VarNamed("net/http.DefaultMaxHeaderBytes").Set(4096),
			instrument.VarNamed("net/http.DefaultClient").Wrap(hooks.DefaultClient),
			instrument.PackageNamed("net/http").AddFile("spans.go", spans),
			instrument.PackageNamed("main").Import("time/tzdata"),
			instrument.VarNamed("os.Nosuch").Set("x"),
			instrument.VarNamed("net/http.DefaultMaxHeaderBytes").Wrap(hooks.Number2),
			instrument.LiteralNamed("net/http.Nosuch").Amend(hooks.Client),
			instrument.FieldNamed("net/http.Client", "Nosuch").Wrap(hooks.ReadOnly),
			instrument.PackageNamed("example.com/none").Import("time/tzdata"),
			instrument.PackageNamed("runtime").Import("time/tzdata"),
		},
	},
}

func main() { weaver.Main(aspects...) }

const spans = `package http

import _ "unsafe"

//go:linkname served github.com/goweaver/weaver/weaver/testdata/list/hooks.Nothing
func served()
`
