package hooks

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/goweaver/weaver/builtin/internal/race"
	"github.com/goweaver/weaver/builtin/validate/checks"
	"github.com/goweaver/weaver/instrument/hook"
)

type (
	customer struct {
		Email string `validate:"email"`
	}
	order struct {
		ID    string `validate:"required"`
		Count int    `validate:"min=1"`
	}
	request struct { // has its tags in another struct
		Customer *customer
		Note     string
	}
	embedding struct {
		order
	}
	listing struct { // the library does not go into a list without dive
		Orders []order
	}
	list   struct{ Next *list }
	plain  struct{ Name string }
	hidden struct {
		order order //nolint:unused // that is the case: nobody can read it
	}
	left struct {
		Order order `validate:"-"`
	}
	bound struct {
		ID string `binding:"required"`
	}
)

var (
	good, bad = order{"o-1", 1}, order{"o-1", 0}
	none      *order
)

var (
	place    = &hook.Func{Package: "example.com/shop/orders", Name: "Place", Options: []hook.Option{{Key: "nil", Value: "refuse"}}}
	skipping = &hook.Func{Package: "example.com/shop/orders", Name: "Place", Options: []hook.Option{{Key: "nil", Value: "skip"}}}
	directed = &hook.Func{Package: "example.com/shop/orders", Name: "Place", Options: []hook.Option{{Key: "nil", Value: "refuse"}, {Key: "nothing", Value: "refuse"}}}
)

// reason says what is wrong of a parameter: its name and the fields, or what else it is.
func reason(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *checks.Error
	if !errors.As(err, &e) || !errors.Is(err, checks.Invalid) || e.Function != "example.com/shop/orders.Place" {
		t.Fatalf("the error is %#v", err)
	}
	var fields validator.ValidationErrors
	var invalid *validator.InvalidValidationError
	switch {
	case errors.As(err, &fields):
		var names []string
		for _, f := range fields {
			names = append(names, f.Namespace()+" "+f.Tag())
		}
		return e.Parameter + ": " + strings.Join(names, ", ")
	case errors.As(err, &invalid):
		return e.Parameter + ": nil"
	case errors.Is(err, checks.Nothing):
		return e.Parameter + ": nothing"
	}
	return err.Error()
}

// What is checked of a value that was named, and of one that was not.
func TestChecked(t *testing.T) {
	p, pp := &bad, new(*order)
	*pp = p
	for _, tt := range []struct {
		what         string
		value        any
		all, byName  string // reasons
		skip, byNone string // with nil=skip; with the directive's refusal of nothing to check
	}{
		{"a valid struct", good, "", "", "", ""},
		{"a struct", bad, "x: order.Count min", "x: order.Count min", "x: order.Count min", "x: order.Count min"},
		{"a pointer", &bad, "x: order.Count min", "x: order.Count min", "x: order.Count min", "x: order.Count min"},
		{"a pointer to a pointer", pp, "x: order.Count min", "x: order.Count min", "x: order.Count min", "x: order.Count min"},
		{"a nil pointer", none, "x: nil", "x: nil", "", "x: nil"},
		{"a pointer to a nil pointer", &none, "x: nil", "x: nil", "", "x: nil"},
		{"a nil interface", nil, "", "x: nil", "", ""},
		{"a slice", []order{good, bad}, "x: [1].Count min", "x: [1].Count min", "x: [1].Count min", "x: [1].Count min"},
		{"a slice of pointers", []*order{nil, &bad}, "x: [1].Count min", "x: [1].Count min", "x: [1].Count min", "x: [1].Count min"},
		{"an array", [2]order{good, bad}, "x: [1].Count min", "x: [1].Count min", "x: [1].Count min", "x: [1].Count min"},
		{"a pointer to a slice", &[]order{bad}, "x: [0].Count min", "x: [0].Count min", "x: [0].Count min", "x: [0].Count min"},
		{"a map of lists", map[string][]order{"a": {bad}}, "x: [a][0].Count min", "x: [a][0].Count min", "x: [a][0].Count min", "x: [a][0].Count min"},
		{"a nil slice", []order(nil), "", "", "", ""},
		{"tags below", request{Customer: &customer{"x"}}, "x: request.Customer.Email email", "x: request.Customer.Email email", "x: request.Customer.Email email", "x: request.Customer.Email email"},
		{"tags below a nil pointer", request{}, "", "", "", ""},
		{"an embedded struct", embedding{bad}, "x: embedding.order.Count min", "x: embedding.order.Count min", "x: embedding.order.Count min", "x: embedding.order.Count min"},
		{"no tags", plain{}, "", "", "", ": nothing"},
		{"tags nobody reads", hidden{}, "", "", "", ": nothing"},
		{"tags switched off", left{}, "", "", "", ": nothing"},
		{"a list in a struct", listing{[]order{bad}}, "", "", "", ": nothing"},
		{"a type in itself", list{}, "", "", "", ": nothing"},
		{"other tags", bound{}, "", "", "", ": nothing"},
		{"a string", "o-1", "", "x: nothing", "", ": nothing"},
		{"strings", []string{"o-1"}, "", "x: nothing", "", ": nothing"},
		{"a time", time.Now(), "", "x: nothing", "", ": nothing"},
		{"a function", func() {}, "", "x: nothing", "", ": nothing"},
	} {
		v := hook.MakeValues("x", tt.value)
		for how, got := range map[string][2]string{
			"not named":   {reason(t, All(t.Context(), place, hook.Params{Values: v})), tt.all},
			"no context":  {reason(t, AllPlain(place, hook.Params{Values: v})), tt.all},
			"named":       {reason(t, Named(t.Context(), place, hook.Captured{Values: v})), tt.byName},
			"named plain": {reason(t, NamedPlain(place, hook.Captured{Values: v})), tt.byName},
			"nil=skip":    {reason(t, All(t.Context(), skipping, hook.Params{Values: v})), tt.skip},
			"directive":   {reason(t, All(t.Context(), directed, hook.Params{Values: v})), tt.byNone},
		} {
			if got[0] != got[1] {
				t.Errorf("%s, %s: %q, want %q", tt.what, how, got[0], got[1])
			}
		}
	}
}

// Of several the first that is not valid is told, by its name or its place.
func TestParameters(t *testing.T) {
	ctx := t.Context()
	for _, tt := range []struct {
		values hook.Values
		want   string
	}{
		{hook.MakeValues("ctx", ctx, "id", "o-1", "first", good, "second", bad, "third", &customer{}), "second: order.Count min"},
		{hook.MakeValues("", ctx, "", good, "", bad), "parameter 3: order.Count min"},
		{hook.MakeValues("ctx", ctx, "id", "o-1"), ": nothing"},
		{hook.MakeValues(), ": nothing"},
	} {
		if got := reason(t, All(ctx, directed, hook.Params{Values: tt.values})); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	behindNil := hook.MakeValues("request.Order", nil)
	if got := reason(t, Named(ctx, place, hook.Captured{Values: behindNil})); got != "request.Order: nil" {
		t.Errorf("behind a nil pointer: %q", got)
	}
	if err := Named(ctx, skipping, hook.Captured{Values: behindNil}); err != nil {
		t.Errorf("behind a nil pointer with nil=skip: %v", err)
	}
	err := All(ctx, place, hook.Params{Values: hook.MakeValues("o", bad)})
	const want = "example.com/shop/orders.Place: o is not valid: Key: 'order.Count' Error:Field validation for 'Count' failed on the 'min' tag"
	if err == nil || err.Error() != want {
		t.Errorf("the message is\n%v, want\n%s", err, want)
	}
}

type who struct{}

// The program's own validator is asked, with its validations, its tags and the context; and
// whatever its validations do.
func TestOwnValidator(t *testing.T) {
	v := validator.New()
	v.SetTagName("binding")
	asked := []any{}
	if err := v.RegisterValidationCtx("mine", func(ctx context.Context, _ validator.FieldLevel) bool {
		asked = append(asked, ctx.Value(who{}))
		return ctx.Value(who{}) != nil
	}); err != nil {
		t.Fatal(err)
	}
	type owned struct {
		ID string `binding:"mine"`
	}
	type broken struct {
		ID string `binding:"nosuch"`
	}
	checks.UseForTest(t, v)
	alice := context.WithValue(context.Background(), who{}, "alice")
	values := hook.Params{Values: hook.MakeValues("o", owned{"x"}, "other", bad)}
	if err := All(alice, place, values); err != nil {
		t.Errorf("as alice: %v", err)
	}
	for _, ctx := range []context.Context{context.Background(), nil} {
		if got := reason(t, All(ctx, place, values)); got != "o: owned.ID mine" {
			t.Errorf("as nobody: %q", got)
		}
	}
	if got := reason(t, AllPlain(place, values)); got != "o: owned.ID mine" || len(asked) != 4 || asked[0] != "alice" {
		t.Errorf("without a context: %q, and asked were %v", got, asked)
	}
	if got := reason(t, Named(alice, place, hook.Captured{Values: hook.MakeValues("o", []owned{{"x"}})})); got != "" {
		t.Errorf("a list as alice: %q", got)
	}
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "nosuch") {
			t.Errorf("a tag that nobody knows: the panic is %v", r)
		}
	}()
	t.Errorf("it returned %v", All(alice, place, hook.Params{Values: hook.MakeValues("o", broken{})}))
}

// Goroutines that come upon a type for the first time get the same answer.
func TestConcurrency(t *testing.T) {
	type fresh struct {
		ID string `validate:"required"`
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 100 {
				err := All(context.Background(), place, hook.Params{Values: hook.MakeValues("o", fresh{[]string{"", "x"}[i%2]})})
				if (err == nil) != (i%2 == 1) {
					t.Errorf("%d: %v", i, err)
				}
			}
		})
	}
	wg.Wait()
	if f := formOf(reflect.TypeFor[fresh](), "validate"); !f.isStruct || !f.tagged {
		t.Errorf("the form is %+v", f)
	}
}

func TestWoven(t *testing.T) {
	if !checks.Woven() {
		t.Error("with the hooks in the program it is not woven")
	}
}

// A valid parameter costs the allocations that the library has, and what is not to be checked
// none.
func TestAllocations(t *testing.T) {
	if race.Enabled { // the library has a pool
		t.Skip("the race detector allocates")
	}
	v, tag := checks.Current()
	if tag != "validate" {
		t.Errorf("the plain validator's tag is %s", tag)
	}
	ctx, boxed := t.Context(), any(&good)
	byHand := testing.AllocsPerRun(1000, func() { _ = v.StructCtx(ctx, boxed) })
	params := hook.Params{Values: hook.MakeValues("ctx", ctx, "id", "o-1", "o", boxed)}
	if n := testing.AllocsPerRun(1000, func() { _ = All(ctx, place, params) }); n > byHand {
		t.Errorf("%v allocations, by hand %v", n, byHand)
	}
	params = hook.Params{Values: hook.MakeValues("ctx", ctx, "id", "o-1", "o", &plain{})}
	if n := testing.AllocsPerRun(1000, func() { _ = All(ctx, place, params) }); n != 0 {
		t.Errorf("%v allocations where nothing is checked", n)
	}
}

func Benchmark(b *testing.B) {
	v, _ := checks.Current()
	ctx, boxed := b.Context(), any(&good)
	params := hook.Params{Values: hook.MakeValues("ctx", ctx, "id", "o-1", "o", boxed)}
	named := hook.Captured{Values: hook.MakeValues("o", boxed)}
	for _, bm := range []struct {
		name string
		f    func() error
	}{
		{"by hand", func() error { return v.StructCtx(ctx, boxed) }},
		{"all", func() error { return All(ctx, place, params) }},
		{"named", func() error { return Named(ctx, place, named) }},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = bm.f()
			}
		})
	}
}
