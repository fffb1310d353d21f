package hooks

// Parameters and errors as text: what was there when the function was called, and no
// more than was asked for.

import (
	"encoding"
	"fmt"
	"log/slog"
	"reflect"

	"github.com/goweaver/weaver/builtin/audit/sink"
	"github.com/goweaver/weaver/instrument/hook"
)

// detailsOf returns what was captured, or nil. The sink may keep it, so each call has its own.
func detailsOf(c hook.Captured) []sink.Detail {
	if c.Len() == 0 {
		return nil
	}
	out := make([]sink.Detail, c.Len())
	for i := range out {
		v := c.At(i)
		out[i] = sink.Detail{Key: v.Key, Value: text(v)}
	}
	return out
}

// text returns a value as text. A basic one is written plainly, and one that has a say in it
// as that says: first by LogValue, with which a type redacts itself, then by MarshalText,
// Error or String. Lists and maps of such values are written as package fmt does. Of any
// other there is only the type, in parentheses: a struct may have fields that belong in no
// record, and its author should name those that do.
func text(v hook.Value) (out string) {
	if v.Kind() != hook.KindAny {
		return v.String()
	}
	defer func() {
		if recover() != nil {
			out = "(" + v.Type + ")"
		}
	}()
	x := v.Any()
	if p := reflect.ValueOf(x); p.Kind() == reflect.Pointer && p.IsNil() {
		return "<nil>" // as what is behind it
	}
	switch x := x.(type) {
	case slog.LogValuer:
		return x.LogValue().Resolve().String()
	case encoding.TextMarshaler:
		if b, err := x.MarshalText(); err == nil {
			return string(b)
		}
	}
	if t := reflect.TypeOf(x); t != nil && isList(t) && isPlain(t) {
		return fmt.Sprint(x)
	}
	return v.String()
}

func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map
}

// isPlain reports whether package fmt writes values of the type without looking into structs
// or through interfaces, of which nobody knows what is in them.
func isPlain(t reflect.Type) bool {
	if t.Implements(reflect.TypeFor[fmt.Stringer]()) || t.Implements(reflect.TypeFor[error]()) {
		return !t.Implements(reflect.TypeFor[slog.LogValuer]())
	}
	switch t.Kind() {
	case reflect.Map:
		return isPlain(t.Key()) && isPlain(t.Elem())
	case reflect.Slice, reflect.Array:
		return isPlain(t.Elem())
	case reflect.Pointer, reflect.Struct, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	}
	return !t.Implements(reflect.TypeFor[slog.LogValuer]())
}

// errorText returns the text of an error. One that panics when it is asked, such as a nil
// pointer in the interface, would do so without the audit only if somebody asked.
func errorText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("(%T)", err)
		}
	}()
	return err.Error()
}
