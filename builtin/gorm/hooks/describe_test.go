package hooks

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"gorm.io/gorm"
)

// typed is an error as a driver has it.
type typed struct{ text string }

func (e *typed) Error() string { return e.text }

// What an operation fails by is told by name or type, and with its text, but for credentials.
// What was not found is no failure, nor is an error whose methods panic a panic of gorm's.
func TestErrors(t *testing.T) {
	r := record(t)
	var silent *typed
	for _, c := range []struct {
		err        error
		kind, text string
	}{
		{gorm.ErrRecordNotFound, "", ""},
		{fmt.Errorf("user: %w", gorm.ErrRecordNotFound), "", ""},
		{sql.ErrNoRows, "", ""},
		{fmt.Errorf("user: %w", gorm.ErrMissingWhereClause), "gorm.io/gorm.ErrMissingWhereClause", "user: WHERE conditions required"},
		{context.DeadlineExceeded, "context.DeadlineExceeded", "context deadline exceeded"},
		{errors.New("out of stock"), "*errors.errorString", "out of stock"},
		{fmt.Errorf("1: %w", &typed{"cannot connect to postgres://bob:s3cret@db/shop"}), "*hooks.typed", "1: cannot connect to postgres://xxxxx@db/shop"},
		{silent, "*hooks.typed", ""},
	} {
		tx := open(t, &server{fail: c.err}).WithContext(t.Context())
		if done := run(tx.Callback().Query(), tx, &[]user{}); done.Error != c.err { //nolint:errorlint // the very same
			t.Errorf("the error is %v", done.Error)
		}
		span := one(t, r)
		want := sdktrace.Status{Code: codes.Error, Description: c.text}
		if c.kind == "" {
			want = sdktrace.Status{}
		}
		if span.Status() != want || value(span, "error.type") != c.kind {
			t.Errorf("%T: status %+v, error.type %q", c.err, span.Status(), value(span, "error.type"))
		}
	}
}

// The name of a table is told where the program has one; what it has written itself, and
// an alias, are not.
func TestTable(t *testing.T) {
	r := record(t)
	db := open(t, &server{})
	for _, c := range []struct {
		tx   *gorm.DB
		want string
	}{
		{db.Model(&user{}), "users"},
		{db.Table("orders"), "orders"},
		{db.Table("shop.orders"), "orders"},
		{db.Model(&user{}).Table("archive"), "archive"},
		{db.Table("users AS u"), ""},
		{db.Table("users u"), ""},
		{db.Table("(?) as u", db.Model(&user{}).Where("name = ?", "s3cret")), ""},
		{db.Raw("SELECT * FROM orders WHERE name = 's3cret'").Model(&user{}), ""},
		{db.Table(strings.Repeat("x", 200)), ""},
		{db.Table("bad\xff"), "bad\uFFFD"},
	} {
		tx := c.tx.WithContext(t.Context())
		tx = tx.Set("an instance", true)
		run(db.Callback().Query(), tx, &[]map[string]any{})
		name := "gorm.Query"
		if c.want != "" {
			name += " " + c.want
		}
		if span := one(t, r); span.Name() != name || value(span, "db.collection.name") != c.want {
			t.Errorf("%s, %v; want %s", span.Name(), span.Attributes(), name)
		}
	}
}

// instrumentation registers the callbacks of otelgorm, as far as they tell it.
type instrumentation struct{ initialized int }

func (*instrumentation) Name() string { return "otelgorm" }

func (p *instrumentation) Initialize(db *gorm.DB) error {
	p.initialized++
	return db.Callback().Query().Before("gorm:query").Register("otel:before:select", func(*gorm.DB) {})
}

// A program's own instrumentation of a DB is installed as in the plain program, at any
// time, and from then on it alone traces the DB and its sessions, but no other DB.
func TestOwnInstrumentation(t *testing.T) {
	r := record(t)
	db, other := open(t, &server{}), open(t, &server{})
	session := db.Session(&gorm.Session{})
	query := func(db *gorm.DB) int {
		tx := db.WithContext(t.Context()).Model(&user{})
		run(tx.Callback().Query(), tx, &[]user{})
		defer r.Reset()
		return len(r.Ended())
	}
	if len(db.Plugins) != 0 || query(db) != 1 {
		t.Fatal("there is no span before")
	}
	if err := session.Use(&instrumentation{}); err != nil {
		t.Fatal(err)
	}
	if err := db.Use(&instrumentation{}); !errors.Is(err, gorm.ErrRegistered) {
		t.Errorf("a second time: %v", err)
	}
	if n := query(db) + query(session); n != 0 {
		t.Errorf("%d spans beside the instrumentation's", n)
	}
	if query(other) != 1 {
		t.Error("another DB is not traced any more")
	}
	// What it does not trace is not its.
	tx := db.WithContext(t.Context()).Model(&user{})
	run(tx.Callback().Row(), tx, nil)
	_ = one(t, r)
	configured := open(t, &server{}, pluginOption{&instrumentation{}})
	if query(configured) != 0 {
		t.Error("one of the configuration is not seen")
	}
}

// pluginOption is an option of Open that has a plugin.
type pluginOption struct{ gorm.Plugin }

func (pluginOption) Apply(*gorm.Config) error            { return nil }
func (o pluginOption) AfterInitialize(db *gorm.DB) error { return db.Use(o.Plugin) }
