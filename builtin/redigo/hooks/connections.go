package hooks

import (
	"reflect"

	"github.com/gomodule/redigo/redis"

	"github.com/goweaver/weaver/builtin/internal/aside"
)

// connections are what the hooks know of the library's connections, whose type is not exported,
// and can be compared, so that it can have no field more. They outlast the calls of the hooks.
var connections aside.Table[byte, connection]

// own is the type of the library's connection.
var own = reflect.TypeOf(redis.NewConn(nil, 0, 0)).Elem()

// pointer returns where v is, a pointer to the library's connection, or nil if it is none.
func pointer(v any) *byte {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Pointer || t.Elem() != own {
		return nil
	}
	return (*byte)(reflect.ValueOf(v).UnsafePointer())
}

// deepest is how many connections may stand on each other.
const deepest = 8

// below returns where the library's connection is that c stands on, or nil: c itself, what a
// pool has lent, and what a struct is made of that embeds a connection, as the library's
// loggers do and whoever has a connection of their own.
func below(c redis.Conn) *byte {
	v := reflect.ValueOf(c)
	for range deepest {
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return nil
			}
			if v.Type().Elem() == own {
				return (*byte)(v.UnsafePointer())
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return nil
		}
		if lent := v.FieldByName("pc"); lent.IsValid() && v.Type().PkgPath() == own.PkgPath() { // an activeConn
			if lent.Kind() != reflect.Pointer || lent.IsNil() {
				return nil
			}
			v = lent.Elem().FieldByName("c")
			continue
		}
		v = embedded(v)
	}
	return nil
}

// embedded returns the connection that the struct v embeds, or the zero Value.
func embedded(v reflect.Value) reflect.Value {
	conn := reflect.TypeFor[redis.Conn]()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.Type.Implements(conn) {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}
