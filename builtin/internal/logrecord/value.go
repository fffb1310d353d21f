package logrecord

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// ValueOf returns v as the value of an attribute. Numbers, times and lengths of time are what
// OpenTelemetry's bridges make of them; what is none of the types below is as encoding/json
// has it, which is how most loggers write it: what a type hides from that stays hidden.
func ValueOf(v any) attribute.Value { return valueOf(v, 0) }

// deepest is how many maps and lists may be within each other before encoding/json is left to
// find out whether there is an end to it.
const deepest = 100

func valueOf(v any, depth int) attribute.Value {
	if depth > deepest {
		return encoded(v)
	}
	switch v := v.(type) {
	case nil:
		return attribute.Value{}
	case attribute.Value:
		return v
	case string:
		return attribute.StringValue(v)
	case bool:
		return attribute.BoolValue(v)
	case []byte:
		return attribute.ByteSliceValue(v)
	case error:
		text, _ := ErrorText(v)
		return attribute.StringValue(text)
	case time.Time:
		return attribute.Int64Value(v.UnixNano())
	case time.Duration:
		return attribute.Int64Value(v.Nanoseconds())
	case map[string]any:
		return attribute.MapValue(attributes(v, depth)...)
	case []any:
		values := make([]attribute.Value, 0, len(v))
		for _, e := range v {
			values = append(values, valueOf(e, depth+1))
		}
		return attribute.SliceValue(values...)
	case complex64, complex128:
		return attribute.StringValue(fmt.Sprint(v))
	}
	if n, ok := number(v); ok {
		return n
	}
	return encoded(v)
}

// number returns v, a number of a type without a name.
func number(v any) (attribute.Value, bool) {
	switch v := v.(type) {
	case int:
		return attribute.Int64Value(int64(v)), true
	case int8:
		return attribute.Int64Value(int64(v)), true
	case int16:
		return attribute.Int64Value(int64(v)), true
	case int32:
		return attribute.Int64Value(int64(v)), true
	case int64:
		return attribute.Int64Value(v), true
	case uint:
		return Uint(uint64(v)), true
	case uint8:
		return attribute.Int64Value(int64(v)), true
	case uint16:
		return attribute.Int64Value(int64(v)), true
	case uint32:
		return attribute.Int64Value(int64(v)), true
	case uint64:
		return Uint(v), true
	case uintptr:
		return Uint(uint64(v)), true
	case float32:
		return attribute.Float64Value(float64(v)), true
	case float64:
		return attribute.Float64Value(v), true
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return attribute.Int64Value(n), true
		}
		if _, err := strconv.ParseUint(v.String(), 10, 64); err == nil {
			return attribute.StringValue(v.String()), true
		}
		if n, err := v.Float64(); err == nil {
			return attribute.Float64Value(n), true
		}
		return attribute.StringValue(v.String()), true
	}
	return attribute.Value{}, false
}

// Uint returns n as the value of an attribute, which is a text where the number is too large.
func Uint(n uint64) attribute.Value {
	if n > math.MaxInt64 {
		return attribute.StringValue(strconv.FormatUint(n, 10))
	}
	return attribute.Int64Value(int64(n))
}

// Attributes returns the attributes of these keys and values, in the order of their keys.
func Attributes(m map[string]any) []attribute.KeyValue { return attributes(m, 0) }

func attributes(m map[string]any, depth int) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, len(m))
	for _, key := range slices.SortedFunc(maps.Keys(m), cmp.Compare[string]) {
		attrs = append(attrs, attribute.KeyValue{Key: attribute.Key(key), Value: valueOf(m[key], depth+1)})
	}
	return attrs
}

// encoded returns v as encoding/json has it, or why it has not.
func encoded(v any) attribute.Value {
	text, err := json.Marshal(v)
	if err != nil {
		return attribute.StringValue(err.Error())
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		return attribute.StringValue(string(text))
	}
	return ValueOf(plain)
}

// ErrorText returns the text of err, and whether its method can be called, a nil pointer's
// often can not, and returns what can be exported.
func ErrorText(err error) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = fmt.Sprint(err), false // which says that it panics
		}
	}()
	text = err.Error()
	return text, utf8.ValidString(text)
}
