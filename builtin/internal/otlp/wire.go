package otlp

// Protobuf's encoding, as far as the protocol's messages need it: an encoder for what is
// sent, behind it what all three signals have in common, and a reader of fields for what is
// answered. Source: https://protobuf.dev/programming-guides/encoding/

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
)

// Wire types.
const (
	varintType = 0
	fixed64    = 1
	bytesType  = 2
	fixed32    = 5
)

// An encoder appends fields to a message. A field with the zero value of its type is left
// out, as proto3 has it, but by those functions that say otherwise.
type encoder struct{ buf []byte }

func (e *encoder) tag(field, wireType int) {
	e.buf = binary.AppendUvarint(e.buf, uint64(field<<3|wireType))
}

func (e *encoder) uint(field int, v uint64) {
	if v != 0 {
		e.uintAlways(field, v)
	}
}

// uintAlways writes 0 too: for members of a oneof, whose presence means something.
func (e *encoder) uintAlways(field int, v uint64) {
	e.tag(field, varintType)
	e.buf = binary.AppendUvarint(e.buf, v)
}

// count writes a number of things as a uint32.
func (e *encoder) count(field, n int) {
	e.uint(field, uint64(min(max(n, 0), math.MaxUint32)))
}

// sint writes a number that is often negative.
func (e *encoder) sint(field int, v int32) {
	e.uint(field, uint64(uint32(v<<1)^uint32(v>>31)))
}

func (e *encoder) fixed32(field int, v uint32) {
	if v != 0 {
		e.tag(field, fixed32)
		e.buf = binary.LittleEndian.AppendUint32(e.buf, v)
	}
}

func (e *encoder) fixed64(field int, v uint64) {
	if v != 0 {
		e.fixed64Always(field, v)
	}
}

func (e *encoder) fixed64Always(field int, v uint64) {
	e.tag(field, fixed64)
	e.buf = binary.LittleEndian.AppendUint64(e.buf, v)
}

func (e *encoder) double(field int, v float64) { e.fixed64(field, math.Float64bits(v)) }

func (e *encoder) doubleAlways(field int, v float64) { e.fixed64Always(field, math.Float64bits(v)) }

// time writes nanoseconds since 1970, nothing for a time before that.
func (e *encoder) time(field int, t time.Time) {
	e.fixed64(field, uint64(max(0, t.UnixNano())))
}

func (e *encoder) bytes(field int, v []byte) {
	if len(v) > 0 {
		e.bytesAlways(field, v)
	}
}

func (e *encoder) bytesAlways(field int, v []byte) {
	e.tag(field, bytesType)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(v)))
	e.buf = append(e.buf, v...)
}

func (e *encoder) text(field int, s string) {
	if s != "" {
		e.textAlways(field, s)
	}
}

// textAlways writes U+FFFD for what is no UTF-8: a collector refuses a whole request for the
// sake of one such string.
func (e *encoder) textAlways(field int, s string) {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	e.tag(field, bytesType)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(s)))
	e.buf = append(e.buf, s...)
}

// message writes what fill writes as a message of its own, also an empty one. Its length
// stands in front of it and is known behind it; most are of one byte, and for the others
// what was written is moved.
func (e *encoder) message(field int, fill func()) {
	e.tag(field, bytesType)
	e.buf = append(e.buf, 0)
	start := len(e.buf)
	fill()
	n := len(e.buf) - start
	var length [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(length[:], uint64(n))
	e.buf = append(e.buf, length[1:size]...)
	if size > 1 {
		copy(e.buf[start+size-1:], e.buf[start:start+n])
	}
	copy(e.buf[start-1:], length[:size])
}

// attributes writes key-values, which have the same form in each message.
func (e *encoder) attributes(field int, kvs []attribute.KeyValue) {
	for _, kv := range kvs {
		e.keyValue(field, kv)
	}
}

// set writes the key-values of a set.
func (e *encoder) set(field int, set *attribute.Set) {
	for i := set.Iter(); i.Next(); {
		e.keyValue(field, i.Attribute())
	}
}

func (e *encoder) keyValue(field int, kv attribute.KeyValue) {
	e.message(field, func() {
		e.text(1, string(kv.Key))
		e.message(2, func() { e.value(kv.Value) })
	})
}

// value writes the fields of an AnyValue, none for an empty one.
func (e *encoder) value(v attribute.Value) {
	switch v.Type() {
	case attribute.EMPTY:
	case attribute.STRING:
		e.textAlways(1, v.AsString())
	case attribute.BOOL:
		e.uintAlways(2, bit(v.AsBool()))
	case attribute.INT64:
		e.uintAlways(3, uint64(v.AsInt64()))
	case attribute.FLOAT64:
		e.doubleAlways(4, v.AsFloat64())
	case attribute.BYTESLICE:
		e.bytesAlways(7, v.AsByteSlice())
	case attribute.MAP:
		e.message(6, func() { e.attributes(1, v.AsMap()) })
	case attribute.SLICE:
		array(e, v.AsSlice(), func(v attribute.Value) { e.value(v) })
	case attribute.STRINGSLICE:
		array(e, v.AsStringSlice(), func(s string) { e.textAlways(1, s) })
	case attribute.BOOLSLICE:
		array(e, v.AsBoolSlice(), func(b bool) { e.uintAlways(2, bit(b)) })
	case attribute.INT64SLICE:
		array(e, v.AsInt64Slice(), func(i int64) { e.uintAlways(3, uint64(i)) })
	case attribute.FLOAT64SLICE:
		array(e, v.AsFloat64Slice(), func(f float64) { e.doubleAlways(4, f) })
	default: // a kind that this version of the API does not have
		e.textAlways(1, v.String())
	}
}

// array writes an ArrayValue, each of whose values is written by write.
func array[T any](e *encoder, values []T, write func(T)) {
	e.message(5, func() {
		for _, v := range values {
			e.message(1, func() { write(v) })
		}
	})
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// scope writes an InstrumentationScope; schemaURL stands in the message around it.
func (e *encoder) scope(field int, s instrumentation.Scope) {
	e.message(field, func() {
		e.text(1, s.Name)
		e.text(2, s.Version)
		e.set(3, &s.Attributes)
	})
}

// errCut says that an answer is no message of protobuf's.
var errCut = errors.New("the answer is not a message of the protocol")

// fields calls each for the fields of a message, with the number of an integer and the
// content of a message or string. It is for answers, so that what a server sends can not
// make it read past them.
func fields(data []byte, each func(field int, number uint64, content []byte)) error {
	for len(data) > 0 {
		tag, n := binary.Uvarint(data)
		if n <= 0 {
			return errCut
		}
		data = data[n:]
		var number uint64
		var content []byte
		size := 0
		switch tag & 7 {
		case varintType:
			if number, size = binary.Uvarint(data); size <= 0 {
				return errCut
			}
		case fixed64:
			size = 8
		case fixed32:
			size = 4
		case bytesType:
			length, n := binary.Uvarint(data)
			if n <= 0 || length > uint64(len(data)-n) {
				return errCut
			}
			size = n + int(length)
			content = data[n:size]
		default:
			return errCut
		}
		if size > len(data) {
			return errCut
		}
		data = data[size:]
		each(int(tag>>3), number, content)
	}
	return nil
}
