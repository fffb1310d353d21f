package redisspan

import "sync/atomic"

// A Client is what is known of a client of the library.
type Client struct {
	target *target
	fans   bool                   // it hands its calls to nodes, which are clients themselves
	owner  atomic.Pointer[Client] // of a node, the client that hands it calls
	of     *Client                // of a node that is a client of its own, the one that it is from

	traced, measured atomic.Bool // the program has another instrumentation that does it

	pool pool
}

// A Description is what a client's options say of it.
type Description struct {
	Network, Address string // as to net.Dial; no address if it is not known, or one of many
	Database         int    // the index that its connections have from the start; below 0 if it is not known
	Master           string // what sentinels call it, if they say where it is
	Fans             bool   // it hands its calls to nodes, which are clients themselves
}

// NewClient returns what is known of a client of that description.
func NewClient(d Description) *Client {
	return &Client{target: newTarget(d), fans: d.Fans}
}

// Clone returns a client of its own for a copy of c: the same but for what is done to one of
// them from now on.
func (c *Client) Clone() *Client {
	clone := &Client{target: c.target, fans: c.fans, of: c.of}
	clone.owner.Store(c.owner.Load())
	clone.traced.Store(c.traced.Load())
	clone.measured.Store(c.measured.Load())
	return clone
}

// Node returns a client for one of the places that c goes to, for which the program does itself
// what it does for c. Unlike what c owns, it tells of its calls.
func (c *Client) Node(network, address string) *Client {
	n := NewClient(Description{Network: network, Address: address, Database: c.target.database})
	n.of = c
	return n
}

// SetOwner says that calls come to c from owner.
func (c *Client) SetOwner(owner *Client) { c.owner.Store(owner) }

// SetTraced says that the program has spans of its own made for the client.
func (c *Client) SetTraced() { c.traced.Store(true) }

// SetMeasured says that the program has the client measured by other means.
func (c *Client) SetMeasured() { c.measured.Store(true) }

// foreign returns what the program does itself for the client: for a node that is also what
// it does for the client that the node is of.
func (c *Client) foreign() (traced, measured bool) {
	traced, measured = c.traced.Load(), c.measured.Load()
	if owner := c.owner.Load(); owner != nil {
		traced, measured = traced || owner.traced.Load(), measured || owner.measured.Load()
	}
	if c.of != nil {
		t, m := c.of.foreign()
		traced, measured = traced || t, measured || m
	}
	return traced, measured
}
