package hooks

import (
	"testing"

	"github.com/goweaver/weaver/instrument/hook"
)

// What an operation costs where there is no provider.
func BenchmarkNothing(b *testing.B) {
	db := open(b, &server{}).Model(&user{})
	c := captured(db.Callback().Query())
	b.ReportAllocs()
	for b.Loop() {
		if end := Execute(db, c); end != nil {
			end(db, hook.Returned)
		}
	}
}
