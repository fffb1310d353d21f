package hooks

// The labels that a goroutine has.
//
// Package runtime/pprof takes labels from a context and gives them to the goroutine, and has
// no function that says which the goroutine has. What it gives is a pointer that it keeps in the
// context, under a key and of a type of its own. The runtime has functions that return and set
// the goroutine's pointer, two of those that programs have come to rely on, and that Go keeps
// for them. With the pointer in the place of the context's, pprof itself does all else: nothing
// here knows what labels look like.

import (
	"context"
	"reflect"
	"runtime/pprof"
	"unsafe"
)

//go:linkname runtimeLabels runtime/pprof.runtime_getProfLabel
func runtimeLabels() unsafe.Pointer

//go:linkname setRuntimeLabels runtime/pprof.runtime_setProfLabel
func setRuntimeLabels(labels unsafe.Pointer)

// current returns the labels of the goroutine, or nil if it has none.
func current() unsafe.Pointer { return runtimeLabels() }

// restore gives the goroutine labels that it had.
func restore(labels unsafe.Pointer) { setRuntimeLabels(labels) }

// A labelled is a context with the labels that a goroutine had.
type labelled struct {
	context.Context
	labels unsafe.Pointer
}

// Value returns the labels where package pprof asks for them.
func (l labelled) Value(key any) any {
	if key == labelKey {
		if l.labels == nil {
			return nil
		}
		return reflect.NewAt(labelType, l.labels).Interface()
	}
	return l.Context.Value(key)
}

// labelKey and labelType are what pprof keeps labels under, and the type of what the pointer
// is to.
var labelKey, labelType = func() (any, reflect.Type) {
	var asked spy
	ctx := pprof.WithLabels(&asked, pprof.Labels("k", "v"))
	return asked.key, reflect.TypeOf(ctx.Value(asked.key)).Elem()
}()

// A spy keeps the key that it is asked for.
type spy struct {
	context.Context
	key any
}

func (s *spy) Value(key any) any { s.key = key; return nil }

// merged returns ctx with the goroutine's labels below its own: who has labelled the goroutine
// need not have been able to hand the context on.
func merged(ctx context.Context, goroutine unsafe.Pointer) context.Context {
	if goroutine == nil {
		return ctx
	}
	own := ctx.Value(labelKey)
	if own == nil {
		return labelled{ctx, goroutine}
	}
	if reflect.ValueOf(own).UnsafePointer() == goroutine {
		return ctx
	}
	var list []string
	pprof.ForLabels(ctx, func(key, value string) bool {
		list = append(list, key, value)
		return true
	})
	return pprof.WithLabels(labelled{ctx, goroutine}, pprof.Labels(list...))
}
