package known

import (
	"runtime"
	"testing"
	"time"
)

type with struct {
	n      int
	weaver any
}

type without struct{ n, weaver int }

// What is kept with a value is found again, in its field or without one.
func TestField(t *testing.T) {
	run(t, NewField[with](), &with{n: 1})
	run(t, NewField[without](), &without{n: 1, weaver: 2})
	if v := (&with{weaver: 3}); NewField[with]().Load(v) != 3 {
		t.Error("the field is not the value's")
	}
}

func run[T any](t *testing.T, f Field[T], v *T) {
	t.Helper()
	if f.Load(v) != nil || f.Load(nil) != nil {
		t.Error("there is something before it was kept")
	}
	f.Store(v, "a")
	f.Store(v, "b")
	if got := f.Load(v); got != "b" {
		t.Errorf("kept: %v", got)
	}
	if f.Load(new(T)) != nil {
		t.Error("another value has it")
	}
	f.Store(v, nil)
	if f.Load(v) != nil {
		t.Error("it is kept for ever")
	}
}

// A value that has no field is not kept alive.
func TestAside(t *testing.T) {
	NewField[without]().Store(&without{n: 2}, "kept")
	for range 100 {
		n := 0
		others.Range(func(any, any) bool { n++; return true })
		if n == 0 {
			return
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	t.Error("what was kept outlives its value")
}

func TestMemberOf(t *testing.T) {
	v := &without{n: 7}
	if n := MemberOf[without, int]("n").Of(v); n == nil || *n != 7 {
		t.Error("the field was not found")
	}
	type outer struct {
		first int
		in    without
	}
	o := &outer{in: without{weaver: 8}}
	if n := MemberOf[outer, int]("in", "weaver").Of(o); n == nil || *n != 8 || o.first != 0 {
		t.Error("the field of a field was not found")
	}
	if MemberOf[outer, int]("first", "weaver").Of(o) != nil {
		t.Error("a field of what is no struct was found")
	}
	if MemberOf[without, int64]("n").Of(v) != nil || MemberOf[without, int]("m").Of(v) != nil || MemberOf[without, int]("n").Of(nil) != nil {
		t.Error("a field was found that is not there")
	}
}

// What is said once of a value is found again, in its field or without one, and Add leaves what
// there is.
func TestOnce(t *testing.T) {
	once(t, NewOnce[with, string](), &with{n: 1})
	once(t, NewOnce[without, string](), &without{n: 1})
}

func once[T any](t *testing.T, o *Once[T, string], v *T) {
	t.Helper()
	if o.Load(v) != nil || o.Load(nil) != nil {
		t.Error("there is something before it was said")
	}
	a, b, late := "a", "b", new(T)
	if o.Set(v, &a); o.Load(v) != &a {
		t.Errorf("known: %v", o.Load(v))
	}
	if o.Add(late, &a) != &a || o.Add(late, &b) != &a || o.Load(late) != &a {
		t.Errorf("added: %v", o.Load(late))
	}
}
