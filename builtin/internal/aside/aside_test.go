package aside

import (
	"runtime"
	"testing"
	"time"
	"unsafe"
)

type value [64]byte

// What is known of a value is found out once, and forgotten when the value is gone.
func TestOf(t *testing.T) {
	var table Table[value, int]
	asked := 0
	find := func(*value) *int { asked++; n := asked; return &n }
	a, b := new(value), new(value)
	if *table.Of(a, find) != 1 || *table.Of(b, find) != 2 || *table.Of(a, find) != 1 || asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	if table.Of(nil, find) != nil {
		t.Error("something is known of nil")
	}
	if n := testing.AllocsPerRun(100, func() { table.Of(a, find) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	left := func() (n int) {
		table.known.Range(func(any, any) bool { n++; return true })
		return n
	}
	for i := 0; left() > 0; i++ {
		if i == 1000 {
			t.Fatalf("%d are left", left())
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

// What others have said first of a value stays.
func TestAdd(t *testing.T) {
	var table Table[value, string]
	one, two := new(value), new(value)
	first, second := "first", "second"
	if table.Load(nil) != nil || table.Load(one) != nil {
		t.Error("an empty table knows something")
	}
	if table.Add(one, &first) != &first || table.Add(one, &second) != &first || table.Load(one) != &first || table.Load(two) != nil {
		t.Error("it does not know what it was told")
	}
	runtime.KeepAlive(one)
}

// A value of a type without a name is known by its first byte.
func TestFirstByte(t *testing.T) {
	var table Table[byte, string]
	of, what := new(value), "what"
	table.Add((*byte)(unsafe.Pointer(of)), &what)
	if table.Load((*byte)(unsafe.Pointer(of))) != &what {
		t.Error("it is not known")
	}
	runtime.KeepAlive(of)
}
