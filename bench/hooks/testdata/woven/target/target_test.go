package target_test

import (
	"context"
	"os"
	"runtime"
	"syscall"
	"testing"

	"example.com/advices/byhand"
	"example.com/advices/hooks"
	"example.com/advices/target"
)

// cpu reports the CPU time of what runs until the function that it returns is called: other
// programs on the machine take turns with this one, and their turns are no cost of a hook.
func cpu(b *testing.B) (end func()) {
	start := used(b)
	return func() { b.ReportMetric(float64(used(b)-start)/float64(b.N), "cpu-ns/op") }
}

func used(b *testing.B) int64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return r.Utime.Nano() + r.Stime.Nano()
}

// Each loop names its function, since a call through a variable would cost something else.

func BenchmarkBefore(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Before(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkBeforeImported(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = byhand.Before(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkBeforeImportedCalled(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = byhand.BeforeCalled(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkCheck(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		var err error
		if n, err = target.Check(n); err != nil {
			b.Fatal(err)
		}
	}
	runtime.KeepAlive(n)
}

func BenchmarkAround(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Around(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkClosure(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Closure(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkExit(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Exit(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkPanic(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Panic(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkEnclose(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Enclose(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkReplace(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Replace(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkWrap(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Wrap(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkSet(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Set(n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkSpan(b *testing.B) {
	defer cpu(b)()
	ctx, n := context.Background(), 0
	for range b.N {
		n = target.Span(ctx, n)
	}
	runtime.KeepAlive(n)
}

func BenchmarkPointer(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = target.Pointer(&hooks.Order{ID: 1, Lines: n})
	}
	runtime.KeepAlive(n)
}

func BenchmarkPointerImported(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = byhand.Pointer(&hooks.Order{ID: 1, Lines: n})
	}
	runtime.KeepAlive(n)
}

func BenchmarkPointerImportedCalled(b *testing.B) {
	defer cpu(b)()
	n := 0
	for range b.N {
		n = byhand.PointerCalled(&hooks.Order{ID: 1, Lines: n})
	}
	runtime.KeepAlive(n)
}

// TestSet is what can be seen of being woven: of the hooks, which do nothing, the build
// says by --strict if one is missing.
func TestSet(t *testing.T) {
	want := 1
	if os.Getenv("BENCH_WOVEN") != "" {
		want = 7
	}
	if got := target.Set(0); got != want {
		t.Errorf("Set(0) = %d, want %d", got, want)
	}
}
