package hooks

// Propagation by net/rpc's own codec.
//
// A request is a struct, and gob leaves out of account what the receiving struct does not
// have: a peer that is not woven reads the request as if the field were not there. Nothing
// is added to rpc.Request itself, which the program can print, compare and hand to codecs
// of its own.

import (
	"bufio"
	"encoding/gob"
	"net/rpc"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A Request is what is sent in the place of an rpc.Request. It has that one's name since
// gob sends it, and writes it into errors.
type Request struct {
	ServiceMethod string
	Seq           uint64
	Propagation   map[string]string // as OpenTelemetry's propagators have it
}

// instead is the error of a Check that has done what the body would have.
type instead struct{ err error }

// Error implements error. Nobody sees it.
func (instead) Error() string { return "done instead" }

// Instead returns what takes back the error of a Check behind it.
func Instead() func(error) error { return takeBack }

func takeBack(err error) error {
	if i, ok := err.(instead); ok { //nolint:errorlint // it is never wrapped
		return i.err
	}
	return err
}

// WriteGob writes r and its body as the client's codec does, if there is something to
// propagate.
func WriteGob(r *rpc.Request, body any, c hook.Captured) error {
	carrier := outgoing(r)
	if carrier == nil {
		return nil
	}
	enc, buf := c.At(0).Any().(*gob.Encoder), c.At(1).Any().(*bufio.Writer)
	err := enc.Encode(&Request{r.ServiceMethod, r.Seq, carrier})
	if err == nil {
		err = enc.Encode(body)
	}
	if err == nil {
		err = buf.Flush()
	}
	return instead{err}
}

// ReadGob reads r as the server's codec does, if there is a tracer for what came with it.
func ReadGob(r *rpc.Request, c hook.Captured) error {
	if !on || inside.carry == nil {
		return nil
	}
	if _, ok := telemetry.TracerProvider(); !ok {
		return nil
	}
	got := Request{ServiceMethod: r.ServiceMethod, Seq: r.Seq}
	err := c.At(0).Any().(*gob.Decoder).Decode(&got)
	r.ServiceMethod, r.Seq = got.ServiceMethod, got.Seq
	arrived(r, got.Propagation)
	return instead{err}
}
