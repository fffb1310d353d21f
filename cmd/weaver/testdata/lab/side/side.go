// Package side is imported for what its initialisation does.
package side

func init() { println("side is initialised") }
