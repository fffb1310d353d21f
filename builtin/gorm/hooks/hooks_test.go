// The tests of this package call the hook as woven code does, on a database that is
// made up. Against real ones, and by a program that knows nothing of it, gorm is in
// builtin/internal/livetest/gorm.
package hooks

import (
	"context"
	"errors"
	"slices"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// record gives the process a provider until the test ends.
func record(t *testing.T, options ...sdktrace.TracerProviderOption) *tracetest.SpanRecorder {
	before, r := otel.GetTracerProvider(), tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(append(options, sdktrace.WithSpanProcessor(r))...))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	return r
}

// value returns the span's attribute as text, or "".
func value(s sdktrace.ReadOnlySpan, key string) string {
	for _, a := range s.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

// one returns the only span that has ended.
func one(t *testing.T, r *tracetest.SpanRecorder) sdktrace.ReadOnlySpan {
	t.Helper()
	if len(r.Ended()) != 1 || len(r.Started()) != 1 {
		t.Fatalf("%d spans have ended of %d", len(r.Ended()), len(r.Started()))
	}
	s := r.Ended()[0]
	r.Reset()
	return s
}

// Each of gorm's kinds of operations is a span of kind internal with the name of its table,
// as a child of the caller's, and what asks the database has it as its current one.
func TestOperations(t *testing.T) {
	r := record(t)
	s := &server{}
	db := open(t, s)
	all := db.Callback()
	where := func() *gorm.DB { return db.Where("name = ?", "s3cret") }
	for _, c := range []struct {
		name, table string
		p           processor
		db          *gorm.DB
		dest        any
	}{
		{"gorm.Query users", "users", all.Query(), where(), &[]user{}},
		{"gorm.Create users", "users", all.Create(), db.Set("an instance", true), &user{Name: "s3cret"}},
		{"gorm.Update users", "users", all.Update(), where().Model(&user{}), map[string]any{"name": "s3cret"}},
		{"gorm.Delete users", "users", all.Delete(), where(), &user{}},
		{"gorm.Row users", "users", all.Row(), where().Model(&user{}), nil},
		{"gorm.Raw", "", all.Raw(), db.Raw("DELETE FROM users WHERE name = 's3cret'"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
			ctx := trace.ContextWithSpanContext(t.Context(), parent)
			s.spans = nil
			c.db.Statement.Context = ctx
			if tx := run(c.p, c.db, c.dest); tx.Error != nil {
				t.Fatal(tx.Error)
			}
			span := one(t, r)
			if span.Name() != c.name || span.SpanKind() != trace.SpanKindInternal || value(span, "db.collection.name") != c.table ||
				span.Status().Code != codes.Unset || len(span.Events()) != 0 {
				t.Errorf("%s of kind %v, %v, %v", span.Name(), span.SpanKind(), span.Attributes(), span.Status())
			}
			if n := len(span.Attributes()); n > 1 || n == 1 && c.table == "" {
				t.Errorf("there are other attributes: %v", span.Attributes())
			}
			if span.Parent().SpanID() != parent.SpanID() {
				t.Errorf("its parent is %v", span.Parent())
			}
			if len(s.spans) == 0 || slices.ContainsFunc(s.spans, func(c trace.SpanContext) bool { return !c.Equal(span.SpanContext()) }) {
				t.Errorf("the database was asked in the spans %v", s.spans)
			}
			if scope := span.InstrumentationScope(); scope.Name != "github.com/goweaver/weaver/builtin/gorm" || scope.SchemaURL != semconv.SchemaURL {
				t.Errorf("the scope is %+v", scope)
			}
			if c.db.Statement.Context != ctx {
				t.Error("the statement keeps the context")
			}
		})
	}
}

// A statement that is used again begins where the first time did, whatever has been made
// of its context meanwhile; and while an operation runs, its span is the parent.
func TestContextLeft(t *testing.T) {
	r := record(t)
	db := open(t, &server{})
	type key struct{}
	if err := db.Callback().Query().Before("gorm:query").Register("derive", func(tx *gorm.DB) {
		tx.Statement.Context = context.WithValue(tx.Statement.Context, key{}, true)
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Callback().Row().After("gorm:row").Register("nested", func(tx *gorm.DB) {
		for range 2 {
			inner := db.WithContext(tx.Statement.Context).Model(&user{})
			run(db.Callback().Query(), inner, &[]user{})
			run(db.Callback().Query(), inner, &[]user{})
			tx.Statement.Context = inner.Statement.Context
		}
	}); err != nil {
		t.Fatal(err)
	}
	ctx, caller := otel.Tracer("").Start(t.Context(), "caller")
	tx := db.WithContext(ctx).Model(&user{})
	run(db.Callback().Query(), tx, &[]user{})
	run(db.Callback().Row(), tx, nil)
	run(db.Callback().Query(), tx, &[]user{})
	caller.End()
	var got []string
	names := map[trace.SpanID]string{}
	for _, s := range r.Started() {
		names[s.SpanContext().SpanID()] = s.Name()
	}
	for _, s := range r.Ended() {
		got = append(got, names[s.Parent().SpanID()]+" > "+s.Name())
	}
	const query, nested, row = "caller > gorm.Query users", "gorm.Row users > gorm.Query users", "caller > gorm.Row users"
	if want := []string{query, nested, nested, nested, nested, row, query, " > caller"}; !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

// An operation that panics ends, with that, and leaves the statement as it was.
func TestPanic(t *testing.T) {
	r := record(t)
	db := open(t, &server{})
	if err := db.Callback().Query().Before("gorm:query").Register("panics", func(*gorm.DB) { panic("s3cret") }); err != nil {
		t.Fatal(err)
	}
	tx := db.WithContext(t.Context()).Model(&user{})
	func() {
		defer func() {
			if recover() != "s3cret" {
				t.Error("the panic is another one")
			}
		}()
		run(db.Callback().Query(), tx, &[]user{})
	}()
	s := one(t, r)
	if s.Name() != "gorm.Query users" || value(s, "error.type") != "panic" || s.Status() != (sdktrace.Status{Code: codes.Error, Description: "panic"}) {
		t.Errorf("%s %v %v", s.Name(), s.Attributes(), s.Status())
	}
	if tx.Statement.Context != t.Context() {
		t.Error("the statement keeps the context")
	}
}

// A span that is not sampled is the parent of what comes below, which therefore is not
// either.
func TestUnsampled(t *testing.T) {
	r := record(t, sdktrace.WithSampler(sdktrace.NeverSample()))
	s := &server{}
	tx := open(t, s).WithContext(t.Context()).Model(&user{})
	run(tx.Callback().Query(), tx, &[]user{})
	if len(r.Started()) != 0 || len(s.spans) != 1 || !s.spans[0].IsValid() || s.spans[0].IsSampled() {
		t.Errorf("%d spans, asked with %v", len(r.Started()), s.spans)
	}
	if tx.Statement.Context != t.Context() {
		t.Error("the statement keeps the context")
	}
}

// A scope may hand gorm another DB: what is told is what has become of that.
func TestScope(t *testing.T) {
	r := record(t)
	s := &server{fail: errors.New("failed")}
	db := open(t, s)
	tx := db.WithContext(t.Context()).Scopes(func(tx *gorm.DB) *gorm.DB { return tx.Session(&gorm.Session{}).Table("archive") })
	done := run(db.Callback().Query(), tx, &[]user{})
	if span := one(t, r); span.Name() != "gorm.Query archive" || span.Status().Description != "failed" {
		t.Errorf("%s %v", span.Name(), span.Status())
	}
	if done == tx || done.Statement.Context != t.Context() || tx.Statement.Context != t.Context() {
		t.Error("a statement keeps the context")
	}
}

// Where nobody wants to know, nothing happens, at no price; nor of what is not an operation,
// or is telemetry's own.
func TestNothing(t *testing.T) {
	db := open(t, &server{})
	tx := db.WithContext(t.Context()).Model(&user{})
	c := captured(db.Callback().Query())
	if n := testing.AllocsPerRun(100, func() {
		if Execute(tx, c) != nil {
			t.Error("there is something to do without a provider")
		}
	}); n != 0 {
		t.Errorf("%v allocations without a provider", n)
	}
	r := record(t)
	none := db.Session(&gorm.Session{})
	none.Statement = &gorm.Statement{DB: none}
	for name, tx := range map[string]*gorm.DB{
		"a dry run":     tx.Session(&gorm.Session{DryRun: true}),
		"its own":       db.WithContext(telemetry.Untraced(t.Context())),
		"no context":    none,
		"no statement":  {Config: db.Config},
		"nothing known": {},
		"nothing":       nil,
	} {
		if Execute(tx, c) != nil {
			t.Errorf("%s: there is something to do", name)
		}
	}
	if len(r.Started()) != 0 {
		t.Errorf("%d spans", len(r.Started()))
	}
}
