package known

import "github.com/goweaver/weaver/builtin/internal/aside"

// A Once keeps the *K that the hooks know of a value of type T for as long as that lives: in the
// field that the aspect adds to T. It is written when the library has made the value and nobody
// else has it, and never again, so it is read without a lock, and whoever copies the value copies
// it too. For values that were made before the hooks were initialised, and where T has no such
// field, as in tests of hooks, a table serves that does not keep the value alive.
type Once[T, K any] struct {
	member Member[T, any]
	aside  aside.Table[T, K]
}

// NewOnce returns what keeps a *K with values of T.
func NewOnce[T, K any]() *Once[T, K] { return &Once[T, K]{member: MemberOf[T, any](Name)} }

// Set says what is known of v, which nobody has yet.
func (o *Once[T, K]) Set(v *T, known *K) {
	if in := o.member.Of(v); in != nil {
		*in = known
		return
	}
	o.aside.Add(v, known)
}

// Add says what is known of v, which others may have, if nothing is, and returns what is.
func (o *Once[T, K]) Add(v *T, known *K) *K { return o.aside.Add(v, known) }

// Load returns what is known of v, or nil.
func (o *Once[T, K]) Load(v *T) *K {
	if in := o.member.Of(v); in != nil {
		if known, ok := (*in).(*K); ok {
			return known
		}
	}
	return o.aside.Load(v)
}
