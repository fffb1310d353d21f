// Package small has the functions of package target as the compiler would inline them.
package small

func Before(n int) int { return n + 1 }

func Check(n int) (int, error) { return n + 1, nil }

func Around(n int) int { return n + 1 }

func Exit(n int) int { return n + 1 }

func Panic(n int) int { return n + 1 }

func Enclose(n int) int { return n + 1 }

func Replace(n int) int { return replaced(n) }

func replaced(n int) int { return n + 1 }

func Wrap(n int) int { return wrapped(n) }

func wrapped(n int) int { return n + 1 }

var number = 1

func Set(n int) int { return n + number }
