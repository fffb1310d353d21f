// Package netrpc holds the aspect that traces and measures net/rpc: a client span and a
// duration for each call that a Client makes, a server span and a duration for each that a
// Server answers, whatever the codec and the connection, by the program or a dependency.
//
// Calls of net/rpc have no context: a client's span begins a trace, and what a method does
// is not below the server's span. The two are in one trace where the codec is net/rpc's own
// or net/rpc/jsonrpc's: the header of a request then has one field more, which peers that
// do not know it leave out of account.
package netrpc

import (
	_ "embed"

	"github.com/goweaver/weaver/instrument"
)

// The hooks are named, not referenced: the registration binary then links no
// OpenTelemetry.
const hooks = "github.com/goweaver/weaver/builtin/netrpc/hooks."

// The adapters are compiled with net/rpc and net/rpc/jsonrpc. The files have no name of a
// Go file since they are none of this package.
var (
	//go:embed adapter.txt
	adapter string
	//go:embed adapterjson.txt
	adapterJSON string
)

// Aspect traces and measures net/rpc.
var Aspect = &instrument.Aspect{
	Name: "netrpc",
	Doc:  "trace and measure net/rpc clients and servers",
	Rules: []instrument.Rule{
		instrument.PackageNamed("net/rpc").AddFile("weaver_adapter.go", adapter),

		// Each call is sent once, and done once, however it ends.
		instrument.BodyNamed("(*net/rpc.Client).send").Around(instrument.Named(hooks + "Send")),
		instrument.BodyNamed("(*net/rpc.Call).done").Before(instrument.Named(hooks + "Done")),

		instrument.BodyNamed("(*net/rpc.service).call").Around(instrument.Named(hooks + "Serve")),
		instrument.BodyNamed("(*net/rpc.Server).sendResponse").Around(instrument.Named(hooks + "Reply")),

		// Where there is something to propagate the Check writes or reads the request in the
		// place of the body and says so by an error, which the Around before it takes back.
		instrument.BodyNamed("(*net/rpc.gobClientCodec).WriteRequest").Around(instrument.Named(hooks + "Instead")),
		instrument.BodyNamed("(*net/rpc.gobClientCodec).WriteRequest").
			Check(instrument.Named(hooks+"WriteGob")).Capture("c.enc", "c.encBuf"),
		instrument.BodyNamed("(*net/rpc.gobServerCodec).ReadRequestHeader").Around(instrument.Named(hooks + "Instead")),
		instrument.BodyNamed("(*net/rpc.gobServerCodec).ReadRequestHeader").
			Check(instrument.Named(hooks + "ReadGob")).Capture("c.dec"),

		instrument.PackageNamed("net/rpc/jsonrpc").AddFile("weaver_adapter.go", adapterJSON),
		instrument.BodyNamed("(*net/rpc/jsonrpc.clientCodec).WriteRequest").
			Around(instrument.Named(hooks + "WriteJSON")).Capture("c"),
		instrument.BodyNamed("(*net/rpc/jsonrpc.serverCodec).ReadRequestHeader").
			Around(instrument.Named(hooks + "ReadJSON")).Capture("c"),
	},
}
