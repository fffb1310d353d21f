package hooks

import (
	"context"
	"math"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.uber.org/zap/zapcore"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

// A given is what a logger or a record was given, as it is exported. It is never changed.
type given struct {
	ctx context.Context // of the fields, if one holds one
	err error           // the last one
	// What stands in no namespace, and in each that was opened and all before it.
	spaces []space
}

type space struct {
	name  string
	attrs []attribute.KeyValue
}

// with returns what was given with fields more.
func (g given) with(fields []zapcore.Field) given {
	if len(fields) == 0 {
		return g
	}
	spaces := make([]space, 0, len(g.spaces)+1)
	for _, s := range g.spaces {
		spaces = append(spaces, space{s.name, slices.Clip(s.attrs)})
	}
	if len(spaces) == 0 {
		spaces = append(spaces, space{attrs: make([]attribute.KeyValue, 0, len(fields))})
	}
	for i := range fields {
		f := &fields[i]
		if ctx, ok := f.Interface.(context.Context); ok {
			g.ctx = ctx
			continue
		}
		if f.Type == zapcore.NamespaceType {
			spaces = append(spaces, space{name: f.Key})
			continue
		}
		if err, ok := f.Interface.(error); ok && f.Type == zapcore.ErrorType {
			g.err = err
		}
		last := &spaces[len(spaces)-1]
		last.attrs = add(last.attrs, f)
	}
	g.spaces = spaces
	return g
}

// attributes returns what was given, each namespace a map in the one before.
func (g given) attributes() []attribute.KeyValue {
	var attrs []attribute.KeyValue
	for i, s := range slices.Backward(g.spaces) {
		inner := attrs
		attrs = s.attrs
		if len(inner) > 0 {
			attrs = append(slices.Clip(attrs), attribute.Map(g.spaces[i+1].name, inner...))
		}
	}
	return attrs
}

// add returns attrs with what the field is. The types that are not here are left to zap's own
// encoder, which knows what a field is and calls what the program has made it of.
func add(attrs []attribute.KeyValue, f *zapcore.Field) []attribute.KeyValue {
	switch f.Type {
	case zapcore.SkipType:
		return attrs
	case zapcore.StringType:
		return append(attrs, attribute.String(f.Key, f.String))
	case zapcore.BoolType:
		return append(attrs, attribute.Bool(f.Key, f.Integer == 1))
	case zapcore.Int64Type, zapcore.Int32Type, zapcore.Int16Type, zapcore.Int8Type,
		zapcore.Uint32Type, zapcore.Uint16Type, zapcore.Uint8Type, zapcore.DurationType:
		return append(attrs, attribute.Int64(f.Key, f.Integer))
	case zapcore.Uint64Type, zapcore.UintptrType:
		return append(attrs, attribute.KeyValue{Key: attribute.Key(f.Key), Value: logrecord.Uint(uint64(f.Integer))})
	case zapcore.Float64Type:
		return append(attrs, attribute.Float64(f.Key, math.Float64frombits(uint64(f.Integer))))
	case zapcore.TimeType:
		return append(attrs, attribute.Int64(f.Key, f.Integer))
	case zapcore.TimeFullType:
		return append(attrs, attribute.Int64(f.Key, f.Interface.(time.Time).UnixNano()))
	case zapcore.ErrorType, zapcore.ReflectType:
		return append(attrs, attribute.KeyValue{Key: attribute.Key(f.Key), Value: logrecord.ValueOf(f.Interface)})
	}
	enc := zapcore.NewMapObjectEncoder()
	f.AddTo(enc)
	return append(attrs, logrecord.Attributes(enc.Fields)...)
}
