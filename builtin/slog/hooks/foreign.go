package hooks

import (
	"log/slog"
	"reflect"
	"sync"
)

// isForeign reports whether h formats records by itself, by code that is not log/slog's: a
// record for it has the ids as attributes, since nothing else is known of it. A handler
// that passes records on to others is left alone, and they are asked in its place: where
// they are log/slog's, or loggers of their own, they come by the ids themselves, outside of
// groups. OpenTelemetry's bridge has no use for ids as attributes.
func isForeign(h slog.Handler) bool {
	t := reflect.TypeOf(h)
	v, ok := foreigners.Load(t)
	if !ok {
		v, _ = foreigners.LoadOrStore(t, foreign(t))
	}
	return v.(bool)
}

// foreigners says of each type of handler that was seen whether it is foreign. A program
// has a handful. It is package-level since a hook has no receiver that could keep it.
var foreigners sync.Map

var handlerType = reflect.TypeFor[slog.Handler]()

func foreign(t reflect.Type) bool {
	elem := t
	if t.Kind() == reflect.Pointer {
		elem = t.Elem()
	}
	switch elem.PkgPath() {
	case "log/slog", "go.opentelemetry.io/contrib/bridges/otelslog":
		return false
	}
	return !leads(elem, 4)
}

// leads reports whether a value of type t may hold a handler, in a struct or container at
// most depth others down.
func leads(t reflect.Type, depth int) bool {
	if depth == 0 {
		return false
	}
	part := func(t reflect.Type) bool {
		return t.Implements(handlerType) ||
			t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(handlerType) || leads(t, depth-1)
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if part(t.Field(i).Type) {
				return true
			}
		}
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map, reflect.Chan:
		return part(t.Elem())
	case reflect.Func: // one that makes it when it is needed
		for i := range t.NumOut() {
			if part(t.Out(i)) {
				return true
			}
		}
	}
	return false
}
