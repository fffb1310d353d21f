package hooks

// What is known of a connection, and what happens where nobody wants to know anything.

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/goweaver/weaver/instrument/hook"
)

// The server is told if there is one, without what is in its URL besides.
func TestServer(t *testing.T) {
	for from, want := range map[string]string{
		"nats://u:p@a.example": "a.example 4222", "a.example:1": "a.example 1", "wss://a.example": "a.example 443", "tls://[::1]:5": "::1 5", "": "", "nats://\x00": "",
	} {
		got := ""
		for _, kv := range newClient(nil, from).Shared {
			got = strings.TrimSpace(got + " " + kv.Value.String())
		}
		if got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
	if c := newClient([]string{"nats://a", "nats://b"}, ""); c.Shared != nil {
		t.Error(c.Shared)
	}
}

// Without a provider nothing is made, and messages are what they were.
func TestNothing(t *testing.T) {
	nc := connect(t, true)
	m, ctx, hdr := &nats.Msg{Subject: "orders"}, t.Context(), []byte("NATS/1.0\r\n\r\n")
	calls := 0
	callback := Subscribe(nc, "orders", "", func(*nats.Msg) { calls++ })
	if n := testing.AllocsPerRun(100, func() {
		_, _, a := Publish(nc, "orders", "", hdr, nil)
		_, _, b := Request(nc, "orders", hdr, nil)
		_, _, c := RequestWithContext(ctx, nc, "orders", hdr, nil)
		if a != nil || b != nil || c != nil || PublishMsg(m, nil, hook.Captured{}) != nil || PublishMsgWithContext(ctx, m, hook.Captured{}) != nil || HeaderBytes(m) != nil ||
			NextMsg(nil) != nil || NextMsgWithContext(ctx, nil) != nil || Fetch(nil, nil) != nil {
			t.Error("something is told")
		}
		Received(m, hook.Captured{})
		callback(m)
	}); n != 0 || calls == 0 {
		t.Errorf("%v allocations, %d calls", n, calls)
	}
}
