// Command shop is the larger program that the benchmark of builds compiles: a service of
// gin, gRPC, redis, gorm and database/sql. It is a module of its own, as hello is.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"example.com/shop/internal/api"
	"example.com/shop/internal/cache"
	"example.com/shop/internal/rpc"
	"example.com/shop/internal/store"
)

// run serves until ctx is done.
func run(ctx context.Context, httpAddr, grpcAddr, dsn, redisAddr string) error {
	st, err := store.Open(dsn)
	if err != nil {
		return err
	}
	gl, err := net.Listen("tcp", grpcAddr)
	if err != nil {
		return err
	}
	gs := rpc.Serve(gl, st.Ping)
	defer gs.Stop()
	a := &api.API{Store: st, Cache: cache.New(redisAddr), HTTP: &http.Client{Timeout: 5 * time.Second}}
	srv := &http.Server{Addr: httpAddr, Handler: a.Routes(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		c, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = srv.Shutdown(c)
	}()
	slog.InfoContext(ctx, "listening", "http", httpAddr, "grpc", grpcAddr)
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func main() {
	httpAddr := flag.String("http", "127.0.0.1:18081", "where HTTP listens")
	grpcAddr := flag.String("grpc", "127.0.0.1:18082", "where gRPC listens")
	dsn := flag.String("dsn", "postgres://127.0.0.1:1/shop", "the database")
	redisAddr := flag.String("redis", "127.0.0.1:1", "the redis")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *httpAddr, *grpcAddr, *dsn, *redisAddr); err != nil {
		slog.Error("run", "err", err)
		os.Exit(1)
	}
}
