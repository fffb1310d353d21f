package match

import (
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// Functions that look like any other and yet can not be woven: the Go distribution
// relies on more about them than the language says. A hook is ordinary Go code: it may
// need a larger stack, wait for a lock, or allocate, and has to run whenever the
// function does.
//
// The lists are by name on all platforms and for all Go versions that weaver knows, so
// that a rule means the same everywhere. The corpus test of cmd/weaver, which weaves
// every function of the standard library, shows what is missing.

// isFIPS reports whether the package belongs to the FIPS 140-3 module, whose code and
// data the program checks against a digest when it starts.
//
// Source: IsFIPS in cmd/internal/obj/fips140.go of go1.26.
func isFIPS(importPath string) bool {
	return importPath == "crypto/internal/fips140" || strings.HasPrefix(importPath, "crypto/internal/fips140/")
}

// never returns why no function of the package is woven, whatever the rule, or "".
func never(importPath string) string {
	switch {
	case importPath == own || strings.HasPrefix(importPath, own+"/"), isRuntime(importPath):
		return "weaver's own packages and the runtime are not woven"
	case isFIPS(importPath):
		return "the FIPS 140 module is certified as it is and not woven"
	}
	return ""
}

// ofCrash reports whether the rule is for the one function of the runtime that is woven,
// and by the one advice: what runs before a panic that nobody recovers ends the program,
// in whatever goroutine. No panic passes through woven code there: it ends below it.
//
// The runtime calls Error and String methods of the panic's value from that function, so
// it runs on the stack of the goroutine, holds no lock, and may wait; the world has not
// been stopped yet. It has no result, and what a hook could take is the runtime's own.
//
// Source: preprintpanics and fatalpanic in runtime/panic.go of go1.25 and go1.26.
func ofCrash(r *rule.Rule) bool {
	t := r.Target
	return t != nil && t.Pkg == "runtime" && t.Recv == "" && t.Name == "preprintpanics" &&
		r.Point == rule.Body && r.Advice == rule.Before
}

// OfNeverWoven returns that what the rule names is in a package that is never woven, or
// "". What its uses are in is another matter.
func OfNeverWoven(r *rule.Rule) string {
	if r.Target == nil || r.ByUse() || !NeverWoven(r.Target.Pkg) || ofCrash(r) {
		return ""
	}
	do := "drop the rule"
	if r.Point == rule.Body {
		do = "choose the function that calls it"
	}
	return r.Subject() + " is of the runtime, the FIPS 140 module or weaver, whose packages are never woven; " + do
}

// special returns why the function can not be woven although it has a body, or "".
func special(f rule.Func) string {
	switch name := strings.TrimPrefix(f.Recv+"."+f.Name, "."); {
	case isIntrinsic(f.Pkg, name):
		return "is an intrinsic: the compiler puts instructions in the place of its calls, which a hook in the body would miss; choose the function that calls it"
	case forks(f.Pkg, name):
		return "runs between fork and exec, where the stack can not grow and other threads are gone; choose the function that calls it"
	case isPinned(f.Pkg, name):
		return "runs while the goroutine is pinned to its processor and can not wait, or the world is stopped; choose the function that calls it, or its calls"
	case isTimer(f.Pkg, name):
		return "runs on the system stack when a timer fires, where no hook can; choose the function that calls it, or its calls"
	}
	return ""
}

// isIntrinsic holds for functions with a body in whose place the compiler puts
// instructions, on this processor or another.
//
// Source: initIntrinsics in cmd/compile/internal/ssagen/intrinsics.go of go1.25 and
// go1.26, without what is in packages of the runtime.
func isIntrinsic(pkg, name string) bool {
	switch pkg {
	case "math":
		switch name {
		case "sqrt", "Trunc", "Ceil", "Floor", "Round", "RoundToEven", "Abs", "Copysign", "FMA":
			return true
		}
	case "math/big":
		return name == "mulWW"
	case "crypto/internal/constanttime":
		return name == "Select" || name == "boolToUint8"
	}
	return false
}

// forks holds for the functions that fork, and those that the child calls before it
// executes another program.
//
// Source: syscall/exec_*.go of go1.25 and go1.26.
func forks(pkg, name string) bool {
	if pkg != "syscall" {
		return false
	}
	switch name {
	case "forkAndExecInChild", "forkAndExecInChild1", "doCheckClonePidfd", "capToIndex", "capToMask":
		return true
	}
	return false
}

// isPinned holds for what sync.Pool does between runtime_procPin and runtime_procUnpin,
// or leaves pinned, and for its cleanup, which the garbage collector calls. The mutex of
// all pools is unlocked when the goroutine is pinned already.
//
// Source: sync/pool.go, sync/poolqueue.go, sync/mutex.go and internal/sync/mutex.go of
// go1.25 and go1.26.
func isPinned(pkg, name string) bool {
	switch pkg {
	case "sync":
		switch name {
		case "poolCleanup", "indexLocal", "Pool.pin", "Pool.pinSlow", "Pool.getSlow",
			"poolChain.pushHead", "poolChain.popHead", "poolChain.popTail",
			"poolDequeue.pushHead", "poolDequeue.popHead", "poolDequeue.popTail", "poolDequeue.pack", "poolDequeue.unpack",
			"Mutex.Unlock":
			return true
		}
	case "internal/sync":
		return name == "Mutex.Unlock" || name == "Mutex.unlockSlow"
	}
	return false
}

// isTimer holds for the functions that the runtime calls when a timer fires, and those
// that they call.
//
// Source: newTimer's callers in package time of go1.25 and go1.26.
func isTimer(pkg, name string) bool {
	if pkg != "time" {
		return false
	}
	switch name {
	case "sendTime", "goFunc", "Now", "Time.Add", "Time.nsec", "Time.sec", "Time.addSec", "Time.stripMono":
		return true
	}
	return false
}
