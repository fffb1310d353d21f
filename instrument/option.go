package instrument

import (
	"reflect"
	"strconv"

	"github.com/goweaver/weaver/internal/rule"
)

// option returns the constant as the plan carries it.
func option(key string, value any) (rule.Option, error) {
	v := reflect.ValueOf(value)
	switch {
	case key == "":
		return rule.Option{}, errorf("With has an empty key; name the constant")
	case v.Kind() == reflect.String:
		return rule.Option{Key: key, Kind: "string", Text: strconv.Quote(v.String())}, nil
	case v.Kind() == reflect.Bool:
		return rule.Option{Key: key, Kind: "bool", Text: strconv.FormatBool(v.Bool())}, nil
	case v.CanInt():
		return rule.Option{Key: key, Kind: "int64", Text: strconv.FormatInt(v.Int(), 10)}, nil
	case v.CanUint() && v.Uint() < 1<<63:
		return rule.Option{Key: key, Kind: "int64", Text: strconv.FormatUint(v.Uint(), 10)}, nil
	case v.CanFloat() && v.Float()-v.Float() == 0: // neither infinite nor NaN
		return rule.Option{Key: key, Kind: "float64", Text: strconv.FormatFloat(v.Float(), 'g', -1, 64)}, nil
	}
	return rule.Option{}, errorf("With(%q, %v) is not a constant that woven code can hold; give a string, a boolean or a finite number that fits int64 or float64", key, value)
}
