// Package shop takes orders: gin for HTTP, Redis for the orders that were seen before, and
// the stock's gRPC service for what there is.
package shop

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/market/stockpb"
)

type shop struct {
	stock stockpb.StockClient
	cache *redis.Client
}

// New returns the shop's handler.
func New(stock stockpb.StockClient, cache *redis.Client) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	s := &shop{stock: stock, cache: cache}
	r := gin.New()
	r.Use(gin.Recovery())
	r.POST("/orders", s.order)
	r.GET("/products", s.products)
	return r
}

type order struct {
	Product string `json:"product" binding:"required"`
	Pieces  int32  `json:"pieces" binding:"required,min=1"`
}

// order reserves the pieces, once for each Idempotency-Key.
func (s *shop) order(c *gin.Context) {
	var o order
	if err := c.ShouldBindJSON(&o); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	if key := c.GetHeader("Idempotency-Key"); key != "" {
		fresh, err := s.cache.SetNX(c, "order:"+key, o.Product, time.Hour).Result()
		if err != nil || !fresh {
			c.JSON(http.StatusConflict, gin.H{"error": "this order was placed before"})
			return
		}
	}
	reply, err := s.stock.Reserve(c, &stockpb.ReserveRequest{Product: o.Product, Pieces: o.Pieces})
	if err != nil {
		slog.WarnContext(c, "order refused", "product", o.Product, "reason", status.Convert(err).Message())
		c.JSON(answer(err), gin.H{"error": status.Convert(err).Message()})
		return
	}
	if err := s.cache.IncrBy(c, "ordered:"+o.Product, int64(o.Pieces)).Err(); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	slog.InfoContext(c, "order taken", "product", o.Product, "pieces", o.Pieces)
	c.JSON(http.StatusCreated, gin.H{"left": reply.Left})
}

// products answers with what the stock has.
func (s *shop) products(c *gin.Context) {
	stream, err := s.stock.Levels(c, &stockpb.LevelsRequest{})
	levels := gin.H{}
	for err == nil {
		var level *stockpb.Level
		if level, err = stream.Recv(); err == nil {
			levels[level.Product] = level.Pieces
		}
	}
	if !errors.Is(err, io.EOF) {
		_ = c.AbortWithError(http.StatusBadGateway, err)
		return
	}
	c.JSON(http.StatusOK, levels)
}

// answer returns the HTTP status that says the same as err.
func answer(err error) int {
	switch status.Code(err) {
	case codes.NotFound:
		return http.StatusNotFound
	case codes.FailedPrecondition:
		return http.StatusConflict
	}
	return http.StatusBadGateway
}
