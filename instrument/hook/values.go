package hook

// The parameters of a function, and parts of them, as data: for hooks that log or
// record whatever a function was called with.

// Params is all parameters of the function that a hook runs for, without the receiver,
// as they are when the hook is called. A hook gets it by having a parameter of that
// type. A variadic parameter is one value, its slice.
//
// It holds values of basic types without an allocation; any other is boxed, as where
// it is assigned to a variable of type any.
type Params struct{ Values }

// Captured is what [instrument.Rule.Capture] names, in that order. A hook gets it by
// having a parameter of that type.
//
// [instrument.Rule.Capture]: https://pkg.go.dev/github.com/goweaver/weaver/instrument#Rule.Capture
type Captured struct{ Values }

// Values is an ordered list of values. Reading it does not allocate.
//
// Woven code makes it, in packages that need not be able to import this one: what it
// and the types in it are made of, down to the order of the fields, is part of the
// contract between weaver and woven code.
type Values struct {
	about []about // static data, one for each value
	first [4]cell // the values in place, and
	more  []cell  // those from the fifth on
}

// about is what the source says of a value.
type about struct {
	key  string
	typ  string
	kind Kind
}

// A cell is a value. Which field holds it is for its kind to say.
type cell struct {
	num    uint64  // also of a bool, 0 or 1, and an int64
	float  float64 //
	text   string  //
	boxed  any     // of KindAny
	absent bool    // there is none: KindNone
}

// Len returns the number of values.
func (v Values) Len() int { return len(v.about) }

// At returns the value with index i, from 0. It panics if there is none.
func (v Values) At(i int) Value {
	a := &v.about[i]
	out := Value{Key: a.key, Type: a.typ, kind: a.kind}
	if i < len(v.first) {
		out.cell = v.first[i]
	} else {
		out.cell = v.more[i-len(v.first)]
	}
	if out.absent {
		out.kind = KindNone
	}
	return out
}

// All returns an iterator over the values, in order.
func (v Values) All() func(yield func(Value) bool) {
	return func(yield func(Value) bool) {
		for i := range v.about {
			if !yield(v.At(i)) {
				return
			}
		}
	}
}

// Get returns the first value with that key, or the zero Value and false.
func (v Values) Get(key string) (Value, bool) {
	for i := range v.about {
		if v.about[i].key == key {
			return v.At(i), true
		}
	}
	return Value{}, false
}

// A Value is one of [Values]. The zero Value is of KindNone.
type Value struct {
	// Key is the name of the parameter, "" for one that is unnamed or blank; of a
	// captured value, the selector as Capture names it.
	Key string
	// Type is the declared type, as its author would write it with full import paths:
	// *net/http.Request, []string, or T where it is a type parameter.
	Type string

	kind Kind
	cell
}

// A Kind says what a [Value] is held as.
type Kind uint8

// The kinds of values.
const (
	// KindNone is the kind of a captured value that is not there: a pointer on the way
	// to it is nil.
	KindNone    Kind = iota
	KindBool         // of any boolean type
	KindInt64        // of any signed integer type
	KindUint64       // of any unsigned integer type
	KindFloat64      // of both floating-point types
	KindString       // of any string type
	// KindAny is the kind of all other types: of those with methods, though they be
	// basic ones below, since the methods are part of what the value means; of what has a
	// type parameter in it; and of those that a function declares for itself.
	KindAny
)

// String returns the kind's name: None, Bool, Int64, Uint64, Float64, String or Any.
func (k Kind) String() string {
	names := [...]string{"None", "Bool", "Int64", "Uint64", "Float64", "String", "Any"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Kind returns what the value is held as.
func (v Value) Kind() Kind { return v.kind }

// Bool returns the value. It panics if that is not of KindBool.
func (v Value) Bool() bool { return v.is(KindBool).num != 0 }

// Int64 returns the value. It panics if that is not of KindInt64.
func (v Value) Int64() int64 { return int64(v.is(KindInt64).num) }

// Uint64 returns the value. It panics if that is not of KindUint64.
func (v Value) Uint64() uint64 { return v.is(KindUint64).num }

// Float64 returns the value. It panics if that is not of KindFloat64.
func (v Value) Float64() float64 { return v.is(KindFloat64).float }

// Any returns the value: a bool, int64, uint64, float64 or string for what is of such a
// kind, nil for what is not there, and for KindAny what the parameter holds.
func (v Value) Any() any {
	switch v.kind {
	case KindBool:
		return v.num != 0
	case KindInt64:
		return int64(v.num)
	case KindUint64:
		return v.num
	case KindFloat64:
		return v.float
	case KindString:
		return v.text
	}
	return v.boxed
}

func (v *Value) is(k Kind) *cell {
	if v.kind != k {
		panic("hook: the value " + v.Key + " is of kind " + v.kind.String() + ", not " + k.String())
	}
	return &v.cell
}
