package hook

// MakeValues returns values as woven code would make them, for the tests of hooks. Its
// arguments are keys, each followed by its value:
//
//	Log(hook.Params{Values: hook.MakeValues("id", "o-1", "count", 3)})
//
// Types are known for predeclared basic types only; Type is empty for all others. It
// panics if a key is no string or has no value.
func MakeValues(keysAndValues ...any) Values {
	var v Values
	if len(keysAndValues)%2 != 0 {
		panic("hook: the last key has no value")
	}
	for i := 0; i < len(keysAndValues); i += 2 {
		key, ok := keysAndValues[i].(string)
		if !ok {
			panic("hook: a key is not a string")
		}
		typ, kind, c := lower(keysAndValues[i+1])
		if n := len(v.about); n < len(v.first) {
			v.first[n] = c
		} else {
			v.more = append(v.more, c)
		}
		v.about = append(v.about, about{key, typ, kind})
	}
	return v
}

// lower returns the value as it is held, with its type.
func lower(v any) (typ string, kind Kind, c cell) {
	if n, ok := signed(v); ok {
		return basicName(v), KindInt64, cell{num: uint64(n)}
	}
	if n, ok := unsigned(v); ok {
		return basicName(v), KindUint64, cell{num: n}
	}
	switch x := v.(type) {
	case bool:
		if x {
			c.num = 1
		}
		return "bool", KindBool, c
	case string:
		return "string", KindString, cell{text: x}
	case float32:
		return "float32", KindFloat64, cell{float: float64(x)}
	case float64:
		return "float64", KindFloat64, cell{float: x}
	}
	return "", KindAny, cell{boxed: v}
}

func basicName(v any) string {
	switch v.(type) {
	case int:
		return "int"
	case int8:
		return "int8"
	case int16:
		return "int16"
	case int32:
		return "int32"
	case int64:
		return "int64"
	case uint:
		return "uint"
	case uint8:
		return "uint8"
	case uint16:
		return "uint16"
	case uint32:
		return "uint32"
	case uint64:
		return "uint64"
	}
	return "uintptr"
}
