package hooks

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"github.com/goweaver/weaver/builtin/internal/graphqlspan"
	"github.com/goweaver/weaver/instrument/hook"
)

// answers are those of an operation: one, or with a subscription as many as there are. Parts of
// an answer that are deferred come after it.
type answers struct {
	op      *graphqlspan.Operation
	next    graphql.ResponseHandler
	several bool

	mu     sync.Mutex // of what follows
	failed *graphqlspan.Failure
	ended  bool
}

// get is next, in a server's eyes. A panic passes through it.
func (a *answers) get(ctx context.Context) *graphql.Response {
	returned := false
	defer func() {
		if !returned {
			a.end(hook.Panicked)
		}
	}()
	res := a.next(ctx)
	returned = true
	a.note(res)
	if res == nil || !a.several {
		a.end(hook.Returned)
	}
	return res
}

// note keeps the first failure.
func (a *answers) note(res *graphql.Response) {
	if res == nil {
		return
	}
	f := failure(res.Errors)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed == nil {
		a.failed = f
	}
}

func (a *answers) end(how hook.Exit) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return
	}
	a.ended = true
	a.op.End(a.failed, how)
}
