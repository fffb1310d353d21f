package telemetry

// Text that can be exported. What a peer has sent may be any bytes, and what the program logs;
// OTLP has UTF-8 alone, and an exporter gives up a whole batch for one text that is not.

import (
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// Text returns s as valid UTF-8.
func Text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// Attributes makes the values of attrs valid, and returns them. Their keys are constants of
// the caller's.
func Attributes(attrs []attribute.KeyValue) []attribute.KeyValue {
	for i := range attrs {
		if v, same := validValue(attrs[i].Value); !same {
			attrs[i].Value = v
		}
	}
	return attrs
}

// validAttribute returns kv with valid text, and whether that is kv itself.
func validAttribute(kv attribute.KeyValue) (attribute.KeyValue, bool) {
	v, same := validValue(kv.Value)
	key := attribute.Key(Text(string(kv.Key)))
	return attribute.KeyValue{Key: key, Value: v}, same && key == kv.Key
}

// validValue is validAttribute for a value.
func validValue(v attribute.Value) (attribute.Value, bool) {
	switch v.Type() {
	case attribute.STRING:
		if s := v.AsString(); !utf8.ValidString(s) {
			return attribute.StringValue(Text(s)), false
		}
	case attribute.SLICE:
		all, same := v.AsSlice(), true
		for i := range all {
			var ok bool
			all[i], ok = validValue(all[i])
			same = same && ok
		}
		if !same {
			return attribute.SliceValue(all...), false
		}
	case attribute.MAP:
		all, same := v.AsMap(), true
		for i := range all {
			var ok bool
			all[i], ok = validAttribute(all[i])
			same = same && ok
		}
		if !same {
			return attribute.MapValue(all...), false
		}
	}
	return v, true
}
