package main

import "example.com/app/lib"

func greet() { println("main") }

func main() {
	greet()
	lib.Greet()
	lib.Stack()
}
