package instrument

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/goweaver/weaver/internal/rule"
)

// describe returns the constant as the plan carries it.
func (c constant) describe() (rule.Option, error) {
	if c.key == "" {
		return rule.Option{}, errors.New("With has an empty key; name the constant")
	}
	o, found := constantOf(c.value)
	if found != "" {
		return rule.Option{}, fmt.Errorf("With(%q) has %s, which is no constant that woven code can hold; give a string, a boolean or a finite number that fits int64 or float64", c.key, found)
	}
	o.Key = c.key
	return o, nil
}

// constantOf returns the value as a constant without a key, or what it is instead.
func constantOf(value any) (_ rule.Option, found string) {
	v := reflect.ValueOf(value)
	switch d, ok := value.(time.Duration); {
	case ok:
		return rule.Option{Kind: rule.Duration, Text: strconv.FormatInt(int64(d), 10)}, ""
	case v.Kind() == reflect.String:
		return rule.Option{Kind: "string", Text: strconv.Quote(v.String())}, ""
	case v.Kind() == reflect.Bool:
		return rule.Option{Kind: "bool", Text: strconv.FormatBool(v.Bool())}, ""
	case v.CanInt():
		return rule.Option{Kind: "int64", Text: strconv.FormatInt(v.Int(), 10)}, ""
	case v.CanUint() && v.Uint() < 1<<63:
		return rule.Option{Kind: "int64", Text: strconv.FormatUint(v.Uint(), 10)}, ""
	case v.CanFloat() && v.Float()-v.Float() == 0: // neither infinite nor NaN
		return rule.Option{Kind: "float64", Text: strconv.FormatFloat(v.Float(), 'g', -1, 64)}, ""
	case v.CanUint(), v.CanFloat():
		return rule.Option{}, fmt.Sprint("the number ", v)
	case !v.IsValid():
		return rule.Option{}, "nil"
	}
	return rule.Option{}, "a value of type " + v.Type().String()
}
