package gorm_test

import (
	"bytes"
	"context"
	"errors"
	"log"
	"regexp"
	"testing"
	"time"

	"github.com/glebarez/sqlite"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/plugin/opentelemetry/tracing"

	"github.com/goweaver/weaver/builtin/internal/livetest/recorded"
)

// A program's own instrumentation, installed when it likes, works as in the plain program:
// its spans are the only ones, with what its options say.
func TestOfficialPlugin(t *testing.T) {
	db, r := open(t, onSQLite(t), &gorm.Config{SkipDefaultTransaction: true})
	if len(db.Plugins) != 0 {
		t.Errorf("plugins %v", db.Plugins)
	}
	session := db.WithContext(t.Context())
	if err := db.Use(tracing.NewPlugin(tracing.WithoutMetrics(), tracing.WithQueryFormatter(func(string) string { return "redacted" }))); err != nil {
		t.Fatal(err)
	}
	if err := db.Use(tracing.NewPlugin()); err != gorm.ErrRegistered { //nolint:errorlint // the very same
		t.Errorf("a second time: %v", err)
	}
	if err := session.Find(&[]Order{}).Error; err != nil {
		t.Fatal(err)
	}
	one := r.Ended()
	if len(one) != 1 || one[0].InstrumentationScope().Name != plugin || recorded.Value(one[0], "db.query.text") != "redacted" {
		t.Fatalf("%d spans, the first %v", len(one), one[0])
	}
	// A database without it has weaver's.
	other, r := open(t, onSQLite(t), &gorm.Config{})
	if err := other.Find(&[]Order{}).Error; err != nil {
		t.Fatal(err)
	}
	if got := spans(t, r); got != "gorm.Query orders(SELECT orders)" {
		t.Error(got)
	}
}

// Hooks, callbacks and loggers see a context with the span; the statement has that of
// before, when the operation is over. Hooks run when they did.
func TestContext(t *testing.T) {
	type key struct{}
	ctx, caller := otel.Tracer("").Start(context.WithValue(t.Context(), key{}, "value"), "caller")
	defer caller.End()
	seen := &tracer{Interface: logger.Discard}
	db, r := open(t, onSQLite(t), &gorm.Config{Logger: seen})
	u := &User{Name: "a"}
	tx := db.WithContext(ctx).Create(u)
	if tx.Error != nil {
		t.Fatal(tx.Error)
	}
	if tx.Statement.Context != ctx {
		t.Error("the statement keeps the context")
	}
	create := r.Ended()[len(r.Ended())-1].SpanContext()
	for name, ctx := range map[string]context.Context{"the hook": u.inHook, "the logger": seen.ctx} {
		if ctx.Value(key{}) != "value" || !trace.SpanContextFromContext(ctx).Equal(create) {
			t.Errorf("%s sees %v", name, ctx)
		}
	}
	r.Reset()
	skipped := &User{Name: "b"}
	if err := db.Session(&gorm.Session{SkipHooks: true, Context: ctx}).Create(skipped).Error; err != nil || skipped.inHook != nil {
		t.Errorf("a hook that is skipped has run: %v", err)
	}
	if got := spans(t, r); got != "gorm.Create users(BEGIN shop, INSERT users, COMMIT shop)" {
		t.Error(got)
	}
}

// A tracer keeps what a logger is called with.
type tracer struct {
	logger.Interface
	ctx context.Context
}

func (l *tracer) LogMode(logger.LogLevel) logger.Interface { return l }

func (l *tracer) Trace(ctx context.Context, _ time.Time, _ func() (string, int64), _ error) {
	l.ctx = ctx
}

// A statement that is used twice has two operations side by side, also where gorm has
// derived a context with a deadline from the first one's.
func TestTwice(t *testing.T) {
	db, r := open(t, onSQLite(t), &gorm.Config{DefaultContextTimeout: time.Hour})
	tx := db.WithContext(t.Context()).Where("note <> ?", "a")
	var n int64
	if err := errors.Join(tx.Model(&Order{}).Count(&n).Error, tx.Find(&[]Order{}).Error, tx.Find(&[]Order{}).Error); err != nil {
		t.Fatal(err)
	}
	const one = "gorm.Query orders(SELECT orders)"
	if got := spans(t, r); got != one+", "+one+", "+one {
		t.Error(got)
	}
}

// gorm's own logger names the line of the program that called gorm.
func TestCaller(t *testing.T) {
	var text bytes.Buffer
	db, _ := open(t, onSQLite(t), &gorm.Config{})
	db = db.Session(&gorm.Session{Logger: logger.New(log.New(&text, "", 0), logger.Config{LogLevel: logger.Info})})
	if err := db.Find(&[]Order{}).Error; err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^\s*\S*/gorm/seen_test\.go:\d+`).Match(text.Bytes()) {
		t.Errorf("%s", &text)
	}
}

// Without a provider an operation allocates as much as in the plain program.
func TestAllocations(t *testing.T) {
	plain := recorded.Plain(t)
	for name, woven := range allocations() {
		if woven > plain[name] {
			t.Errorf("%s: %v allocations, %v in the plain program", name, woven, plain[name])
		}
	}
}

func allocations() map[string]float64 {
	db, err := gorm.Open(sqlite.Open(":memory:"), &gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true})
	if err != nil {
		panic(err)
	}
	pool, err := db.DB()
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1) // each has a memory of its own
	if err := db.AutoMigrate(&Order{}); err != nil {
		panic(err)
	}
	all := make([]Order, 0, 1)
	return map[string]float64{
		"Find": testing.AllocsPerRun(200, func() { db.Find(&all) }),
		"Exec": testing.AllocsPerRun(200, func() { db.Exec("DELETE FROM orders WHERE id = 1") }),
	}
}
