// Package stock knows how many pieces there are: gorm for the products, and database/sql
// for the book of what was reserved.
package stock

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/glebarez/sqlite"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"example.com/market/stockpb"
)

// A Store is the stock as a gRPC service.
type Store struct {
	stockpb.UnimplementedStockServer
	db   *gorm.DB
	book *sql.DB
}

type product struct {
	Name   string `gorm:"primaryKey"`
	Pieces int32
}

// Open opens the store in a SQLite database, with its first products.
func Open(dsn string) (*Store, error) {
	db, err := gorm.Open(sqlite.Open(dsn), &gorm.Config{Logger: logger.Discard})
	if err != nil {
		return nil, err
	}
	if err := db.AutoMigrate(&product{}); err != nil {
		return nil, err
	}
	first := []product{{"assam", 40}, {"sencha", 12}}
	if err := db.Save(&first).Error; err != nil {
		return nil, err
	}
	book, err := db.DB()
	if err != nil {
		return nil, err
	}
	_, err = book.Exec("CREATE TABLE IF NOT EXISTS bookings (product TEXT, pieces INTEGER)")
	return &Store{db: db, book: book}, err
}

// Reserve implements [stockpb.StockServer].
func (s *Store) Reserve(ctx context.Context, req *stockpb.ReserveRequest) (*stockpb.ReserveReply, error) {
	var p product
	err := s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		switch err := tx.Take(&p, "name = ?", req.Product).Error; {
		case errors.Is(err, gorm.ErrRecordNotFound):
			return status.Error(codes.NotFound, "no such product")
		case err != nil:
			return err
		case p.Pieces < req.Pieces:
			return status.Error(codes.FailedPrecondition, fmt.Sprintf("only %d left", p.Pieces))
		}
		p.Pieces -= req.Pieces
		return tx.Save(&p).Error
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.book.ExecContext(ctx, "INSERT INTO bookings (product, pieces) VALUES (?, ?)", req.Product, req.Pieces); err != nil {
		return nil, err
	}
	slog.InfoContext(ctx, "reserved", "product", p.Name, "left", p.Pieces)
	return &stockpb.ReserveReply{Left: p.Pieces}, nil
}

// Levels implements [stockpb.StockServer].
func (s *Store) Levels(_ *stockpb.LevelsRequest, stream stockpb.Stock_LevelsServer) error {
	var all []product
	if err := s.db.WithContext(stream.Context()).Order("name").Find(&all).Error; err != nil {
		return err
	}
	for _, p := range all {
		if err := stream.Send(&stockpb.Level{Product: p.Name, Pieces: p.Pieces}); err != nil {
			return err
		}
	}
	return nil
}
