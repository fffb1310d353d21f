// Command stock serves what there is, over gRPC.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"

	"example.com/market/stock"
	"example.com/market/stockpb"
)

func main() {
	addr := flag.String("addr", "localhost:8081", "where to listen")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr); err != nil {
		log.Fatal(err)
	}
}

// serve serves until ctx ends.
func serve(ctx context.Context, addr string) error {
	store, err := stock.Open("file:stock?mode=memory&cache=shared")
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	stockpb.RegisterStockServer(server, store)
	context.AfterFunc(ctx, server.GracefulStop)
	fmt.Println(l.Addr())
	return server.Serve(l)
}
