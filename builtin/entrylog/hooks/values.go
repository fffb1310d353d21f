package hooks

// How captured values are written: whatever a handler makes of them, nothing secret is in it.
//
// A value of a basic type is written as it is. Of any other log/slog would have package fmt or
// encoding/json write all that it leads to. So a struct becomes a group of its exported fields,
// and what is in those is treated likewise, as far down as depth says; what is secret by the
// name of a field or the key of a map, or by its type, becomes the mark. A type's LogValue
// wins over all of that: it is what its author wants logged. A String, Error or MarshalText
// is asked only where nothing secret can be in what it says.

import (
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"github.com/goweaver/weaver/instrument/hook"
)

const (
	depth = 6  // of structs, containers and pointers in each other; below that stands an ellipsis
	most  = 16 // elements of a slice or a map that are written
)

var (
	logValuer = reflect.TypeFor[slog.LogValuer]()
	timeType  = reflect.TypeFor[time.Time]()
)

// parameters adds the values as attributes. When a function has ended, it may have handed on
// what its parameters lead to: then late leaves out what is not in the value itself.
// What is hidden is added to found, to be looked for in the text of an error.
func (s *settings) parameters(attrs []slog.Attr, captured hook.Captured, late bool, found *hidden) []slog.Attr {
	for i := range captured.Len() {
		v := captured.At(i)
		if v.Kind() == hook.KindAny && late && !plain(reflect.TypeOf(v.Any())) {
			continue
		}
		attrs = append(attrs, slog.Attr{Key: v.Key, Value: s.captured(v, found)})
	}
	return attrs
}

func (s *settings) captured(v hook.Value, found *hidden) slog.Value {
	secret := s.named(v.Key) || s.declared(v.Type)
	if v.Kind() == hook.KindAny {
		return s.shown(reflect.ValueOf(v.Any()), depth, secret, found)
	}
	if secret && v.Kind() != hook.KindNone {
		found.add(v.String())
		return slog.StringValue(mark)
	}
	switch v.Kind() {
	case hook.KindBool:
		return slog.BoolValue(v.Bool())
	case hook.KindInt64:
		return slog.Int64Value(v.Int64())
	case hook.KindUint64:
		return slog.Uint64Value(v.Uint64())
	case hook.KindFloat64:
		return slog.Float64Value(v.Float64())
	case hook.KindString:
		return slog.StringValue(v.String())
	}
	return slog.AnyValue(nil)
}

// shown returns what is written of v, which is secret by its name or not.
func (s *secrets) shown(v reflect.Value, depth int, secret bool, found *hidden) slog.Value {
	if !v.IsValid() {
		return slog.AnyValue(nil)
	}
	if own, ok := logValueOf(v); ok {
		return s.resolved(own.Resolve(), depth-1, found)
	}
	if v.Kind() == reflect.Interface {
		return s.shown(v.Elem(), depth, secret, found)
	}
	if secret || s.typed(v.Type()) {
		found.gather(v, depth)
		return slog.StringValue(mark)
	}
	if err, ok := v.Interface().(error); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return slog.StringValue(textOf(s.errorOf(err, &hidden{})))
	}
	if s.isClean(v.Type()) {
		if own, ok := speaks(v); ok {
			return own
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		if depth <= 0 {
			return slog.StringValue("…")
		}
	}
	return s.parts(v, depth-1, found)
}

// logValueOf returns what the type of v, or a pointer to it, says by LogValue.
func logValueOf(v reflect.Value) (slog.Value, bool) {
	if t := v.Type(); t.Kind() != reflect.Interface && !t.Implements(logValuer) && reflect.PointerTo(t).Implements(logValuer) {
		p := reflect.New(t)
		p.Elem().Set(v)
		v = p
	}
	if l, ok := v.Interface().(slog.LogValuer); ok {
		return slog.AnyValue(l), true
	}
	return slog.Value{}, false
}

// resolved returns what is written of what a LogValue returns: that, but for values in it that
// log/slog would hand to others.
func (s *secrets) resolved(v slog.Value, depth int, found *hidden) slog.Value {
	switch {
	case v.Kind() == slog.KindAny:
		return s.shown(reflect.ValueOf(v.Any()), depth, false, found)
	case v.Kind() == slog.KindGroup && depth <= 0:
		return slog.StringValue("…")
	case v.Kind() == slog.KindGroup:
		attrs := slices.Clone(v.Group())
		for i, a := range attrs {
			attrs[i].Value = s.resolved(a.Value.Resolve(), depth-1, found)
		}
		return slog.GroupValue(attrs...)
	}
	return v
}

// speaks returns what v says of itself, if it has a method for that.
func speaks(v reflect.Value) (own slog.Value, ok bool) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return slog.AnyValue(nil), true
	}
	defer func() {
		if recover() != nil {
			own, ok = slog.Value{}, false
		}
	}()
	switch x := v.Interface().(type) {
	case time.Time:
		return slog.TimeValue(x), true
	case time.Duration:
		return slog.DurationValue(x), true
	case error:
		return slog.StringValue(x.Error()), true
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		return slog.StringValue(string(text)), err == nil
	case fmt.Stringer:
		return slog.StringValue(x.String()), true
	case json.Marshaler:
		text, err := x.MarshalJSON()
		return slog.AnyValue(json.RawMessage(text)), err == nil
	}
	return slog.Value{}, false
}

// parts returns what is written of v by its kind.
func (s *secrets) parts(v reflect.Value, depth int, found *hidden) slog.Value {
	switch v.Kind() {
	case reflect.Bool:
		return slog.BoolValue(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return slog.Int64Value(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return slog.Uint64Value(v.Uint())
	case reflect.Float32, reflect.Float64:
		return slog.Float64Value(v.Float())
	case reflect.String:
		return slog.StringValue(v.String())
	case reflect.Complex64, reflect.Complex128:
		return slog.StringValue(fmt.Sprint(v.Complex()))
	case reflect.Pointer:
		if v.IsNil() {
			return slog.AnyValue(nil)
		}
		return s.shown(v.Elem(), depth, false, found)
	case reflect.Struct:
		if attrs := s.fields(nil, v, depth, found); len(attrs) > 0 {
			return slog.GroupValue(attrs...)
		}
		return slog.StringValue("{}") // a group without attributes is left out
	case reflect.Slice, reflect.Array:
		return s.elements(v, depth, found)
	case reflect.Map:
		return slog.AnyValue(s.entries(v, depth, found))
	}
	return slog.StringValue(v.Type().String()) // a channel or a function
}

// fields adds the exported fields of a struct, those of structs that it embeds among them.
// What is never to be in JSON is not in a line.
func (s *secrets) fields(attrs []slog.Attr, v reflect.Value, depth int, found *hidden) []slog.Attr {
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		secret := s.secretField(f)
		switch {
		case f.Tag.Get("json") == "-":
			if f.IsExported() {
				found.gather(field, depth)
			}
		case f.Anonymous && !secret && f.Type.Kind() == reflect.Struct && !s.typed(f.Type) && f.Type != timeType:
			attrs = s.fields(attrs, field, depth, found)
		case f.IsExported():
			attrs = append(attrs, slog.Attr{Key: f.Name, Value: s.shown(field, depth, secret, found)})
		}
	}
	return attrs
}

// elements returns the list of what is written of the elements; of bytes, their number.
func (s *secrets) elements(v reflect.Value, depth int, found *hidden) slog.Value {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return slog.AnyValue(nil)
	case v.Type().Elem().Kind() == reflect.Uint8:
		return slog.StringValue(fmt.Sprintf("%d bytes", v.Len()))
	}
	out := make([]any, 0, min(v.Len(), most+1))
	for i := range min(v.Len(), most) {
		out = append(out, asAny(s.shown(v.Index(i), depth, false, found)))
	}
	if n := v.Len() - most; n > 0 {
		out = append(out, fmt.Sprintf("… %d more", n))
	}
	return slog.AnyValue(out)
}

// entries returns what is written of a map: of one with too many keys, the first ones in order.
func (s *secrets) entries(v reflect.Value, depth int, found *hidden) any {
	if v.IsNil() {
		return nil
	}
	byKey := make(map[string]reflect.Value, v.Len())
	keys := make([]string, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		key := fmt.Sprint(asAny(s.shown(it.Key(), depth, false, found)))
		if _, ok := byKey[key]; !ok {
			keys = append(keys, key)
		}
		byKey[key] = it.Value()
	}
	slices.Sort(keys)
	out := make(map[string]any, min(len(keys), most+1))
	for i, key := range keys {
		if i == most {
			out["…"] = fmt.Sprintf("%d more", len(keys)-most)
			break
		}
		out[key] = asAny(s.shown(byKey[key], depth, s.has(key), found))
	}
	return out
}

// asAny returns v as what package fmt and encoding/json can write within something else.
func asAny(v slog.Value) any {
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	out := map[string]any{}
	for _, a := range v.Group() {
		out[a.Key] = asAny(a.Value.Resolve())
	}
	return out
}

// plain reports whether a value of type t is all in itself: nobody can change what it is.
func plain(t reflect.Type) bool {
	switch {
	case t == nil || t == timeType:
		return true
	case t.Kind() == reflect.Array:
		return plain(t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return t.Kind() == reflect.String || t.Kind() <= reflect.Complex128
}
