package instrument

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/goweaver/weaver/internal/rule"
)

// describe returns the constant as the plan carries it.
func (c constant) describe() (rule.Option, error) {
	v := reflect.ValueOf(c.value)
	found := "" // what is wrong, for a value that could be a constant
	switch {
	case c.key == "":
		return rule.Option{}, errors.New("With has an empty key; name the constant")
	case v.Kind() == reflect.String:
		return rule.Option{Key: c.key, Kind: "string", Text: strconv.Quote(v.String())}, nil
	case v.Kind() == reflect.Bool:
		return rule.Option{Key: c.key, Kind: "bool", Text: strconv.FormatBool(v.Bool())}, nil
	case v.CanInt():
		return rule.Option{Key: c.key, Kind: "int64", Text: strconv.FormatInt(v.Int(), 10)}, nil
	case v.CanUint() && v.Uint() < 1<<63:
		return rule.Option{Key: c.key, Kind: "int64", Text: strconv.FormatUint(v.Uint(), 10)}, nil
	case v.CanFloat() && v.Float()-v.Float() == 0: // neither infinite nor NaN
		return rule.Option{Key: c.key, Kind: "float64", Text: strconv.FormatFloat(v.Float(), 'g', -1, 64)}, nil
	case v.CanUint(), v.CanFloat():
		found = fmt.Sprint("the number ", v)
	case !v.IsValid():
		found = "nil"
	default:
		found = "a value of type " + v.Type().String()
	}
	return rule.Option{}, fmt.Errorf("With(%q) has %s, which is no constant that woven code can hold; give a string, a boolean or a finite number that fits int64 or float64", c.key, found)
}
