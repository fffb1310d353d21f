package hooks

// Propagation by net/rpc/jsonrpc.
//
// The request is an object, which gets one member more, in front; a peer that does not know
// it takes no notice, unless it was written to refuse what it does not know. The codec does
// its work as ever: while it does, its encoder writes to a buffer, and its decoder reads
// from one.

import (
	"bytes"
	"encoding/json"
	"io"
	"net/rpc"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// insideJSON is to net/rpc/jsonrpc what inside is to net/rpc.
var insideJSON struct {
	conn    func(rpc.ClientCodec) io.Closer
	encoder func(codec any, e *json.Encoder) *json.Encoder
	decoder func(codec any, d *json.Decoder) *json.Decoder
}

// adoptJSON is called by the file that the aspect adds, through a linkname.
func adoptJSON(
	conn func(rpc.ClientCodec) io.Closer,
	encoder func(codec any, e *json.Encoder) *json.Encoder, decoder func(codec any, d *json.Decoder) *json.Decoder,
) {
	insideJSON.conn, insideJSON.encoder, insideJSON.decoder = conn, encoder, decoder
}

var _ = adoptJSON // called from net/rpc/jsonrpc

// member is the name of the member; its value is an object of texts, as OpenTelemetry's
// propagators have it.
const member = "propagation"

// WriteJSON runs when a client's codec begins to write r, and returns what runs when it
// has: the request then goes on its way.
func WriteJSON(r *rpc.Request, c hook.Captured) func(error) error {
	carrier := outgoing(r)
	if carrier == nil || insideJSON.encoder == nil {
		return nil
	}
	codec := c.At(0).Any()
	text, err := json.Marshal(map[string]any{member: carrier})
	if err != nil {
		return nil
	}
	var buf bytes.Buffer
	own := insideJSON.encoder(codec, json.NewEncoder(&buf))
	return func(err error) error {
		insideJSON.encoder(codec, own)
		if err != nil || buf.Len() == 0 { // of length 0 where it has panicked
			return err
		}
		// By the codec's own encoder, which writes no more after a write that has failed.
		return own.Encode(json.RawMessage(joined(text, buf.Bytes())))
	}
}

// joined returns one object with the members of two, the second of which has some.
func joined(a, b []byte) []byte {
	out := make([]byte, 0, len(a)+len(b))
	out = append(out, a[:len(a)-1]...)
	out = append(out, ',')
	return append(out, b[1:]...)
}

// ReadJSON runs when a server's codec begins to read r, and returns what runs when it has.
func ReadJSON(r *rpc.Request, c hook.Captured) func(error) error {
	if !on || insideJSON.decoder == nil || inside.carry == nil {
		return nil
	}
	if _, ok := telemetry.TracerProvider(); !ok {
		return nil
	}
	codec := c.At(0).Any()
	own := insideJSON.decoder(codec, nil)
	insideJSON.decoder(codec, own)
	var request json.RawMessage
	failed := own.Decode(&request)
	insideJSON.decoder(codec, json.NewDecoder(bytes.NewReader(request)))
	return func(err error) error {
		insideJSON.decoder(codec, own)
		if failed != nil {
			return failed
		}
		if err == nil {
			arrived(r, propagated(request))
		}
		return err
	}
}

// propagated returns what came with a request. A member of the same name that is something
// else is none of ours.
func propagated(request []byte) map[string]string {
	var got map[string]json.RawMessage
	var carrier map[string]string
	if json.Unmarshal(request, &got) != nil || json.Unmarshal(got[member], &carrier) != nil {
		return nil
	}
	return carrier
}
