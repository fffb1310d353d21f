package gorm_test

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel"
	"gorm.io/gorm"
)

// What a program does through gorm is told alike on SQLite and PostgreSQL: an operation, and
// below it the queries, the transaction around them, associations, and what hooks do.
func TestShop(t *testing.T) {
	for name, dialect := range map[string]func(*testing.T) gorm.Dialector{"SQLite": onSQLite, "PostgreSQL": onPostgres} {
		t.Run(name, func(t *testing.T) {
			db, r := open(t, dialect(t), &gorm.Config{})
			ctx, span := otel.Tracer("").Start(t.Context(), "caller")
			db = db.WithContext(ctx)
			for _, step := range steps {
				if err := step.do(db); err != nil {
					t.Fatalf("%s: %v", step.want, err)
				}
				if got := spans(t, r); got != step.want {
					t.Errorf("\n got %s\nwant %s", got, step.want)
				}
			}
			span.End()
			r.Reset()
		})
	}
}

var steps = []struct {
	want string
	do   func(db *gorm.DB) error
}{
	{
		"gorm.Create users(BEGIN shop, gorm.Query users(SELECT users), INSERT users, gorm.Create orders(INSERT orders), COMMIT shop)",
		func(db *gorm.DB) error {
			return db.Create(&User{Name: "s3cret", Orders: []Order{{Note: "s3cret"}, {Note: "b"}}}).Error
		},
	},
	{
		"gorm.Query users(SELECT users, gorm.Query orders(SELECT orders))",
		func(db *gorm.DB) error {
			var all []User
			if err := db.Preload("Orders").Find(&all).Error; err != nil || len(all) != 1 || len(all[0].Orders) != 2 {
				return errors.Join(err, errors.New("another number"))
			}
			return nil
		},
	},
	{
		"gorm.Query users(SELECT users)", // which is not found: no failure
		func(db *gorm.DB) error {
			if err := db.First(&User{}, "name = ?", "s3cret nobody").Error; err != gorm.ErrRecordNotFound { //nolint:errorlint // the very same
				return errors.Join(err, errors.New("another error"))
			}
			return nil
		},
	},
	{
		"gorm.Update users(BEGIN shop, UPDATE users, COMMIT shop)",
		func(db *gorm.DB) error {
			return db.Model(&User{}).Where("name = ?", "s3cret").Update("name", "s3cret 2").Error
		},
	},
	{
		// What gorm refuses on its own: there is no query.
		"gorm.Delete users!(BEGIN shop, ROLLBACK shop)",
		func(db *gorm.DB) error {
			if err := db.Delete(&User{}).Error; !errors.Is(err, gorm.ErrMissingWhereClause) {
				return errors.Join(err, errors.New("another error"))
			}
			return nil
		},
	},
	{
		"gorm.Row(SELECT orders)",
		func(db *gorm.DB) error {
			var n int
			return db.Raw("SELECT count(*) FROM orders WHERE note = 's3cret'").Scan(&n).Error
		},
	},
	{
		"gorm.Raw!(UPDATE nothing!)",
		func(db *gorm.DB) error {
			if db.Exec("UPDATE nothing SET a = ?", "s3cret").Error == nil {
				return errors.New("there is no error")
			}
			return nil
		},
	},
	{
		"BEGIN shop, gorm.Query orders(SELECT orders), gorm.Delete orders(DELETE orders), COMMIT shop",
		func(db *gorm.DB) error {
			return db.Transaction(func(tx *gorm.DB) error {
				if err := tx.First(&Order{}, "note = ?", "b").Error; err != nil {
					return err
				}
				return tx.Delete(&Order{}, "note = ?", "b").Error
			})
		},
	},
	{
		// A subquery is part of the query that it is in, and a dry run is none.
		"gorm.Query orders(SELECT orders SELECT users)",
		func(db *gorm.DB) error {
			users := db.Model(&User{}).Select("id").Where("name = ?", "s3cret 2")
			if text := db.ToSQL(func(tx *gorm.DB) *gorm.DB { return tx.Find(&[]Order{}) }); text == "" {
				return errors.New("there is no text")
			}
			if err := db.Session(&gorm.Session{DryRun: true}).Find(&[]Order{}).Error; err != nil {
				return err
			}
			return db.Where("user_id IN (?)", users).Find(&[]Order{}).Error
		},
	},
	{
		"gorm.Query orders(PREPARE SELECT orders, SELECT orders), gorm.Query orders(SELECT orders)",
		func(db *gorm.DB) error {
			db = db.Session(&gorm.Session{PrepareStmt: true})
			return errors.Join(db.Find(&[]Order{}).Error, db.Find(&[]Order{}).Error)
		},
	},
	{
		"gorm.Row orders(SELECT orders)",
		func(db *gorm.DB) error {
			rows, err := db.Model(&Order{}).Rows()
			if err != nil {
				return err
			}
			n := 0
			for rows.Next() {
				n++
			}
			if n != 1 {
				return errors.New("another number of rows")
			}
			return errors.Join(rows.Err(), rows.Close())
		},
	},
	{
		"gorm.Query orders!(SELECT orders!)",
		func(db *gorm.DB) error {
			ctx, cancel := context.WithCancel(db.Statement.Context)
			cancel()
			if err := db.WithContext(ctx).Find(&[]Order{}).Error; !errors.Is(err, context.Canceled) {
				return errors.Join(err, errors.New("another error"))
			}
			return nil
		},
	},
}
