// Package store keeps products in a SQL database, through gorm and database/sql.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"example.com/shop/internal/money"
)

// A Product is what the shop sells.
type Product struct {
	gorm.Model
	Name  string
	Price money.Cents
	Stock int
}

// An Order is a customer's for some of a product.
type Order struct {
	gorm.Model
	ProductID uint
	Qty       int
	Customer  string
}

// A Store is the database.
type Store struct {
	g  *gorm.DB
	db *sql.DB
}

// Open returns the store of the database, which it does not connect to yet.
func Open(dsn string) (*Store, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{DisableAutomaticPing: true})
	if err != nil {
		return nil, err
	}
	return &Store{g: g, db: db}, nil
}

// Ping fails if the database can not be reached.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// Migrate makes the tables.
func (s *Store) Migrate(ctx context.Context) error {
	return s.g.WithContext(ctx).AutoMigrate(&Product{}, &Order{})
}

// GetProduct returns the product.
func (s *Store) GetProduct(ctx context.Context, id uint) (*Product, error) {
	var p Product
	if err := s.g.WithContext(ctx).First(&p, id).Error; err != nil {
		return nil, fmt.Errorf("product %d: %w", id, err)
	}
	return &p, nil
}

// ListProducts returns the first products.
func (s *Store) ListProducts(ctx context.Context, limit int) ([]Product, error) {
	var ps []Product
	err := s.g.WithContext(ctx).Order("id").Limit(limit).Find(&ps).Error
	return ps, err
}

// CreateProduct adds p and gives it its ID.
func (s *Store) CreateProduct(ctx context.Context, p *Product) error {
	return s.g.WithContext(ctx).Create(p).Error
}

// UpdatePrice sets what the product costs from now on.
func (s *Store) UpdatePrice(ctx context.Context, id uint, price money.Cents) error {
	return s.g.WithContext(ctx).Model(&Product{}).Where("id = ?", id).Update("price", price).Error
}

// DeleteProduct takes the product out.
func (s *Store) DeleteProduct(ctx context.Context, id uint) error {
	return s.g.WithContext(ctx).Delete(&Product{}, id).Error
}

// CountOrders returns the number of orders so far.
func (s *Store) CountOrders(ctx context.Context) (int64, error) {
	var n int64
	err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

// PlaceOrder takes the pieces out of the stock and keeps the order, or does neither.
func (s *Store) PlaceOrder(ctx context.Context, id uint, qty int, customer string) (err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	if _, err = tx.ExecContext(ctx, "UPDATE products SET stock = stock - $1 WHERE id = $2 AND stock >= $1", qty, id); err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, "INSERT INTO orders (product_id, qty, customer) VALUES ($1,$2,$3)", id, qty, customer); err != nil {
		return err
	}
	return tx.Commit()
}

// TopCustomers returns the n customers with the most orders.
func (s *Store) TopCustomers(ctx context.Context, n int) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT customer FROM orders GROUP BY customer ORDER BY count(*) DESC LIMIT $1", n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
