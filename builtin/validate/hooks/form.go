package hooks

// What there is to check of a type.

import (
	"reflect"
	"strings"
	"sync"
	"time"
)

// forms holds a *form for each type that was asked for: as many as the program has types of
// parameters. Each is for one tag; the program has one, and its tests may have others.
var forms sync.Map // by reflect.Type

// A form is what the library has to be told of a type.
type form struct {
	tag      string // of struct fields
	isStruct bool   // it is a struct, or a pointer to one, or a list or map of such
	dive     string // the tag by which the library gets through lists and maps to structs; "" without
	tagged   bool   // the library finds tags in the struct
}

// formOf returns the form of a type. After the first time it does not allocate.
func formOf(t reflect.Type, tag string) *form {
	if f, ok := forms.Load(t); ok && f.(*form).tag == tag {
		return f.(*form)
	}
	f := &form{tag: tag}
	inner, dives := t, []string(nil)
	for {
		switch inner.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map:
			dives = append(dives, "dive")
		case reflect.Pointer:
		default:
			if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() { // to the library that is a value
				f.isStruct, f.dive, f.tagged = true, strings.Join(dives, ","), isTagged(inner, tag, map[reflect.Type]bool{})
			}
			forms.Store(t, f)
			return f
		}
		inner = inner.Elem()
	}
}

// isTagged reports whether the library would find the tag on its way through the struct: on an
// exported or embedded field, or on one of a struct that such a field is, or points to. It
// does not go into lists and maps whose field has no tag.
func isTagged(t reflect.Type, tag string, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		switch f.Tag.Get(tag) {
		case "-":
			continue
		case "":
		default:
			return true
		}
		inner := f.Type
		for inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && isTagged(inner, tag, seen) {
			return true
		}
	}
	return false
}
