package lib

func Greet() { println("lib") }

// Stack can not be woven, so it is a finding.
//
//go:nosplit
func Stack() {}
