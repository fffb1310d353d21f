package logrecord_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

// Values are exported as what they are, and others as encoding/json has them.
func TestValueOf(t *testing.T) {
	type level int
	type user struct {
		Name     string `json:"name"`
		Password string `json:"-"`
	}
	loop := map[string]any{}
	loop["self"] = loop
	for _, c := range []struct {
		v    any
		want attribute.Value
	}{
		{nil, attribute.Value{}},
		{"s", attribute.StringValue("s")},
		{true, attribute.BoolValue(true)},
		{7, attribute.Int64Value(7)},
		{int8(-7), attribute.Int64Value(-7)},
		{uint64(math.MaxUint64), attribute.StringValue("18446744073709551615")},
		{uint32(7), attribute.Int64Value(7)},
		{uintptr(7), attribute.Int64Value(7)},
		{float32(0.5), attribute.Float64Value(0.5)},
		{1.5, attribute.Float64Value(1.5)},
		{complex(1, 2), attribute.StringValue("(1+2i)")},
		{level(3), attribute.Int64Value(3)},
		{json.Number("18446744073709551615"), attribute.StringValue("18446744073709551615")},
		{json.Number("1e3"), attribute.Float64Value(1000)},
		{[]byte("b"), attribute.ByteSliceValue([]byte("b"))},
		{errors.New("oh"), attribute.StringValue("oh")},
		{broken{}, attribute.StringValue("%!v(PANIC=Error method: broken)")},
		{time.Unix(1, 2), attribute.Int64Value(1e9 + 2)},
		{time.Second, attribute.Int64Value(1e9)},
		{attribute.StringValue("own"), attribute.StringValue("own")},
		{user{"gopher", "s3cret"}, attribute.MapValue(attribute.String("name", "gopher"))},
		{&user{"gopher", "s3cret"}, attribute.MapValue(attribute.String("name", "gopher"))},
		{(*user)(nil), attribute.Value{}},
		{[]int{1, 2}, attribute.SliceValue(attribute.Int64Value(1), attribute.Int64Value(2))},
		{[]any{1, "a"}, attribute.SliceValue(attribute.Int64Value(1), attribute.StringValue("a"))},
		{map[string]any{"b": time.Second, "a": user{Name: "x"}}, attribute.MapValue(
			attribute.Map("a", attribute.String("name", "x")), attribute.Int64("b", 1e9))},
		{map[int]string{1: "one"}, attribute.MapValue(attribute.String("1", "one"))},
		{make(chan int), attribute.StringValue("json: unsupported type: chan int")},
	} {
		if got := logrecord.ValueOf(c.v); got != c.want {
			t.Errorf("%T %v: %v %q, want %v %q", c.v, c.v, got.Type(), got.String(), c.want.Type(), c.want.String())
		}
	}
	if got := logrecord.ValueOf(loop).String(); !strings.Contains(got, "encountered a cycle") {
		t.Errorf("a value without end: %s", got)
	}
}
