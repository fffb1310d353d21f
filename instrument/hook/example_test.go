package hook_test

import (
	"fmt"

	"github.com/goweaver/weaver/instrument/hook"
)

// Log is a hook: it prints what the function that it runs for was called with.
func Log(f *hook.Func, params hook.Params) {
	fmt.Println(f.Name)
	for v := range params.All() {
		fmt.Printf("  %s %s = %v\n", v.Key, v.Type, v)
	}
}

// A hook is tested as any function is.
func ExampleMakeValues() {
	place := &hook.Func{Package: "example.com/shop/orders", Name: "Place"}
	Log(place, hook.Params{Values: hook.MakeValues("id", "o-1", "count", 3, "express", true)})
	// Output:
	// Place
	//   id string = o-1
	//   count int = 3
	//   express bool = true
}

// Trace is a hook whose exit function is told how its target ended.
func Trace(f *hook.Func) func(hook.Exit, error) {
	return func(end hook.Exit, err error) {
		switch {
		case end != hook.Returned:
			fmt.Println(f.Name, end)
		case err != nil:
			fmt.Println(f.Name, "failed:", err)
		}
	}
}

func ExampleExit() {
	Trace(&hook.Func{Name: "Place"})(hook.Panicked, nil)
	// Output: Place panicked
}
