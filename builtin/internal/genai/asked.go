package genai

import (
	"net/http"
	"reflect"
	"sync/atomic"
)

// A RequestField is where the configuration of a request, a struct that both libraries have and
// neither exports, holds the *http.Request that it makes.
type RequestField struct {
	last atomic.Pointer[place] // looked up once: it is one type
}

type place struct {
	of    reflect.Type
	index []int // nil if it has none
}

// In returns the request of config, a pointer to a struct, or nil.
func (f *RequestField) In(config any) *http.Request {
	v := reflect.ValueOf(config)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	v = v.Elem()
	p := f.last.Load()
	if p == nil || p.of != v.Type() {
		p = &place{of: v.Type()}
		if field, ok := p.of.FieldByName("Request"); ok && field.IsExported() && field.Type == reflect.TypeFor[*http.Request]() {
			p.index = field.Index
		}
		f.last.Store(p)
	}
	if p.index == nil {
		return nil
	}
	req, _ := v.FieldByIndex(p.index).Interface().(*http.Request)
	return req
}
