// Package gorm_test tests the aspect gorm where it is woven, beside the aspect sql: with
// SQLite and PostgreSQL, and with gorm's official plugin.
//
// A plain go test runs the tests of this package woven.
package gorm_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glebarez/sqlite"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
	"github.com/goweaver/weaver/internal/servertest"
)

func TestMain(m *testing.M) { os.Exit(recorded.Main(m, allocations)) }

// The instrumentation scopes of the spans.
const (
	ours   = "github.com/goweaver/weaver/builtin/gorm"
	sqls   = "github.com/goweaver/weaver/builtin/sql"
	plugin = "gorm.io/plugin/opentelemetry"
)

type User struct {
	ID     int
	Name   string `gorm:"unique"`
	Orders []Order

	inHook  context.Context
	queried error
}

type Order struct {
	ID     int
	UserID int
	Note   string
}

// BeforeCreate asks the database, as a hook may.
func (u *User) BeforeCreate(tx *gorm.DB) error {
	u.inHook = tx.Statement.Context
	var n int64
	u.queried = tx.Model(&User{}).Where("name = ?", "s3cret").Count(&n).Error
	return u.queried
}

// open opens a database with the tables, and gives the spans after that.
func open(t *testing.T, d gorm.Dialector, config *gorm.Config) (*gorm.DB, *recorded.Recorder) {
	t.Helper()
	if config.Logger == nil {
		config.Logger = logger.Discard
	}
	db, err := gorm.Open(d, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if pool, err := db.DB(); err == nil {
			_ = pool.Close()
		}
	})
	if err := db.AutoMigrate(&User{}, &Order{}); err != nil {
		t.Fatal(err)
	}
	return db, recorded.Record(t)
}

func onSQLite(t *testing.T) gorm.Dialector {
	return sqlite.Open(filepath.Join(t.TempDir(), "shop"))
}

func onPostgres(t *testing.T) gorm.Dialector {
	t.Helper()
	_, port := servertest.Postgres(t)
	name := func(database string) string {
		return fmt.Sprintf("host=127.0.0.1 port=%d user=bob password=s3cret dbname=%s sslmode=disable", port, database)
	}
	db, err := gorm.Open(postgres.Open(name("postgres")), &gorm.Config{Logger: logger.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("CREATE DATABASE shop").Error; err != nil {
		t.Fatal(err)
	}
	if pool, err := db.DB(); err == nil {
		_ = pool.Close()
	}
	return postgres.Open(name("shop"))
}

// spans returns the spans that have ended since the last time, each with its children in
// brackets, an exclamation mark behind those that failed, and checks each of them.
func spans(t *testing.T, r *recorded.Recorder) string {
	t.Helper()
	all := r.Ended()
	r.Reset()
	slices.SortStableFunc(all, func(a, b sdktrace.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	below := map[trace.SpanID][]sdktrace.ReadOnlySpan{}
	known := map[trace.SpanID]bool{}
	for _, s := range all {
		known[s.SpanContext().SpanID()] = true
	}
	for _, s := range all {
		conventional(t, s)
		parent := s.Parent().SpanID()
		if !known[parent] {
			parent = trace.SpanID{}
		}
		below[parent] = append(below[parent], s)
	}
	return tree(below, trace.SpanID{})
}

func tree(below map[trace.SpanID][]sdktrace.ReadOnlySpan, parent trace.SpanID) string {
	var all []string
	for _, s := range below[parent] {
		text := strings.NewReplacer(`"`, "", "`", "").Replace(s.Name())
		if s.Status().Description != "" {
			text += "!"
		}
		if inner := tree(below, s.SpanContext().SpanID()); inner != "" {
			text += "(" + inner + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// conventional checks a span: database/sql's by its conventions, and gorm's to have nothing
// but the table, what kind of error there was, and no values of a statement.
func conventional(t *testing.T, s sdktrace.ReadOnlySpan) {
	t.Helper()
	switch s.InstrumentationScope().Name {
	case sqls:
		recorded.Conventional(t, s)
	case ours:
		for _, a := range s.Attributes() {
			if a.Key != "db.collection.name" && a.Key != "error.type" {
				t.Errorf("%s: %s", s.Name(), a.Key)
			}
		}
		if s.SpanKind() != trace.SpanKindInternal || (s.Status().Description != "") != (recorded.Value(s, "error.type") != "") {
			t.Errorf("%s: %v, %v, %v", s.Name(), s.SpanKind(), s.Status(), s.Attributes())
		}
	}
	if all := fmt.Sprint(s.Name(), s.Attributes(), s.Status(), s.Events()); strings.Contains(all, "s3cret") {
		t.Errorf("data or credentials in %s", all)
	}
}
