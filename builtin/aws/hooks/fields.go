package hooks

// What is told of the fields of a struct, which have different types in different versions of
// a service: a number is an int32 here and a *int32 there.

import (
	"reflect"
	"sync"

	"go.opentelemetry.io/otel/attribute"
)

// A tell adds what is told of a field to the attributes. The value is not a pointer.
type tell func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue

// A told is a field that is told of.
type told struct {
	name string
	tell tell
}

// fields are those that are told of, of the structs of a service.
type fields struct {
	all   []told
	zeros bool // are told too, where a field is no pointer
	// known has where a type has them, so that this is looked up once: there are as many types
	// as operations that a program uses.
	known sync.Map // of reflect.Type to []found
}

type found struct {
	index int
	tell  tell
}

// newFields returns those of parameters: what is zero was not set.
func newFields(all ...told) *fields { return &fields{all: all} }

// newResults returns those of results: none of many is a result.
func newResults(all ...told) *fields { return &fields{all: all, zeros: true} }

// of adds what is told of v, which is a pointer to a struct where anything is.
func (f *fields) of(v any, attrs []attribute.KeyValue) []attribute.KeyValue {
	s := reflect.ValueOf(v)
	if s.Kind() != reflect.Pointer || s.IsNil() || s.Elem().Kind() != reflect.Struct {
		return attrs
	}
	s = s.Elem()
	for _, in := range f.in(s.Type()) {
		field := s.Field(in.index)
		if field.IsZero() && !f.zeros {
			continue
		}
		if field = value(field); field.IsValid() {
			attrs = in.tell(field, attrs)
		}
	}
	return attrs
}

func (f *fields) in(t reflect.Type) []found {
	if known, ok := f.known.Load(t); ok {
		return known.([]found)
	}
	var in []found
	for _, one := range f.all {
		if field, ok := t.FieldByName(one.name); ok && field.IsExported() && len(field.Index) == 1 {
			in = append(in, found{field.Index[0], one.tell})
		}
	}
	known, _ := f.known.LoadOrStore(t, in)
	return known.([]found)
}

// value returns what v, which may be a pointer, stands for; no value if there is none.
func value(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

// text is for text of any type.
func text(made func(string) attribute.KeyValue) tell {
	return named(func(s string, attrs []attribute.KeyValue) []attribute.KeyValue { return append(attrs, made(s)) })
}

// named is for text of which more is told.
func named(tell func(s string, attrs []attribute.KeyValue) []attribute.KeyValue) tell {
	return func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
		if v.Kind() != reflect.String || v.Len() == 0 {
			return attrs
		}
		return tell(v.String(), attrs)
	}
}

// texts is for several.
func texts(made func(...string) attribute.KeyValue) tell {
	return func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
		all, ok := v.Interface().([]string)
		if !ok || len(all) == 0 {
			return attrs
		}
		return append(attrs, made(all...))
	}
}

func integer(made func(int) attribute.KeyValue) tell {
	return func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
		if !v.CanInt() {
			return attrs
		}
		return append(attrs, made(int(v.Int())))
	}
}

func boolean(made func(bool) attribute.KeyValue) tell {
	return func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
		if v.Kind() != reflect.Bool {
			return attrs
		}
		return append(attrs, made(v.Bool()))
	}
}

// count is for how many there are.
func count(made func(int) attribute.KeyValue) tell {
	return func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
		if v.Kind() != reflect.Slice {
			return attrs
		}
		return append(attrs, made(v.Len()))
	}
}
