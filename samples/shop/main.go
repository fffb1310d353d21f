// Command shop is a small service that sells tea: products, prices and orders over
// HTTP. It knows nothing of telemetry. With -demo it makes a few requests to itself,
// prints the answers and ends.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/shop/orders"
	"example.com/shop/prices"
	"example.com/shop/store"
	"example.com/shop/web"
)

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	addr := flag.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 chooses a free one")
	pricesURL := flag.String("prices", "", "`URL` of the price service; by default this one")
	demo := flag.Bool("demo", false, "make a few requests to the service on a free port, and end")
	flag.Parse()
	if *demo {
		*addr = "127.0.0.1:0"
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *pricesURL, *demo, os.Stdout); err != nil {
		slog.Error("shop", "err", err)
		os.Exit(1)
	}
}

// run serves until ctx ends or the demonstration, if one is asked for, is over.
func run(ctx context.Context, addr, pricesURL string, demo bool, out io.Writer) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	self := "http://" + l.Addr().String()
	if pricesURL == "" {
		pricesURL = self
	}
	slog.Info("listening", "addr", l.Addr().String())

	stock := store.New(store.Product{ID: "assam", Name: "Assam", Stock: 500}, store.Product{ID: "sencha", Name: "Sencha", Stock: 20})
	client := prices.NewClient(&http.Client{Timeout: 5 * time.Second}, pricesURL)
	srv := &http.Server{
		Handler:           web.Handler(orders.New(stock, client), stock, prices.List{"assam": 450, "sencha": 1200}),
		ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	if demo {
		failed = demonstrate(ctx, self, out)
		cancel()
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	slog.Info("shutting down")
	grace, release := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer release()
	if err := srv.Shutdown(grace); err != nil {
		return fmt.Errorf("shutdown: %w", err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return failed
}
