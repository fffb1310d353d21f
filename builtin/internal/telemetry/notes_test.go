package telemetry

import (
	"runtime"
	"testing"
)

// What was noted for a value goes with it, is replaced by what is noted later, and is not
// taken for that of another value at the same address.
func TestNotes(t *testing.T) {
	type value struct{ name string }
	var notes Notes
	if _, ok := Noted[value, int](&notes, &value{"a"}); ok {
		t.Error("something was noted of nothing")
	}
	a, b := &value{"a"}, &value{"b"}
	Note(&notes, a, 1)
	Note(&notes, a, 2)
	if k, ok := Noted[value, int](&notes, a); !ok || k != 2 {
		t.Errorf("noted: %v, %v", k, ok)
	}
	if _, ok := Noted[value, string](&notes, a); ok {
		t.Error("a number is taken for a text")
	}
	notes.by[address(b)] = notes.by[address(a)]
	if _, ok := Noted[value, int](&notes, b); ok {
		t.Error("a note is taken for another value's")
	}
	delete(notes.by, address(b))
	for range 100 {
		Note(&notes, &value{"gone"}, 1)
	}
	count := func() int { notes.mu.RLock(); defer notes.mu.RUnlock(); return len(notes.by) }
	for range 1000 {
		runtime.GC()
		if count() <= 1 {
			break
		}
		runtime.Gosched()
	}
	if n := count(); n > 1 {
		t.Errorf("%d notes are left", n)
	}
	runtime.KeepAlive(a)
}

// What is noted is found without an allocation.
func TestNotedAllocates(t *testing.T) {
	var notes Notes
	a := &struct{ name string }{"a"}
	if n := testing.AllocsPerRun(100, func() { _, _ = Noted[struct{ name string }, *int](&notes, a) }); n != 0 {
		t.Errorf("%v allocations where there is nothing", n)
	}
	Note(&notes, a, new(int))
	if n := testing.AllocsPerRun(100, func() { _, _ = Noted[struct{ name string }, *int](&notes, a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAsksFor(t *testing.T) {
	for _, c := range []struct {
		environ string
		want    bool
	}{
		{"HOME=/", false},
		{"OTEL_LOGS_EXPORTER=", false},
		{"OTEL_GO_DISABLED_INSTRUMENTATIONS=sql", false},
		{"OTEL_LOGS_EXPORTER=otlp", true},
	} {
		if got := asksFor([]string{"PATH=/bin", c.environ}); got != c.want {
			t.Errorf("%s: %v", c.environ, got)
		}
	}
}
