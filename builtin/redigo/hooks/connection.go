package hooks

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gomodule/redigo/redis"
	"go.opentelemetry.io/otel/trace"

	"github.com/goweaver/weaver/builtin/internal/redisspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// A connection is what the hooks know of one of the library's. One goroutine may receive while
// another one sends.
type connection struct {
	doing  atomic.Int32 // calls of DoContext that have not come to DoWithTimeout yet
	traced atomic.Bool  // the program has an instrumentation of its own for it

	mu      sync.Mutex
	place   redisspan.Description
	client  *redisspan.Client // nil as long as the connection is set up
	ctx     context.Context   // that it was got from its pool by, as long as it is lent
	idle    bool              // it lies in its pool
	queue   batch             // what was sent since the last flush
	flights []*flight         // what was flushed and not answered yet, in order
}

// A flight is a batch under way.
type flight struct {
	op   *redisspan.Operation // nil if nobody wants to know
	left int                  // answers that have not come yet
	err  error                // the first that failed
}

// inside reports whether the call that begins is part of one of DoContext.
func (c *connection) inside() bool {
	for {
		n := c.doing.Load()
		if n <= 0 {
			return false
		}
		if c.doing.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// lent returns the context of calls that have none.
func (c *connection) lent() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lentLocked()
}

// lentLocked is lent where mu is locked.
func (c *connection) lentLocked() context.Context {
	if c.ctx == nil {
		return context.Background()
	}
	return c.ctx
}

// start starts the call. mu is locked.
func (c *connection) start(ctx context.Context, cmd redisspan.Command) *redisspan.Operation {
	if c.client == nil {
		return nil
	}
	if c.idle && !trace.SpanContextFromContext(ctx).IsValid() {
		return nil // its pool tests it
	}
	if c.traced.Load() {
		cmd = cmd.Traced()
	}
	_, op := library.Start(ctx, c.client, cmd)
	return op
}

// do is for a Do. It takes the answers of all that was sent.
func (c *connection) do(ctx context.Context, name string, args []any) func(any, error, hook.Exit) {
	c.mu.Lock()
	flights, queue := c.flights, c.queue
	c.flights, c.queue = nil, batch{}
	if name != "" {
		queue.add(name, args)
	}
	var op *redisspan.Operation
	if queue.all.n > 0 {
		op = c.start(ctx, queue.command())
	}
	c.mu.Unlock()
	db, selects := selected(name, args)
	if op == nil && len(flights) == 0 && !selects {
		return nil
	}
	several := name == "" || queue.exec // it returns the answers of all in one
	return func(reply any, err error, how hook.Exit) {
		if !several {
			reply = nil
		}
		err = failure(reply, err)
		for _, f := range flights {
			f.end(err, how)
		}
		if op != nil {
			op.End(err, how)
		}
		if selects && err == nil && how == hook.Returned {
			c.selectDB(db)
		}
	}
}

// end ends the flight, of which the error may be another's if the server has answered it.
func (f *flight) end(err error, how hook.Exit) {
	if f.op == nil {
		return
	}
	if f.err != nil || answered(err) {
		err = f.err
	}
	f.op.End(err, how)
}

// send adds a command to what is sent together.
func (c *connection) send(name string, args []any) {
	c.mu.Lock()
	c.queue.add(name, args)
	c.mu.Unlock()
	if db, ok := selected(name, args); ok {
		c.selectDB(db)
	}
}

// flush has what was sent be under way. It is before its answers can come.
func (c *connection) flush() func(error, hook.Exit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.depart(); len(c.flights) == 0 {
		return nil
	}
	return c.flushed
}

// depart makes a flight of what was sent. mu is locked.
func (c *connection) depart() {
	if n := c.queue.all.n; n > 0 {
		c.flights = append(c.flights, &flight{op: c.start(c.lentLocked(), c.queue.command()), left: n})
		c.queue = batch{}
	}
}

// flushed is called when a flush has ended.
func (c *connection) flushed(err error, how hook.Exit) {
	if err != nil || how != hook.Returned {
		c.over(err, how)
	}
}

// received is called with an answer, which is that of the first flight.
func (c *connection) received(reply any, err error, how hook.Exit) {
	err = failure(reply, err)
	if how != hook.Returned || err != nil && !answered(err) {
		c.over(err, how)
		return
	}
	if f := c.land(err); f != nil {
		f.end(nil, how)
	}
}

// land counts an answer, and returns the flight whose last it is.
func (c *connection) land(err error) *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.flights) == 0 {
		c.depart() // the library flushes by itself what its buffer has no room for
	}
	if len(c.flights) == 0 {
		return nil
	}
	f := c.flights[0]
	if f.err == nil {
		f.err = err
	}
	if f.left--; f.left > 0 {
		return nil
	}
	c.flights = c.flights[1:]
	return f
}

// over ends all that is under way: no more answers come.
func (c *connection) over(err error, how hook.Exit) {
	c.mu.Lock()
	flights := c.flights
	c.flights = nil
	c.mu.Unlock()
	for _, f := range flights {
		f.end(err, how)
	}
}

// selectDB notes the database that the connection has selected.
func (c *connection) selectDB(db int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.place.Database = db; c.client != nil {
		c.client = clients.of(c.place)
	}
}

// selected returns the database that the command selects, if it is that of selecting one.
func selected(name string, args []any) (db int, ok bool) {
	if !strings.EqualFold(name, "SELECT") || len(args) != 1 {
		return 0, false
	}
	switch arg := args[0].(type) {
	case int:
		return arg, arg >= 0
	case int64:
		return int(arg), arg >= 0
	case string:
		n, err := strconv.Atoi(arg)
		return n, err == nil && n >= 0
	}
	return 0, false
}

// Dial is for redis.DialContext, which all ways to dial come down to.
func Dial(network, address string) func(redis.Conn) {
	if !library.On {
		return nil
	}
	return func(c redis.Conn) { made(c, redisspan.Description{Network: network, Address: address}) }
}

// NewConn is for redis.NewConn. Where a connection goes that is not the standard library's is
// not asked: it may be a test's, and have no answer.
func NewConn(conn net.Conn) func(redis.Conn) {
	if !library.On {
		return nil
	}
	return func(c redis.Conn) {
		var d redisspan.Description
		switch conn := conn.(type) {
		case *net.TCPConn:
			d = describe(conn.RemoteAddr())
		case *net.UnixConn:
			d = describe(conn.RemoteAddr())
		}
		made(c, d)
	}
}

func describe(addr net.Addr) redisspan.Description {
	if addr == nil {
		return redisspan.Description{} // it is closed
	}
	return redisspan.Description{Network: addr.Network(), Address: addr.String()}
}

// made says what is known of a new connection, which is nil if it could not be made.
func made(c redis.Conn, d redisspan.Description) {
	at := below(c)
	if at == nil {
		return
	}
	known := connections.Add(at, &connection{})
	known.mu.Lock()
	defer known.mu.Unlock()
	d.Database = known.place.Database // which setting it up has selected
	known.place, known.client = d, clients.of(d)
}
