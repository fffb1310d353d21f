// Package rpc has the gRPC server of the health service, and a client of it.
package rpc

import (
	"context"
	"log/slog"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

type health struct {
	healthpb.UnimplementedHealthServer
	check func(context.Context) error
}

func (h *health) Check(ctx context.Context, _ *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	st := healthpb.HealthCheckResponse_SERVING
	if err := h.check(ctx); err != nil {
		slog.WarnContext(ctx, "unhealthy", "err", err)
		st = healthpb.HealthCheckResponse_NOT_SERVING
	}
	return &healthpb.HealthCheckResponse{Status: st}, nil
}

// Serve answers on ln, in a goroutine of its own, until the server is stopped.
func Serve(ln net.Listener, check func(context.Context) error) *grpc.Server {
	s := grpc.NewServer()
	healthpb.RegisterHealthServer(s, &health{check: check})
	go func() { _ = s.Serve(ln) }()
	return s
}

// Dial returns a client of the server at addr, and what closes it.
func Dial(addr string) (healthpb.HealthClient, func() error, error) {
	cc, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, nil, err
	}
	return healthpb.NewHealthClient(cc), cc.Close, nil
}

// Check reports whether the server says that it serves.
func Check(ctx context.Context, c healthpb.HealthClient) (bool, error) {
	r, err := c.Check(ctx, &healthpb.HealthCheckRequest{})
	if err != nil {
		return false, err
	}
	return r.GetStatus() == healthpb.HealthCheckResponse_SERVING, nil
}
