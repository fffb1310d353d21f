package hooks

// What a span is told of a captured value. A basic type is an attribute of its kind, so that
// a backend can compare and add up. Of other types only what their authors meant to be read is
// told: their fields may be anybody's secrets.

import (
	"math"
	"reflect"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
	"github.com/goweaver/weaver/instrument/hook"
)

// A text of more than longestText bytes is cut, and a slice of more than mostElements
// elements: what a program is asked for may be as long as its users like, a batch of spans is
// refused by a collector from 4 MiB on (the default of gRPC's servers), and OpenTelemetry's SDK
// has no limit unless OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT sets one. 128 is what the SDK has for
// the attributes of a span.
const (
	longestText  = 1024
	mostElements = 128
)

// basic returns the value of a basic type, and whether it is there. An unsigned integer that is
// too large for an attribute is told in decimal, as OpenTelemetry's mapping of attributes has it.
func basic(v hook.Value) (attribute.Value, bool) {
	switch v.Kind() {
	case hook.KindBool:
		return attribute.BoolValue(v.Bool()), true
	case hook.KindInt64:
		return attribute.Int64Value(v.Int64()), true
	case hook.KindUint64:
		if n := v.Uint64(); n <= math.MaxInt64 {
			return attribute.Int64Value(int64(n)), true
		}
		return attribute.StringValue(v.String()), true
	case hook.KindFloat64:
		return attribute.Float64Value(v.Float64()), true
	case hook.KindString:
		return attribute.StringValue(text(v.String())), true
	}
	return attribute.Value{}, false
}

// boxed returns what there is to tell of a value of any other type: the elements of a slice of
// a basic type, or what its Error or String method says, or its type in parentheses. Of nil
// there is nothing; a method that panics leaves the type.
func boxed(v hook.Value) (attribute.Value, bool) {
	x := v.Any()
	if none(x) {
		return attribute.Value{}, false
	}
	switch x := x.(type) {
	case []string:
		x = x[:min(len(x), mostElements)]
		texts := make([]string, len(x))
		for i := range x {
			texts[i] = text(x[i])
		}
		return attribute.StringSliceValue(texts), true
	case []int:
		return attribute.IntSliceValue(x[:min(len(x), mostElements)]), true
	case []int64:
		return attribute.Int64SliceValue(x[:min(len(x), mostElements)]), true
	case []float64:
		return attribute.Float64SliceValue(x[:min(len(x), mostElements)]), true
	case []bool:
		return attribute.BoolSliceValue(x[:min(len(x), mostElements)]), true
	}
	return attribute.StringValue(text(v.String())), true
}

// none reports whether x is nil, or a nil pointer: few methods reckon with that.
func none(x any) bool {
	if x == nil {
		return true
	}
	v := reflect.ValueOf(x)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// text returns s as an attribute can hold it, of which no character is cut in two. What it
// returns of a long one does not keep all of it in memory.
func text(s string) string {
	if len(s) <= longestText {
		return telemetry.Text(s)
	}
	end := longestText
	for i := 0; i < 3 && s[end]&0xC0 == 0x80; i++ { // within a character
		end--
	}
	return telemetry.Text(strings.Clone(s[:end]))
}
