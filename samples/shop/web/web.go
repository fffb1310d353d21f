// Package web serves the shop over HTTP, in JSON.
package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"example.com/shop/orders"
	"example.com/shop/problem"
	"example.com/shop/store"
)

// Handler returns the handler of all routes; prices serves the price list.
func Handler(o *orders.Service, s *store.Store, prices http.Handler) http.Handler {
	h := &handler{o, s}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products", h.products)
	mux.HandleFunc("GET /products/{id}", h.product)
	mux.HandleFunc("POST /orders", h.place)
	mux.HandleFunc("GET /orders/{id}", h.order)
	mux.Handle("GET /prices/{product}", prices)
	return mux
}

type handler struct {
	orders *orders.Service
	store  *store.Store
}

func (h *handler) products(w http.ResponseWriter, r *http.Request) {
	write(w, r, http.StatusOK, h.store.List(r.Context()))
}

func (h *handler) product(w http.ResponseWriter, r *http.Request) {
	p, err := h.store.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		fail(w, r, err)
		return
	}
	write(w, r, http.StatusOK, p)
}

func (h *handler) place(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Product  string `json:"product"`
		Quantity int    `json:"quantity"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&req); err != nil {
		http.Error(w, "the order is not valid JSON", http.StatusBadRequest)
		return
	}
	o, err := h.orders.Place(r.Context(), req.Product, req.Quantity)
	if err != nil {
		fail(w, r, err)
		return
	}
	write(w, r, http.StatusCreated, o)
}

func (h *handler) order(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	o, err := h.orders.Get(r.Context(), id)
	if err != nil {
		fail(w, r, err)
		return
	}
	write(w, r, http.StatusOK, o)
}

func write(w http.ResponseWriter, r *http.Request, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		slog.WarnContext(r.Context(), "answer", "path", r.URL.Path, "err", err)
	}
}

// fail answers with the status that the error means.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, problem.NotFound):
		status = http.StatusNotFound
	case errors.Is(err, problem.Invalid):
		status = http.StatusBadRequest
	case errors.Is(err, problem.Refused):
		status = http.StatusForbidden
	case errors.Is(err, problem.SoldOut):
		status = http.StatusConflict
	default:
		slog.ErrorContext(r.Context(), "request", "path", r.URL.Path, "err", err)
	}
	http.Error(w, err.Error(), status)
}
