package instrument_test

// The examples of rules on what is no function. The hooks stand beside the aspects here;
// in a program they have a package of their own.

import (
	"bufio"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/goweaver/weaver/instrument"
)

// Logged logs each request before it is served.
func Logged(next http.Handler) http.Handler {
	if next == nil {
		next = http.DefaultServeMux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Println(r.Method, r.URL)
		next.ServeHTTP(w, r)
	})
}

// The handler of every server that the program makes is wrapped, also of one that has none
// yet: then the hook is given nil.
func ExampleFieldOf() {
	// func Logged(next http.Handler) http.Handler
	aspect := &instrument.Aspect{
		Name: "requests",
		Rules: []instrument.Rule{
			instrument.FieldOf[http.Server, http.Handler]("Handler").Wrap(Logged),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Limits sets what a server has to have.
func Limits(s *http.Server) {
	if s.ReadHeaderTimeout == 0 {
		s.ReadHeaderTimeout = 5 * time.Second
	}
}

// Several fields at once are the hook's to set.
func ExampleLiteralOf() {
	// func Limits(s *http.Server)
	aspect := &instrument.Aspect{
		Name: "limits",
		Rules: []instrument.Rule{
			instrument.LiteralOf[http.Server]().Amend(Limits),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Traced wraps what all requests are sent by.
func Traced(next http.RoundTripper) http.RoundTripper { return next }

// A variable is given a constant, or what a hook makes of its value.
func ExampleVarNamed() {
	// func Traced(next http.RoundTripper) http.RoundTripper
	aspect := &instrument.Aspect{
		Name: "variables",
		Rules: []instrument.Rule{
			instrument.VarNamed("example.com/shop.Version").Set("1.2.3"),
			instrument.VarNamed("net/http.DefaultTransport").Wrap(Traced),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// What a hook can not see, since the library does not export it, a file hands over that is
// compiled with the library. The hook calls weaverFlush, so it is given by name.
func ExampleNamedPackage_AddFile() {
	// An aspect embeds the file from its own folder. This one remembers in a new field how
	// often a writer was flushed, and tells a hook, which finds there what is not exported.
	const adapter = `package bufio

import _ "unsafe"

//go:linkname flushed example.com/shop/hooks.Flushed
func flushed(buffered, times int)

//go:linkname weaverFlush
func weaverFlush(w *Writer) { w.flushes++; flushed(w.n, w.flushes) }
`
	aspect := &instrument.Aspect{
		Name: "flushes",
		Rules: []instrument.Rule{
			instrument.StructOf[bufio.Writer]().Add(instrument.NewField[int]("flushes")),
			instrument.PackageNamed("bufio").AddFile("flushes.go", adapter),
			instrument.BodyOf((*bufio.Writer).Flush).Before(instrument.Named("example.com/shop/hooks.Flush")),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}

// Every command of the build has the time zones with it, whatever machine it runs on.
func ExampleNamedPackage_Import() {
	aspect := &instrument.Aspect{
		Name: "zones",
		Rules: []instrument.Rule{
			instrument.PackageNamed("main").Import("time/tzdata"),
		},
	}
	fmt.Println(instrument.Validate(aspect))
	// Output: <nil>
}
