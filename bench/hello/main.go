// Command hello is the service that the benchmarks measure: net/http in front of
// database/sql. It is built three times: as it is, woven, and with the tag hand, by which it
// has the same instrumentation written by hand (hand.go). Command serve loads it.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"

	_ "modernc.org/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx is done. It prints its address first.
func run(ctx context.Context) error {
	finish := start(ctx)
	defer finish()
	db, err := open("sqlite", "file:hello?mode=memory&cache=shared")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := fill(ctx, db); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /nop", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { user(db, w, r) })
	mux.HandleFunc("GET /mallocs", mallocs)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	server := &http.Server{Handler: outermost(mux)}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// mallocs answers with the number of allocations since the start.
func mallocs(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	_, _ = fmt.Fprintln(w, m.Mallocs)
}

func fill(ctx context.Context, db *sql.DB) error {
	db.SetMaxOpenConns(4)
	if _, err := db.ExecContext(ctx, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)"); err != nil {
		return err
	}
	for id := range 100 {
		if _, err := db.ExecContext(ctx, "INSERT INTO users VALUES (?, ?)", id, "user "+strconv.Itoa(id)); err != nil {
			return err
		}
	}
	return nil
}

func user(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	var name string
	err := db.QueryRowContext(r.Context(), "SELECT name FROM users WHERE id = ?", r.PathValue("id")).Scan(&name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"name": name})
}
