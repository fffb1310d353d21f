package hooks

import (
	"testing"

	"github.com/redis/rueidis"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// What a client makes is told of as the client is.
func TestMade(t *testing.T) {
	addr := servertest.Redis(t)
	o := options(addr)
	o.SelectDB = 3
	c := open(t, o)
	spans := record(t)
	ctx := t.Context()
	_ = do(ctx, c, "PING")

	d, cancel := c.Dedicate()
	Dedicate(captured(c))(d)
	_ = do(ctx, d, "PING")
	cancel()

	fn := Dedicated(captured(c), func(d rueidis.DedicatedClient) error { return do(ctx, d, "PING") })
	if err := c.Dedicated(fn); err != nil {
		t.Error(err)
	}

	// Those that a cluster or a sentinel's client hands out are new ones.
	other := options(addr)
	other.SelectDB = 3
	node, err := rueidis.NewClient(other)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	nodes := map[string]rueidis.Client{addr: node}
	Nodes(captured(c))(nodes)
	_ = do(ctx, node, "PING")
	if n := len(spans.Ended()); n != 4 {
		t.Fatalf("%d spans", n)
	}
	want := at(addr)
	for i, s := range spans.Ended() {
		if got := texts(s.Attributes()); got["db.namespace"] != "3 STRING" || got["server.port"] != want["server.port"] {
			t.Errorf("span %d: %v", i, got)
		}
	}
}

// addressed is a connection of the library's, as far as the hooks ask it.
type addressed string

func (a addressed) Addr() string { return string(a) }

// A client that was made where nobody saw it goes where its connection goes; one by which the
// library sets a connection up has none, and is not told of.
func TestUnknown(t *testing.T) {
	addr := servertest.Redis(t)
	c, err := rueidis.NewClient(options(addr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	spans := record(t)
	cmd := build(c, "PING")
	if Do(t.Context(), hook.Captured{Values: hook.MakeValues("c", c, "c.conn", nil)}, cmd) != nil {
		t.Error("what sets a connection up is told of")
	}
	end := Do(t.Context(), hook.Captured{Values: hook.MakeValues("c", c, "c.conn", addressed(addr))}, cmd)
	end(c.Do(t.Context(), cmd), hook.Returned)
	if got := texts(spans.Ended()[0].Attributes()); got["server.port"] != at(addr)["server.port"] || got["db.namespace"] != "" {
		t.Errorf("%v", got)
	}
	if known(c) == nil || known(nil) != nil || known(struct{}{}) != nil || known(new(redisspan.Client)) != nil {
		t.Error("what is no client is known, or what is is not")
	}
}

// What NewClient has asked for says where a client goes, if that is one place.
func TestDescribed(t *testing.T) {
	for _, c := range []struct {
		o    rueidis.ClientOption
		want map[string]string
	}{
		{rueidis.ClientOption{InitAddress: []string{"a:1", "b:2"}}, map[string]string{}},
		{rueidis.ClientOption{InitAddress: []string{"a:1"}, Sentinel: rueidis.SentinelOption{MasterSet: "m"}}, map[string]string{}},
		{rueidis.ClientOption{InitAddress: []string{"a:1"}}, map[string]string{"server.address": "a STRING", "server.port": "1 INT64"}},
	} {
		spans := record(t)
		client, err := rueidis.NewClient(options(servertest.Redis(t)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		New(c.o)(client)
		_ = do(t.Context(), client, "PING")
		got := texts(spans.Ended()[0].Attributes())
		if got["server.address"] != c.want["server.address"] || got["server.port"] != c.want["server.port"] || got["db.namespace"] != "0 STRING" {
			t.Errorf("%v: %v", c.o.InitAddress, got)
		}
	}
}

// wrapped is a client with the field that rueidisotel's has.
type wrapped struct {
	rueidis.Client
	client rueidis.Client
}

// Where the program has rueidisotel for a client, that tells of it and of what it makes; other
// clients are told of as before.
func TestOtel(t *testing.T) {
	addr := servertest.Redis(t)
	one, two, other := open(t, options(addr)), open(t, options(addr)), open(t, options(addr))
	spans, r := record(t), measure(t)
	Otel(one)
	exit := OtelClient()
	exit(&wrapped{client: two})
	exit(nil)
	exit(other)
	exit(&wrapped{})
	for _, c := range []rueidis.Client{one, two} {
		_ = do(t.Context(), c, "GET", "a")
		d, cancel := c.Dedicate()
		Dedicate(captured(c))(d)
		_ = do(t.Context(), d, "GET", "a")
		cancel()
		if len(spans.Started()) != 0 || len(durations(t, r)) != 0 {
			t.Errorf("it is told of twice: %s", told(spans))
		}
	}
	node, err := rueidis.NewClient(options(addr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	late := open(t, options(addr))
	nodes(known(late), map[string]rueidis.Client{addr: node})
	Otel(late) // when its nodes are known already, as those of a standalone are
	if _ = do(t.Context(), node, "GET", "a"); len(spans.Started()) != 0 {
		t.Errorf("a node is told of twice: %s", told(spans))
	}
	_ = do(t.Context(), other, "GET", "a")
	if got := told(spans); got != "GET" {
		t.Error(got)
	}
}
