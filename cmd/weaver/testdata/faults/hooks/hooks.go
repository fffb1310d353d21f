package hooks

import "github.com/goweaver/weaver/instrument/hook"

func Enter(f *hook.Func) { println("hook:", f.Package, f.Name) }
