// Package hooks holds the functions that woven gRPC code calls. They are linked into the
// program, and change nothing that it can see beside what they record and what they send with
// an RPC: two stats handlers more for every server and connection, of which it is never told.
package hooks

import (
	"context"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// on is false where the environment switches the built-in off. It is read once.
var on = telemetry.On("grpc")

// What tells of servers and of clients outlasts the calls of the hooks, which have no receiver
// to keep it in.
var (
	servers = newSide(true, otelgrpc.NewServerHandler)
	clients = newSide(false, otelgrpc.NewClientHandler)
)

// Server returns the options of a new server, ours around them, and what is told the server
// when it has been made. Ours are in a slice of their own: the program may use its one for
// another server.
func Server(opts []grpc.ServerOption) ([]grpc.ServerOption, func(*grpc.Server)) {
	if !on {
		return opts, nil
	}
	l := &last{side: servers}
	all := append(make([]grpc.ServerOption, 0, len(opts)+2), grpc.StatsHandler(first{side: servers}))
	return append(append(all, opts...), grpc.StatsHandler(l)), l.serves
}

// Client is Server for a new connection. One that telemetry itself makes, to export by, is
// left alone.
func Client(opts []grpc.DialOption) ([]grpc.DialOption, func(*grpc.ClientConn)) {
	if !on || telemetry.Inside() {
		return opts, nil
	}
	l := &last{side: clients}
	all := append(make([]grpc.DialOption, 0, len(opts)+2), grpc.WithStatsHandler(first{side: clients}))
	return append(append(all, opts...), grpc.WithStatsHandler(l)), l.connects
}

// OwnServer notes that the RPC of ctx is told of by an otelgrpc handler of the program's, also
// where that filters it out. It is a hook on that handler's TagRPC, which is called between
// those of first and last.
func OwnServer(ctx context.Context) { servers.own(ctx) }

// OwnClient is OwnServer for clients.
func OwnClient(ctx context.Context) { clients.own(ctx) }
