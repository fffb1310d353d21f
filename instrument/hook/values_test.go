package hook_test

// Values as hooks read them.

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

type stringer struct{ s *string }

func (s stringer) String() string { return *s.s }

func TestValue(t *testing.T) {
	text := "text"
	for _, tt := range []struct {
		in   any
		kind hook.Kind
		any  any
		text string
	}{
		{true, hook.KindBool, true, "true"},
		{false, hook.KindBool, false, "false"},
		{int8(-8), hook.KindInt64, int64(-8), "-8"},
		{int64(math.MinInt64), hook.KindInt64, int64(math.MinInt64), "-9223372036854775808"},
		{0, hook.KindInt64, int64(0), "0"},
		{uint64(math.MaxUint64), hook.KindUint64, uint64(math.MaxUint64), "18446744073709551615"},
		{uintptr(7), hook.KindUint64, uint64(7), "7"},
		{float32(0.5), hook.KindFloat64, 0.5, "0.5"},
		{"", hook.KindString, "", ""},
		{"größe", hook.KindString, "größe", "größe"},
		{nil, hook.KindAny, nil, "<nil>"},
		{errors.New("failed"), hook.KindAny, errors.New("failed"), "failed"},
		{stringer{&text}, hook.KindAny, stringer{&text}, "text"},
		{stringer{}, hook.KindAny, stringer{}, "()"},
		{struct{}{}, hook.KindAny, struct{}{}, "()"},
	} {
		v := hook.MakeValues("a", tt.in).At(0)
		if v.Key != "a" || v.Kind() != tt.kind || v.String() != tt.text {
			t.Errorf("%#v: %q of kind %v, %q; want kind %v, %q", tt.in, v.Key, v.Kind(), v.String(), tt.kind, tt.text)
		}
		if got, want := fmt.Sprintf("%#v", v.Any()), fmt.Sprintf("%#v", tt.any); got != want && tt.kind != hook.KindAny {
			t.Errorf("%#v: Any() = %s, want %s", tt.in, got, want)
		}
	}
}

// A float is written as strconv writes it with 12 digits, but for the last digit of
// some that scaling has rounded.
func TestFloatText(t *testing.T) {
	for _, f := range []float64{
		0, 1, -1, 0.1, 1.5, 10, 100, 123456, 1e11, 1e12, 1e13, 123456789012, 0.5, 0.25, 1e-3, 1e-4, 1e-5, 0.000123,
		math.Pi, -math.E, 1e100, 1.25e-200, math.MaxFloat64, math.SmallestNonzeroFloat64, 999999999999.9, 9.99999999999e22,
		math.Inf(1), math.Inf(-1), math.NaN(), 2.5e-308, 4095.75, 1.0 / 3,
	} {
		got := hook.MakeValues("f", f).At(0).String()
		back, err := strconv.ParseFloat(got, 64)
		switch {
		case err != nil:
			t.Errorf("%g is written as %q", f, got)
		case f == back, f != f && back != back:
		case math.Abs(f-back) > math.Abs(f)*1e-11 && math.Abs(f) > 1e-300:
			t.Errorf("%g is written as %q", f, got)
		}
	}
	for f, want := range map[float64]string{
		0: "0", 1: "1", -1.5: "-1.5", 0.1: "0.1", 100: "100", 1e12: "1000000000000", 1e13: "1e+13", 1e-4: "0.0001", 1e-5: "1e-05",
		1.25e100: "1.25e+100", -2.5e-7: "-2.5e-07", 123.456: "123.456", 1.0 / 3: "0.333333333333",
		math.Inf(1): "Inf", math.Inf(-1): "-Inf", 299792458: "299792458",
	} {
		if got := hook.MakeValues("f", f).At(0).String(); got != want {
			t.Errorf("%g is written as %q, want %q", f, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	v := hook.MakeValues("a", 1, "b", "two", "c", true, "d", 4.0, "e", uint8(5), "a", "again", "g", nil)
	if v.Len() != 7 {
		t.Errorf("Len() = %d", v.Len())
	}
	got := ""
	for x := range v.All() {
		got += fmt.Sprintf("%s %s %v=%s; ", x.Key, x.Type, x.Kind(), x)
	}
	const want = "a int Int64=1; b string String=two; c bool Bool=true; d float64 Float64=4; e uint8 Uint64=5; a string String=again; g  Any=<nil>; "
	if got != want {
		t.Errorf("values\n got %s\nwant %s", got, want)
	}
	n := 0
	for range v.All() {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Error("the iterator does not stop")
	}
	if a, ok := v.Get("a"); !ok || a.Int64() != 1 {
		t.Errorf("of several the first counts, got %v", a)
	}
	if e, ok := v.Get("e"); !ok || e.Uint64() != 5 {
		t.Errorf("one from the fifth on is %v", e)
	}
	if x, ok := v.Get("x"); ok || x.Kind() != hook.KindNone || x.Any() != nil || x.String() != "<nil>" {
		t.Errorf("what is not there is %v", x)
	}
}

func TestWrongKind(t *testing.T) {
	v := hook.MakeValues("a", 1).At(0)
	for name, read := range map[string]func(){
		"Bool": func() { v.Bool() }, "Uint64": func() { v.Uint64() }, "Float64": func() { v.Float64() },
	} {
		func() {
			defer func() {
				want := "hook: the value a is of kind Int64, not " + name
				if r := recover(); r != want {
					t.Errorf("%s() of an int panics with %v, want %s", name, r, want)
				}
			}()
			read()
		}()
	}
}

var sink int

func TestReadingDoesNotAllocate(t *testing.T) {
	p := hook.Params{Values: hook.MakeValues("a", 1, "b", "two", "c", true, "d", 4.0, "e", uint(5), "f", nil)}
	n := testing.AllocsPerRun(100, func() {
		for v := range p.All() {
			switch v.Kind() {
			case hook.KindInt64:
				sink += int(v.Int64())
			case hook.KindString:
				sink += len(v.String())
			case hook.KindBool:
				if v.Bool() {
					sink++
				}
			case hook.KindFloat64:
				sink += int(v.Float64())
			case hook.KindUint64:
				sink += int(v.Uint64())
			}
		}
		b, _ := p.Get("b")
		sink += p.Len() + len(b.Key) + len(p.At(4).Type)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
