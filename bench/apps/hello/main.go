// Command hello is the small program that the benchmark of builds compiles: an HTTP server
// in front of database/sql. It is a module of its own, so that the tools that are measured
// find what they find with a user.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"time"

	_ "modernc.org/sqlite"

	"example.com/hello/internal/roman"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:18080", "where to listen")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr); err != nil {
		slog.Error("stopped", "err", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, addr string) error {
	db, err := sql.Open("sqlite", "file:hello?mode=memory&cache=shared")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := fill(ctx, db); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { user(db, w, r) })
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	slog.InfoContext(ctx, "listening", "addr", addr)
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func fill(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)"); err != nil {
		return err
	}
	for id := range 100 {
		if _, err := db.ExecContext(ctx, "INSERT INTO users VALUES (?, ?)", id, "user "+roman.Numeral(id+1)); err != nil {
			return err
		}
	}
	return nil
}

func user(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		http.Error(w, "no number", http.StatusBadRequest)
		return
	}
	var name string
	if err := db.QueryRowContext(r.Context(), "SELECT name FROM users WHERE id = ?", id).Scan(&name); err != nil {
		slog.ErrorContext(r.Context(), "query", "err", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"name": name})
}
