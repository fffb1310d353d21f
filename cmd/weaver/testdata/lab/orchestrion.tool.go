//go:build tools

// Command main lists the aspects that most end-to-end scripts weave: each finds its
// targets by how they are named.
package main

import (
	"bufio"
	_ "embed"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"example.com/app/hooks"
	"example.com/app/hooks/parts"
	"example.com/app/shapes"

	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

var aspects = []*instrument.Aspect{
	{
		Name: "entry",
		Doc:  "say or change something at entry",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Before*")).Before(hooks.Enter),
			instrument.BodyWhere(instrument.Name("Double*")).Before(hooks.Double),
			instrument.BodyWhere(instrument.Name("Second*")).Before(hooks.Double).Take(instrument.Param(1)),
			instrument.BodyWhere(instrument.Name("Address*")).Before(hooks.Zero),
		},
	},
	{
		Name: "outer",
		Doc:  "the first of two on the same functions",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Both*")).Around(hooks.Outer),
		},
	},
	{
		Name: "inner",
		Doc:  "the second of two on the same functions",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Both*")).Around(hooks.Inner),
		},
	},
	{
		Name: "exit",
		Doc:  "say or change something at exit",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Around*")).Around(hooks.Trace),
			instrument.BodyWhere(instrument.Name("Result*")).Around(hooks.Result),
			instrument.BodyWhere(instrument.Name("Any*")).Around(hooks.Any),
			instrument.BodyWhere(instrument.Name("Quiet*")).Around(hooks.Quiet),
		},
	},
	{
		Name: "check",
		Doc:  "refuse a call",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Check*")).Check(hooks.Allow).With("needs", "badge").With("level", 2),
		},
	},
	{
		Name: "whole",
		Doc:  "run in place of the body",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Retry*")).Enclose(hooks.Retry),
			instrument.BodyWhere(instrument.Name("Skip*")).Enclose(hooks.Skip),
		},
	},
	{
		Name: "directed",
		Doc:  "do what directives ask for",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.HasDirective("say", "op", "level")).Around(hooks.Follow).With("level", 1),
			instrument.BodyWhere(instrument.HasDirective("refuse")).Check(hooks.Refuse),
			instrument.BodyWhere(instrument.HasDirective("lab:again")).Enclose(hooks.Again).With("times", 2),
			instrument.CallTo(os.Getppid).Where(instrument.HasDirective("say")).Replace(hooks.Getpid),
			instrument.BodyWhere(instrument.Name("Read"), instrument.Implements[io.Reader](instrument.Recv)).Before(hooks.Enter),
			instrument.BodyWhere(instrument.TestMain(), instrument.Package("*/*/tested.test"), instrument.Name("main")).Before(hooks.Enter),
			instrument.BodyWhere(instrument.InTests(), instrument.Name("Tested*")).Before(hooks.Enter),
		},
	},
	{
		Name: "ended",
		Doc:  "say how a function ended, and what it was called with",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Ended*")).Around(hooks.Ended),
			instrument.BodyWhere(instrument.Name("Panic*")).Around(hooks.Panicked),
			instrument.BodyWhere(instrument.Name("Unasked*")).Around(hooks.Unasked),
			instrument.BodyWhere(instrument.Name("Logged*")).Before(hooks.Log),
			instrument.BodyWhere(instrument.Name("Captured*")).Before(hooks.Captured).Capture("o.ID", "o.Customer.Name", "o.Tags", "n"),
		},
	},
	{
		Name: "order",
		Doc:  "several rules on one function, of which some fail",
		Rules: []instrument.Rule{
			instrument.BodyWhere(instrument.Name("Order*")).Around(hooks.First),
			instrument.BodyWhere(instrument.Name("Order*")).Before(hooks.Second),
			instrument.BodyWhere(instrument.Name("Order*")).Around(hooks.Third),
			instrument.BodyWhere(instrument.Name("OrderChecked*")).Check(hooks.Fourth),
			instrument.BodyWhere(instrument.Name("OrderRepeated*")).Enclose(hooks.Fifth),
			instrument.BodyWhere(instrument.Name("Order*")).Around(hooks.Sixth),
		},
	},
	{
		Name: "calls",
		Doc:  "change what calls return or are given",
		Rules: []instrument.Rule{
			instrument.CallTo(os.Getpid).Replace(hooks.Getpid),
			instrument.CallTo((*os.File).WriteString).Replace(hooks.WriteString),
			instrument.CallTo(os.Hostname).Wrap(hooks.Hostname),
			instrument.CallTo(errors.Join).Append(hooks.Extra),
		},
	},
	{
		Name: "instances",
		Doc:  "change calls of generic functions and through interfaces",
		Rules: []instrument.Rule{
			instrument.CallTo(slices.Max[[]int]).Replace(hooks.Max),
			instrument.CallTo(slices.Concat[[]int]).Append(hooks.Nines),
			instrument.CallNamed("main.Load").Wrap(hooks.Loaded),
			instrument.CallNamed("(*main.Box).Get").Wrap(hooks.Got),
			instrument.CallTo(io.StringWriter.WriteString).Replace(hooks.Dispatch),
			instrument.CallNamed("(main.Sayer).Say").Append(hooks.Word),
			instrument.CallNamed("(main.Sayer).Say").Wrap(hooks.Tenfold),
		},
	},
	{
		Name: "references",
		Doc:  "change functions that are used as values",
		Rules: []instrument.Rule{
			instrument.RefTo(strings.ToUpper).Replace(hooks.Shout),
			instrument.RefTo(strings.ToLower).Wrap(hooks.Lower),
			instrument.RefTo(slices.Max[[]int]).Replace(hooks.Max),
			instrument.RefTo((*strings.Builder).Len).Replace(hooks.Len),
			instrument.RefTo(time.Time.Unix).Wrap(hooks.Unix),
			instrument.RefTo(io.StringWriter.WriteString).Replace(hooks.Dispatch),
		},
	},
	{
		Name: "structs",
		Doc:  "change new structs",
		Rules: []instrument.Rule{
			instrument.FieldOf[shapes.T, string]("Name").Wrap(parts.Name),
			instrument.FieldNamed("example.com/app/shapes.T", "Name").Wrap(parts.Inner),
			instrument.LiteralOf[shapes.T]().Amend(parts.Seen),
			instrument.LiteralOf[shapes.Pair[int]]().Amend(parts.Twins),
			instrument.FieldOf[os.ProcAttr, string]("Dir").Where(instrument.Not(instrument.Name("child"))).Wrap(parts.Dir),
		},
	},
	{
		Name: "variables",
		Doc:  "set and wrap variables and constants",
		Rules: []instrument.Rule{
			instrument.VarNamed("example.com/app/config.Version").Set("1.2.3"),
			instrument.VarNamed("example.com/app/config.Limit").Set(7),
			instrument.VarNamed("example.com/app/config.Second").Set("two"),
			instrument.VarNamed("example.com/app/config.Level").Set(3),
			instrument.VarNamed("example.com/app/config.Early").Wrap(parts.Wrapped),
			instrument.VarNamed("example.com/app/settings.Late").Wrap(parts.Wrapped),
			instrument.VarNamed("example.com/app/settings.Size").Wrap(parts.Bigger),
		},
	},
	{
		Name: "packages",
		Doc:  "add to a package of the standard library",
		Rules: []instrument.Rule{
			instrument.StructOf[bufio.Writer]().Add(instrument.NewField[int]("flushes")),
			instrument.PackageNamed("bufio").AddFile("lab.go", adapter),
			instrument.BodyOf((*bufio.Writer).Flush).Before(instrument.Named("example.com/app/hooks/buffers.Flush")),
			instrument.PackageNamed("bufio").Import("example.com/app/side"),
			instrument.PackageNamed("bufio").Import("crypto/md5"),
		},
	},
}

//go:embed adapter.go.txt
var adapter string

func main() { weaver.Main(aspects...) }
