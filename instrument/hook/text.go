package hook

// Values as text, made without the packages that could do it better: package hook
// brings nothing into a program that is not there already.

// String returns the value as text, whatever its kind: numbers in decimal, one of
// floating point to 12 digits. A value of KindAny is what its Error or String method
// says, or the text of the basic type that it is; any other is given as its type in
// parentheses, and what is nil or not there as <nil>. Package fmt makes more of
// what Any returns.
func (v Value) String() string {
	switch v.kind {
	case KindNone:
		return "<nil>"
	case KindAny:
		return v.boxedText()
	}
	return v.basicText()
}

func (v Value) basicText() string {
	switch v.kind {
	case KindBool:
		if v.num != 0 {
			return "true"
		}
		return "false"
	case KindInt64:
		if n := int64(v.num); n < 0 {
			return "-" + decimal(-v.num)
		}
		return decimal(v.num)
	case KindUint64:
		return decimal(v.num)
	case KindFloat64:
		return floatText(v.float)
	}
	return v.text
}

// boxedText returns the text of the dynamic value. A method that panics, for a nil
// receiver say, is no reason for the program to.
func (v Value) boxedText() (text string) {
	defer func() {
		if recover() != nil {
			text = "(" + v.Type + ")"
		}
	}()
	switch x := v.boxed.(type) {
	case nil:
		return "<nil>"
	case error:
		return x.Error()
	case interface{ String() string }:
		return x.String()
	case string:
		return x
	case bool:
		if x {
			return "true"
		}
		return "false"
	case float32:
		return floatText(float64(x))
	case float64:
		return floatText(x)
	}
	if n, ok := signed(v.boxed); ok {
		return Value{kind: KindInt64, cell: cell{num: uint64(n)}}.basicText()
	}
	if n, ok := unsigned(v.boxed); ok {
		return decimal(n)
	}
	return "(" + v.Type + ")"
}

func signed(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int8:
		return int64(n), true
	case int16:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

func unsigned(v any) (uint64, bool) {
	switch n := v.(type) {
	case uint:
		return uint64(n), true
	case uint8:
		return uint64(n), true
	case uint16:
		return uint64(n), true
	case uint32:
		return uint64(n), true
	case uint64:
		return n, true
	case uintptr:
		return uint64(n), true
	}
	return 0, false
}

func decimal(n uint64) string {
	var b [20]byte // the digits of 1<<64 - 1
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}

// floatText returns f with 12 significant digits, zeros at the end left out, with an
// exponent where a plain number would be long. Scaling by powers of ten loses two or
// three of the 17 digits that tell all floats apart.
func floatText(f float64) string {
	const digits = 12
	sign := ""
	switch {
	case f != f:
		return "NaN"
	case f < 0:
		sign, f = "-", -f
	case f == 0:
		return "0"
	}
	if f > 0x1p1023*(2-0x1p-52) {
		return sign + "Inf"
	}
	exp := 0 // f is, in the end, in [1, 10) and to be multiplied by 10 to the exp
	for _, p := range [...]struct {
		n         int
		up, below float64
	}{{256, 1e256, 1e-255}, {128, 1e128, 1e-127}, {64, 1e64, 1e-63}, {32, 1e32, 1e-31}, {16, 1e16, 1e-15}, {8, 1e8, 1e-7}, {4, 1e4, 1e-3}, {2, 1e2, 1e-1}, {1, 1e1, 1}} {
		if f >= p.up {
			f, exp = f/p.up, exp+p.n
		} else if f < p.below {
			f, exp = f*p.up, exp-p.n
		}
	}
	n := uint64(f*1e11 + 0.5)
	if n >= 1e12 {
		n, exp = n/10, exp+1
	}
	text := decimal(n)
	for len(text) > 1 && text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	switch {
	case exp < -4 || exp > digits:
		if len(text) > 1 {
			text = text[:1] + "." + text[1:]
		}
		expSign := "+"
		if exp < 0 {
			expSign, exp = "-", -exp
		}
		pad := ""
		if exp < 10 {
			pad = "0"
		}
		return sign + text + "e" + expSign + pad + decimal(uint64(exp))
	case exp < 0:
		return sign + "0." + "000"[:-exp-1] + text
	}
	for len(text) <= exp {
		text += "0"
	}
	if len(text) == exp+1 {
		return sign + text
	}
	return sign + text[:exp+1] + "." + text[exp+1:]
}
