// Command shop takes orders over HTTP.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/market/shop"
	"example.com/market/stockpb"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	stock := flag.String("stock", "localhost:8081", "where the stock listens")
	cache := flag.String("redis", "localhost:6379", "where Redis listens")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr, *stock, *cache); err != nil {
		log.Fatal(err)
	}
}

// serve serves until ctx ends.
func serve(ctx context.Context, addr, stockAddr, redisAddr string) error {
	conn, err := grpc.NewClient(stockAddr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	cache := redis.NewClient(&redis.Options{Addr: redisAddr})
	defer cache.Close()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: shop.New(stockpb.NewStockClient(conn), cache), ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() { stopped <- server.Shutdown(context.Background()) })
	fmt.Println(l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
