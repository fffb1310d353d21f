package hooks

import (
	"context"
	"net"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/goweaver/weaver/instrument/hook"
	"github.com/goweaver/weaver/internal/servertest"
)

// A node's commands are processed as woven code has them: by a hook, since the cluster calls
// the node itself.
type wovenNode struct{ node *redis.Client }

func (wovenNode) DialHook(next redis.DialHook) redis.DialHook { return next }
func (w wovenNode) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if name := cmd.Name(); name == "hello" || name == "client" {
			return next(ctx, cmd) // newer versions run a client's hooks for connections that are set up
		}
		ctx, end := Process(ctx, w.node, cmd)
		err := next(ctx, cmd)
		if end != nil {
			end(err, hook.Returned)
		}
		return err
	}
}
func (wovenNode) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// wovenNodes are nodes as woven code makes them.
func wovenNodes(o *redis.Options) *redis.Client {
	c := redis.NewClient(o)
	New()(c)
	c.AddHook(wovenNode{c})
	return c
}

// A command of a cluster is one span, though a node that does not have the key sends it on to
// another one, which is where it is said to be.
func TestCluster(t *testing.T) {
	addrs := servertest.RedisCluster(t, 2)
	c := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: addrs, NewClient: wovenNodes,
		ClusterSlots: func(context.Context) ([]redis.ClusterSlot, error) { // all of them are the first's, it says
			return []redis.ClusterSlot{{Start: 0, End: 16383, Nodes: []redis.ClusterNode{{Addr: addrs[0]}}}}, nil
		},
	})
	t.Cleanup(func() { _ = c.Close() })
	NewCluster()(c)
	spans := record(t)
	r := measure(t)
	ports := map[string]bool{}
	for i := range 20 {
		cmd := redis.NewStatusCmd(t.Context(), "set", "key"+strconv.Itoa(i), "v")
		ctx, end := ProcessCluster(t.Context(), c, cmd)
		err := c.Process(ctx, cmd)
		end(err, hook.Returned)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(spans.Ended()); n != i+1 {
			t.Fatalf("%d spans for %d commands", n, i+1)
		}
		told := texts(spans.Ended()[i].Attributes())
		at := told["server.address"]
		if spans.Ended()[i].Name() != "SET" || at != "127.0.0.1 STRING" && at != "localhost STRING" || told["error.type"] != "" {
			t.Errorf("%v", told)
		}
		ports[told["server.port"]] = true
	}
	for _, addr := range addrs {
		if _, port, _ := net.SplitHostPort(addr); !ports[port+" INT64"] {
			t.Errorf("no key is said to be at port %s: %v", port, ports)
		}
	}
	if got := points(t, r, "db.client.operation.duration"); len(got) != 2 || got[0]["server.port"] == got[1]["server.port"] {
		t.Errorf("measured %v", got)
	}

	// What asks all nodes is one call, too; and what the program asks a node itself is one.
	before := len(spans.Ended())
	ctx, end := DBSize(t.Context(), c)
	end(c.DBSize(ctx), hook.Returned)
	if err := c.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error {
		return node.Get(ctx, "none").Err()
	}); err == nil {
		t.Error("there is a key that was not set")
	}
	after := spans.Ended()[before:]
	if len(after) != 2 || after[0].Name() != "DBSIZE" || after[1].Name() != "GET" {
		t.Errorf("%v", after)
	}
}

// A command of a ring is one span, said to be at the shard that has it; what the ring asks its
// shards in the background is not told of, and what the program asks them is.
func TestRing(t *testing.T) {
	addr := servertest.Redis(t)
	c := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": addr}, NewClient: wovenNodes})
	t.Cleanup(func() { _ = c.Close() })
	NewRing()(c)
	spans := record(t)
	cmd := redis.NewCmd(t.Context(), "get", "none")
	ctx, end := ProcessRing(t.Context(), c, cmd)
	end(c.Process(ctx, cmd), hook.Returned)
	if n := len(spans.Ended()); n != 1 {
		t.Fatalf("%d spans", n)
	}
	want := place(addr)["server.port"]
	if told := texts(spans.Ended()[0].Attributes()); told["server.port"] != want {
		t.Errorf("%v", told)
	}
	shard := func(ctx context.Context, command string) {
		if err := c.ForEachShard(ctx, func(ctx context.Context, node *redis.Client) error { return node.Do(ctx, command).Err() }); err != nil {
			t.Fatal(err)
		}
	}
	shard(t.Context(), "ping") // as the ring's heartbeat does
	if n := len(spans.Ended()); n != 1 {
		t.Error("a heartbeat is told of")
	}
	shard(t.Context(), "dbsize")
	if n := len(spans.Ended()); n != 2 {
		t.Errorf("%d spans with what the program asks a shard", n)
	}
}
