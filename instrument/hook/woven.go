package hook

import _ "unsafe" // for go:linkname

// woven is written by what weaver adds to packages of hooks, see package weave.
//
//go:linkname woven
var woven uint32

// Woven reports whether weaver has built this program, and linked one hook with it at
// least. It is true once the packages of hooks are initialised, so from main on. A program that must not
// run without what is woven into it can look, and so can a test:
//
//	if !hook.Woven() {
//		t.Skip("run by go tool weaver go test")
//	}
func Woven() bool { return woven != 0 }
