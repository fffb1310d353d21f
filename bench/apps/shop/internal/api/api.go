// Package api has the HTTP handlers.
package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/money"
	"example.com/shop/internal/store"
)

// An API serves the shop.
type API struct {
	Store *store.Store
	Cache *cache.Cache
	HTTP  *http.Client
}

// Routes returns the handler of all paths.
func (a *API) Routes() http.Handler {
	r := gin.New()
	r.Use(gin.Recovery())
	r.GET("/healthz", a.healthz)
	r.GET("/products", a.listProducts)
	r.GET("/products/:id", a.getProduct)
	r.POST("/products", a.createProduct)
	r.PUT("/products/:id/price/:price", a.updatePrice)
	r.DELETE("/products/:id", a.deleteProduct)
	r.POST("/orders/:id", a.placeOrder)
	r.GET("/orders/count", a.countOrders)
	r.GET("/customers/top", a.topCustomers)
	r.GET("/hits", a.hits)
	r.GET("/proxy", a.proxy)
	return r
}

func id(c *gin.Context) (uint, bool) {
	n, err := strconv.ParseUint(c.Param("id"), 10, 32)
	if err != nil {
		c.AbortWithStatus(http.StatusBadRequest)
		return 0, false
	}
	return uint(n), true
}

func (a *API) fail(c *gin.Context, err error) {
	slog.ErrorContext(c.Request.Context(), "request", "path", c.FullPath(), "err", err)
	c.AbortWithStatusJSON(http.StatusInternalServerError, gin.H{"error": err.Error()})
}

func (a *API) healthz(c *gin.Context) {
	if err := a.Store.Ping(c.Request.Context()); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (a *API) cached(ctx context.Context, id uint) (*store.Product, error) {
	key := fmt.Sprintf("product:%d", id)
	var p store.Product
	if ok, err := a.Cache.Get(ctx, key, &p); err == nil && ok {
		return &p, nil
	}
	q, err := a.Store.GetProduct(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := a.Cache.Set(ctx, key, q, time.Minute); err != nil {
		slog.WarnContext(ctx, "cache", "err", err)
	}
	return q, nil
}

func (a *API) listProducts(c *gin.Context) {
	ps, err := a.Store.ListProducts(c.Request.Context(), 50)
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, ps)
}

func (a *API) getProduct(c *gin.Context) {
	n, ok := id(c)
	if !ok {
		return
	}
	p, err := a.cached(c.Request.Context(), n)
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, p)
}

func (a *API) createProduct(c *gin.Context) {
	var p store.Product
	if err := c.BindJSON(&p); err != nil {
		return
	}
	if err := a.Store.CreateProduct(c.Request.Context(), &p); err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, p)
}

func (a *API) updatePrice(c *gin.Context) {
	n, ok := id(c)
	if !ok {
		return
	}
	price, err := strconv.ParseInt(c.Param("price"), 10, 64)
	if err != nil {
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	if err := a.Store.UpdatePrice(c.Request.Context(), n, money.Cents(price)); err != nil {
		a.fail(c, err)
		return
	}
	_ = a.Cache.Drop(c.Request.Context(), fmt.Sprintf("product:%d", n))
	c.Status(http.StatusNoContent)
}

func (a *API) deleteProduct(c *gin.Context) {
	n, ok := id(c)
	if !ok {
		return
	}
	if err := a.Store.DeleteProduct(c.Request.Context(), n); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func (a *API) placeOrder(c *gin.Context) {
	n, ok := id(c)
	if !ok {
		return
	}
	if err := a.Store.PlaceOrder(c.Request.Context(), n, 1, c.Query("customer")); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusCreated)
}

func (a *API) countOrders(c *gin.Context) {
	n, err := a.Store.CountOrders(c.Request.Context())
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"n": n})
}

func (a *API) topCustomers(c *gin.Context) {
	cs, err := a.Store.TopCustomers(c.Request.Context(), 10)
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, cs)
}

func (a *API) hits(c *gin.Context) {
	n, err := a.Cache.Incr(c.Request.Context(), "hits")
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"hits": n})
}

func (a *API) proxy(c *gin.Context) {
	req, err := http.NewRequestWithContext(c.Request.Context(), http.MethodGet, c.Query("u"), nil)
	if err != nil {
		a.fail(c, err)
		return
	}
	res, err := a.HTTP.Do(req)
	if err != nil {
		a.fail(c, err)
		return
	}
	defer res.Body.Close()
	c.Status(res.StatusCode)
	_, _ = io.Copy(c.Writer, res.Body)
}
