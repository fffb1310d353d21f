// Command server is a server that speaks MongoDB's protocol, FerretDB on SQLite, on a free port
// of the loopback interface. It prints its address and ends with its standard input.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/url"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	dir, err := os.MkdirTemp("", "ferretdb")
	check(err)
	defer os.RemoveAll(dir)
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
	})
	check(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Run(ctx); err != nil {
			log.Print(err)
		}
	}()
	at, err := url.Parse(server.MongoDBURI())
	check(err)
	fmt.Println(at.Host)
	_, _ = io.Copy(io.Discard, os.Stdin)
	stop()
	<-ended
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
