package hooks

import (
	"reflect"

	"github.com/redis/rueidis"

	"github.com/goweaver/weaver/builtin/internal/aside"
	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// clients are what is known of the library's clients: their types are not exported, and some can
// be compared, so that they can have no field more. They outlast the calls of the hooks.
var clients aside.Table[byte, redisspan.Client]

// pointer returns where the client is, or nil if it is none of the library's.
func pointer(client any) *byte {
	v := reflect.ValueOf(client)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Type().Elem().PkgPath() != ownPath {
		return nil
	}
	return (*byte)(v.UnsafePointer())
}

var ownPath = reflect.TypeFor[rueidis.RedisResult]().PkgPath()

// clientOf returns what is known of the client whose method runs, or nil for one by which a
// connection is set up. One that was made where nobody has seen it is known by where its
// connection goes.
func clientOf(c hook.Captured) *redisspan.Client {
	if c.Len() == 0 {
		return nil
	}
	at := pointer(c.At(0).Any())
	if at == nil {
		return nil
	}
	if known := clients.Load(at); known != nil {
		return known
	}
	d := redisspan.Description{Database: -1}
	if c.Len() > 1 {
		conn, ok := c.At(1).Any().(interface{ Addr() string })
		if !ok {
			return nil
		}
		d.Network, d.Address = "tcp", conn.Addr()
	}
	return clients.Add(at, redisspan.NewClient(d))
}

// known returns what is known of a client, or nil.
func known(client any) *redisspan.Client {
	return clients.Load(pointer(client))
}

// New is for rueidis.NewClient.
func New(o rueidis.ClientOption) func(rueidis.Client) {
	if !library.On {
		return nil
	}
	// The options are the program's, which may use their slice again.
	d := redisspan.Description{Network: "tcp", Database: o.SelectDB, Master: o.Sentinel.MasterSet}
	if len(o.InitAddress) == 1 && d.Master == "" {
		d.Address = o.InitAddress[0]
	}
	return func(c rueidis.Client) { made(c, d) }
}

// made says what is known of a new client, which is nil if it could not be made.
func made(c rueidis.Client, d redisspan.Description) {
	at := pointer(c)
	if at == nil {
		return
	}
	client := clients.Add(at, redisspan.NewClient(d))
	if reflect.TypeOf(c).Elem().Name() == "standalone" { // which its nodes serve
		nodes(client, c.Nodes())
	}
}

// nodes says of clients that each goes to its own place, and what else is as for c.
func nodes(c *redisspan.Client, all map[string]rueidis.Client) {
	for addr, node := range all {
		if at := pointer(node); at != nil {
			clients.Add(at, c.Node("tcp", addr))
		}
	}
}

// Nodes is for the method of that name, whose clients are new ones.
func Nodes(c hook.Captured) func(map[string]rueidis.Client) {
	if !library.Live() {
		return nil
	}
	client := clientOf(c)
	if client == nil {
		return nil
	}
	return func(all map[string]rueidis.Client) { nodes(client, all) }
}

// Dedicate is for the method of that name: the client that it returns is told of as the one
// that has made it.
func Dedicate(c hook.Captured) func(rueidis.DedicatedClient) {
	if !library.Live() {
		return nil
	}
	client := clientOf(c)
	if client == nil {
		return nil
	}
	return func(d rueidis.DedicatedClient) { dedicated(client, d) }
}

func dedicated(client *redisspan.Client, d rueidis.DedicatedClient) {
	if at := pointer(d); at != nil {
		clients.Add(at, client)
	}
}

// Dedicated is for the method of that name. A function that is nil stays so.
func Dedicated(c hook.Captured, fn func(rueidis.DedicatedClient) error) func(rueidis.DedicatedClient) error {
	if fn == nil || !library.Live() {
		return fn
	}
	client := clientOf(c)
	if client == nil {
		return fn
	}
	return func(d rueidis.DedicatedClient) error {
		dedicated(client, d)
		return fn(d)
	}
}

// Where the program has rueidisotel, the library's own instrumentation, its options are to count,
// for that client and what it makes.

// Otel is for rueidisotel.WithClient.
func Otel(c rueidis.Client) { foreign(known(c)) }

// OtelClient is for rueidisotel.NewClient, which wraps a client that it has made.
func OtelClient() func(rueidis.Client) {
	if !library.On {
		return nil
	}
	return func(c rueidis.Client) {
		v := reflect.ValueOf(c)
		if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
			return
		}
		inner := v.Elem().FieldByName("client")
		if inner.Kind() != reflect.Interface || inner.Elem().Kind() != reflect.Pointer {
			return
		}
		foreign(clients.Load((*byte)(inner.Elem().UnsafePointer())))
	}
}

func foreign(c *redisspan.Client) {
	if c != nil {
		c.SetTraced()
		c.SetMeasured()
	}
}
